"""States for tests of controllers: objects admitted as a server would, statuses put as a kubelet would."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from attrs import evolve

from engine.api.admit import admit
from engine.api.writes import Create, Emit, Write
from engine.kinds import (
    Condition,
    Namespace,
    Object,
    ObjectMeta,
    Pod,
    Ref,
    from_manifest,
    ref_of,
    set_condition,
)
from engine.reconcile import Change, Controller, Result
from engine.store.commit import Commit
from engine.store.state import State, fold

NOW = 1_780_000_000
ObjectT = TypeVar("ObjectT", bound=Object)


def state_with(*objects: Object, now: int = NOW) -> State:
    """Namespace default and ``objects``, created in this order in one commit."""
    namespace = Namespace(metadata=ObjectMeta(name="default"))
    return written(State(time=now), Create(namespace), *(Create(obj) for obj in objects), now=now)


def written(state: State, *writes: Write, now: int = NOW) -> State:
    """The State after an admitted commit of ``writes``."""
    admitted = admit(state, writes, now=now, seed="test")
    return _folded(state, admitted.puts, admitted.removes, now)


def put(state: State, *objects: Object, now: int = NOW) -> State:
    """The State with ``objects`` as they are: past the API server, for what only a component would write."""
    return _folded(state, objects, (), now)


def removed(state: State, *refs: Ref, now: int = NOW) -> State:
    return _folded(state, (), refs, now)


def _folded(state: State, puts: Sequence[Object], removes: Sequence[Ref], now: int) -> State:
    commit = Commit(
        revision=state.revision + 1, time=now, actor="test", puts=tuple(puts), removes=tuple(removes)
    )
    return fold(state, commit)


def reconciled(
    state: State, controller: Controller, ref: Ref, *, now: int = NOW, rounds: int = 50
) -> State:
    """The State after ``controller`` has nothing more to do for ``ref`` at ``now``."""
    for _ in range(rounds):
        result = controller.reconcile(state, ref, now)
        admitted = admit(state, result.writes, now=now, seed="test")
        if not admitted.puts and not admitted.removes:
            return state
        state = _folded(state, admitted.puts, admitted.removes, now)
    raise AssertionError(f"{controller.name} still writes after {rounds} rounds: {result.writes}")


def writes_of(result: Result, kind: type[Write]) -> list[Write]:
    return [write for write in result.writes if isinstance(write, kind)]


def messages(result: Result) -> list[str]:
    """What the Events of a result say: ``Reason: message``."""
    return [f"{write.reason}: {write.message}" for write in result.writes if isinstance(write, Emit)]


def woken(controller: Controller, before: State, after: State, ref: Ref) -> list[Ref]:
    return list(controller.wakes(Change(ref, before.get(ref), after.get(ref)), after))


def started(pod: Pod, *, ready: bool = True, now: int = NOW, node: str = "w1", ip: str = "10.244.0.5") -> Pod:
    """The pod as a kubelet reports it once its containers run."""
    ready_condition = Condition(type="Ready", status="True" if ready else "False", last_transition_time=now)
    status = evolve(
        pod.status,
        phase="Running",
        pod_ip=ip,
        host_ip="192.168.0.1",
        start_time=now,
        conditions=set_condition(pod.status.conditions, ready_condition),
    )
    return evolve(pod, spec=evolve(pod.spec, node_name=node), status=status)


def all_started(state: State, *, ready: bool = True, now: int = NOW) -> State:
    """Every pod that is not being deleted runs."""
    pods = [started(pod, ready=ready, now=now) for pod in state.all(Pod) if pod.active and not _runs(pod)]
    return put(state, *pods, now=now)


def _runs(pod: Pod) -> bool:
    return pod.status.phase == "Running"


def stored(state: State, obj: ObjectT) -> ObjectT:
    """The newest there is of ``obj``."""
    found = state.get(ref_of(obj))
    assert isinstance(found, type(obj))
    return found


def manifest(kind: str, name: str, version: str = "v1", namespace: str = "default", **rest: object) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **rest})


def changed(state: State, obj: ObjectT, change: Callable[[ObjectT], ObjectT]) -> State:
    """The State with the newest ``obj`` put as ``change`` makes it."""
    return put(state, change(stored(state, obj)))
