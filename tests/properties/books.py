"""What must be true of a cluster whatever happened: its books at every moment, and its ends when all is quiet."""

from collections.abc import Iterable, Iterator

from engine.kinds import (
    DaemonSet,
    Deployment,
    Node,
    Object,
    Pod,
    Ref,
    ReplicaSet,
    ReplicationController,
    Service,
    StatefulSet,
    ref_of,
)
from engine.kinds.batch import Job
from engine.kinds.quantity import cpu_milli, whole
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim
from engine.readiness import is_ready
from engine.store.state import State

FINISHED = ("Succeeded", "Failed")
WAITS = ("WaitForFirstConsumer", "WaitForPodScheduled", "ExternalProvisioning")
"""Events that say what is waited for and are no warnings."""


def keeps_its_books(state: State) -> None:
    for each in state.all(Node):
        held = [p for p in state.pods_on(each.metadata.name) if p.status.phase not in FINISHED]
        requested = state.requested_on(each.metadata.name)
        assert requested.pods == len(held)
        assert requested.cpu_milli <= cpu_milli(each.status.allocatable.get("cpu", "0"))
        assert requested.memory_bytes <= whole(each.status.allocatable.get("memory", "0"))
        ports = [(p.protocol, p.host_port) for pod in held for c in pod.spec.containers for p in c.ports if p.host_port]
        given_once("a port of a node", ports)
    nothing_is_given_twice(state)


def nothing_is_given_twice(state: State) -> None:
    pods = [each for each in state.all(Pod) if each.status.phase not in FINISHED and not each.spec.host_network]
    services = list(state.all(Service))
    cluster_ips = [each.spec.cluster_ip for each in services if each.spec.cluster_ip not in ("", "None")]
    given_once("an address", [each.status.pod_ip for each in pods if each.status.pod_ip] + cluster_ips)
    given_once("a node port", [
        *((port.protocol, port.node_port) for each in services for port in each.spec.ports if port.node_port),
        *(("TCP", port) for each in services if (port := each.spec.extra.get("healthCheckNodePort"))),
    ])  # fmt: skip
    given_once("an outer address", [each["ip"] for s in services for each in s.status.load_balancer.ingress])
    bound = [each.spec.volume_name for each in state.all(PersistentVolumeClaim) if each.spec.volume_name]
    given_once("a volume", bound)


def given_once(what: str, given: Iterable[object]) -> None:
    listed = list(given)
    assert len(listed) == len(set(listed)), f"{what} is given twice: {sorted(map(str, listed))}"


def ends_meet(state: State) -> None:
    """When time enough has passed and no fault is left: nothing is orphaned, and what is not as asked says why."""
    for kind in sorted(state.tables):
        for obj in state.objects(kind):
            if obj.metadata.deletion_timestamp is None:
                has_its_owners(state, obj)
            else:
                _stands_or_says_why(
                    state, obj, obj.metadata.deletion_timestamp >= state.time or bool(obj.metadata.finalizers)
                )
    sets: list[Deployment | ReplicaSet | ReplicationController] = [*state.all(Deployment), *state.all(ReplicaSet)]
    for workload in [*sets, *state.all(ReplicationController)]:
        _is_or_says_why(state, workload, workload.spec.replicas or 0, workload.status.ready_replicas)
    for ordered in state.all(StatefulSet):
        _is_or_says_why(state, ordered, ordered.spec.wanted, ordered.status.ready_replicas)
    for daemons in state.all(DaemonSet):
        _is_or_says_why(state, daemons, daemons.status.desired_number_scheduled, daemons.status.number_ready)
    for job in state.all(Job):
        is_done = any(condition.status == "True" for condition in job.status.conditions)
        _stands_or_says_why(state, job, bool(is_done or job.status.active))
    for pod in state.all(Pod):
        _stands_or_says_why(state, pod, is_ready(pod) or pod.status.phase in FINISHED)
    for claim in state.all(PersistentVolumeClaim):
        _stands_or_says_why(state, claim, claim.status.phase != "Pending")
    is_balancing = any(is_ready(pod) for pod in state.all(Pod, "metallb-system"))
    for service in state.all(Service):
        if service.spec.type == "LoadBalancer" and is_balancing:
            _stands_or_says_why(state, service, bool(service.status.load_balancer.ingress))
    for volume in state.all(PersistentVolume):
        _stands_or_says_why(state, volume, volume.status.phase != "Pending")


def has_its_owners(state: State, each: Object) -> None:
    for owner in each.metadata.owner_references:
        homes = (each.metadata.namespace, "")
        found = [state.get(Ref(owner.kind, home, owner.name)) for home in homes]
        uids = [one.metadata.uid for one in found if one is not None]
        assert owner.uid in uids, f"{ref_of(each)} is an orphan of {owner.kind} {owner.name}"
    namespace = each.metadata.namespace
    assert not namespace or state.get(Ref("Namespace", "", namespace)), f"{ref_of(each)} is in no namespace"


def _is_or_says_why(state: State, each: Object, wanted: int, found: int) -> None:
    if wanted == found:
        return
    about = [each, *_below(state, each)]
    says_why = any(True for one in about for _ in _reasons(state, one))
    assert says_why, f"{ref_of(each)} has {found} of {wanted} and nothing says why"


def _stands_or_says_why(state: State, each: Object, stands: bool) -> None:
    assert stands or list(_reasons(state, each)), f"{ref_of(each)} is not as it should be and nothing says why"


def _below(state: State, each: Object) -> Iterator[Object]:
    for owned in state.owned_by(each.metadata.uid):
        yield owned
        yield from _below(state, owned)


def _reasons(state: State, each: Object) -> Iterator[str]:
    """Conditions that are not as they should be, reasons of containers that wait, warnings."""
    status = getattr(each, "status", None)
    for condition in getattr(status, "conditions", ()):
        wrong = "True" if condition.type.endswith(("Failure", "Pressure", "Failed")) else "False"
        if condition.status in (wrong, "Unknown") and condition.reason:
            yield condition.reason
    for container in getattr(status, "container_statuses", ()) or ():
        if container.state.waiting is not None and container.state.waiting.reason:
            yield container.state.waiting.reason
    for event in state.events_of(each):
        if event.type == "Warning" or event.reason in WAITS:
            yield event.reason
