"""KUBELET: what each node's kubelet does about its pods. Level-based: a look at any time says what is due.

Follows ``pkg/kubelet``. Every node's kubelet is this one controller, acting as ``kubelet/<node>``; a NodeDown
fault silences it and leaves its containers as they are. Waking all pods of a settled cluster writes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence

from engine.api.writes import Delete, UpdateStatus
from engine.faults import is_down, pods_touched
from engine.kinds import TERMINAL_PHASES, Exec, Fault, Node, Object, Pod, Ref, evolve, ref_of
from engine.kinds.storage import PersistentVolumeClaim
from engine.kubelet.disks import has_lasting, sharers
from engine.kubelet.ephemeral import with_none_added
from engine.kubelet.eviction import refusal
from engine.kubelet.lifecycle import accept, actor, killed, result, run, running_names
from engine.kubelet.scene import Scene, earliest
from engine.kubelet.status import pod_status
from engine.kubelet.stopping import stop
from engine.kubelet.storage_limits import due, limits_storage
from engine.kubelet.together import Together
from engine.parts import BOUND, GOES
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def reconcile(state: State, ref: Ref, now: int) -> Result:
    """What the kubelet of the pod's node writes now."""
    return _looked(state, state.get(ref), now)


def _looked(state: State, pod: Object | None, now: int) -> Result:
    if not isinstance(pod, Pod) or not pod.spec.node_name:
        return NOTHING
    node = state.find(Node, pod.spec.node_name)
    if node is None or not is_registered(node) or is_down(state, node.metadata.name):
        return NOTHING
    scene = Scene(state=state, node=node, pod=pod, now=now)
    if pod.status.phase in TERMINAL_PHASES:
        return _after_the_end(scene)
    if pod.metadata.deletion_timestamp is not None:
        return stop(scene)
    if pod.status.start_time is None:
        return refusal(scene) or accept(scene)
    return _within_limits(scene, run(scene)) if limits_storage(pod.spec) else run(scene)


def burst(state: State, keys: Iterator[Ref], now: int) -> Sequence[tuple[Ref, Result]]:
    """Up to the first pod that has to do with one before it; one that shares files alone."""
    done: list[tuple[Ref, Result]] = []
    together = Together(state)
    for key in keys:
        pod = state.get(key)
        result = _looked(state, pod, now)
        if result.writes and isinstance(pod, Pod) and not together.takes(pod, result):
            break
        done.append((key, result))
        if together.is_full:
            break
    return done


def _within_limits(scene: Scene, result: Result) -> Result:
    """``result``, or the eviction of a pod that wrote more than it may."""
    writes, look_at = due(scene)
    if writes:
        return Result(writes=tuple(writes), actor=actor(scene))
    return evolve(result, again_at=earliest(result.again_at, look_at))


def is_registered(node: Node) -> bool:
    """Whether its kubelet has introduced it and pods on it can have addresses."""
    return bool(node.internal_ip and node.spec.pod_cidr)


def _after_the_end(scene: Scene) -> Result:
    """A finished pod: whatever still runs in it is killed, and it goes once someone deletes it."""
    pod = scene.pod
    if running_names(pod):
        init, main = killed(scene)
        status = with_none_added(scene, pod_status(scene, init, main, pod_ip=pod.status.pod_ip, terminal=True))
        return result(scene, [UpdateStatus(evolve(pod, status=status))], (), None)
    if pod.metadata.deletion_timestamp is None or pod.metadata.deletion_grace_period_seconds == 0:
        return NOTHING
    gone = Delete(ref=ref_of(pod), grace_seconds=0, uid=pod.metadata.uid)
    return Result(writes=(gone,), actor=actor(scene))


def wakes(change: Change, state: State) -> Iterable[Ref]:
    new = change.new
    if isinstance(new, Pod):
        return _woken_by_pod(change, new, state) if new.spec.node_name else ()
    match change.object:
        case Exec() as line:
            return _woken_by_line(line, state)
        case Fault() as fault:
            return pods_touched(state, fault)
        case Node():
            return _woken_by_node(change, state)
        case Pod() as pod:
            return _sharers(pod, state)
        case PersistentVolumeClaim() as claim:
            return (ref_of(pod) for pod in state.users_of(change.ref) if claim.fully_bound and not pod.status.pod_ip)
    return _woken_by_config(change, state)


def _woken_by_node(change: Change, state: State) -> Iterator[Ref]:
    """All pods of a node that is new or has just registered; those that wait, of one with a new image."""
    old, new = change.old, change.new
    if not isinstance(new, Node):
        return
    name = new.metadata.name
    if not isinstance(old, Node) or is_registered(old) != is_registered(new):
        yield from (ref_of(pod) for pod in state.pods_on(name))
    elif old.status.images is not new.status.images:
        yield from (ref_of(pod) for pod in state.pods_on(name) if pod.status.phase == "Pending")


def _woken_by_pod(change: Change, pod: Pod, state: State) -> Iterable[Ref]:
    """The pod, and where its containers come and go those that read what it writes."""
    old = change.old
    if not has_lasting(pod) or (isinstance(old, Pod) and _lives(old) == _lives(pod)):
        return (change.ref,)
    return (change.ref, *_sharers(pod, state))


def _woken_by_line(line: Exec, state: State) -> Iterator[Ref]:
    home = Ref("Pod", line.metadata.namespace, line.pod)
    yield home
    pod = state.get(home)
    if line.files and isinstance(pod, Pod):
        yield from _sharers(pod, state)


def _sharers(pod: Pod, state: State) -> Iterator[Ref]:
    if has_lasting(pod):
        yield from (ref_of(other) for _, other, _ in sharers(state, pod) if other.spec.node_name)


def _lives(pod: Pod) -> list[bool]:
    return [each.state.running is not None for each in pod.status.container_statuses]


def _woken_by_config(change: Change, state: State) -> Iterator[Ref]:
    """Pods that lack something of a ConfigMap or Secret, and those whose files change with it."""
    old, new = change.old, change.new
    if new is not None and (old is None or getattr(old, "data", None) != getattr(new, "data", None)):
        yield from (ref_of(pod) for pod in state.users_of(change.ref) if pod.spec.node_name)


KUBELET = Controller(
    name="kubelet",
    watches=("Pod", "Exec", "Fault", "Node", "ConfigMap", "Secret", "PersistentVolumeClaim"),
    heeds={"Pod": BOUND | GOES},
    wakes=wakes,
    reconcile=reconcile,
    burst=burst,
)
