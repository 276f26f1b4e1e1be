"""ingress-nginx's second job: the addresses at which an Ingress can be reached, in its status.

Follows ``internal/ingress/status``: those of the Service that the controller publishes, or of the nodes its pods run
on. A controller that is scaled to nothing takes its addresses along; one whose pods are merely gone does not. The
requests themselves are answered where containers run.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.add_ons import comes_or_goes, running, workloads
from engine.api.writes import Emit, UpdateStatus, Write
from engine.kinds import DaemonSet, Deployment, LoadBalancerStatus, Node, Ref, Service, evolve, ref_of
from engine.kinds.networking import Ingress
from engine.network.ingress import is_served, served
from engine.parts import GOES, LEAVING, READY
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

HOME = "ingress-nginx"
_NAME = "nginx-ingress-controller"
_IMAGE = "ingress-nginx/controller"
_PUBLISH = "--publish-service="


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    ingress = state.find(Ingress, ref.name, ref.namespace)
    if ingress is None or not is_served(state, ingress):
        return NOTHING
    pods = list(running(state, HOME, _IMAGE))
    if not pods and any(_wants_pods(each) for each in workloads(state, HOME, _IMAGE)):
        return NOTHING
    addresses = _addresses(state, {pod.spec.node_name for pod in pods}) if pods else ()
    if addresses == tuple(ingress.status.load_balancer.ingress):
        return NOTHING
    status = evolve(ingress.status, load_balancer=LoadBalancerStatus(ingress=addresses))
    writes: list[Write] = [UpdateStatus(evolve(ingress, status=status))]
    if pods:
        message = "Scheduled for sync"
        writes.append(Emit(subject=ingress, type="Normal", reason="Sync", message=message, component=_NAME))
    return Result(writes=tuple(writes))


def _wants_pods(workload: Deployment | DaemonSet) -> bool:
    return isinstance(workload, DaemonSet) or workload.spec.replicas != 0


def _addresses(state: State, nodes: set[str]) -> tuple[Mapping[str, Any], ...]:
    published = _published(state)
    if published is not None:
        return tuple(_of_service(published))
    found = [state.find(Node, name) for name in sorted(nodes)]
    return tuple({"ip": _internal_ip(node)} for node in found if node is not None and _internal_ip(node))


def _published(state: State) -> Service | None:
    """The Service named in the controller's arguments."""
    for workload in workloads(state, HOME, _IMAGE):
        for container in workload.spec.template.spec.containers:
            for argument in container.args:
                if argument.startswith(_PUBLISH):
                    namespace, _, name = argument[len(_PUBLISH) :].replace("$(POD_NAMESPACE)", HOME).partition("/")
                    return state.find(Service, name, namespace)
    return None


def _of_service(service: Service) -> Iterator[Mapping[str, Any]]:
    match service.spec.type:
        case "ExternalName":
            yield {"hostname": service.spec.external_name}
        case "ClusterIP" | "NodePort":
            yield {"ip": service.spec.cluster_ip}
        case _:
            for each in service.status.load_balancer.ingress:
                yield {key: value for key, value in each.items() if key in ("ip", "hostname")}
    for address in service.spec.external_ips:
        yield {"ip": address}


def _internal_ip(node: Node) -> str:
    return next((each.address for each in node.status.addresses if each.type == "InternalIP"), "")


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    match change.ref.kind:
        case "Ingress":
            return (change.ref,)
        case "Pod":
            return _all(state) if change.ref.namespace == HOME and comes_or_goes(change, _IMAGE) else ()
        case "IngressClass" | "Fault":
            return _all(state)
    return _all(state) if change.ref.namespace == HOME else ()


def _all(state: State) -> Iterable[Ref]:
    return [ref_of(each) for each in served(state)]


INGRESS = Controller(
    name=_NAME,
    watches=("Ingress", "IngressClass", "Service", "Deployment", "DaemonSet", "Pod", "Fault"),
    heeds={"Pod": READY | LEAVING | GOES},
    wakes=_wakes,
    reconcile=_reconcile,
)
