"""Health of a service: somebody answers behind it. Reads Endpoints, and pods only if there are none."""

from itertools import islice

from engine.kinds import Endpoints, LabelSelector, Pod, Service, is_true
from engine.printers.parts.levels import OK, Health
from engine.printers.parts.selectors import labels_text
from engine.store.state import State

_LOOK_AT = 100


def service_health(service: Service, state: State, _now: int) -> Health:
    spec = service.spec
    if spec.type != "ExternalName" and spec.selector:
        endpoints = state.find(Endpoints, service.metadata.name, service.metadata.namespace)
        if endpoints is None or not any(subset.addresses for subset in endpoints.subsets):
            return Health("bad", _why_none(service, state))
    if spec.type == "LoadBalancer" and not service.status.load_balancer.ingress:
        return Health("warn", "no external IP yet")
    return OK


def endpoints_health(endpoints: Endpoints, _state: State, _now: int) -> Health:
    if any(subset.addresses for subset in endpoints.subsets):
        return OK
    waiting = sum(len(subset.not_ready_addresses) for subset in endpoints.subsets)
    return Health("bad", f"no ready address, {waiting} not ready" if waiting else "no addresses")


def _why_none(service: Service, state: State) -> str:
    selector = LabelSelector(match_labels=service.spec.selector)
    matching = list(islice(state.select("Pod", service.metadata.namespace, selector), _LOOK_AT))
    count, shown = len(matching), labels_text(service.spec.selector)
    if count == 0:
        return f"no endpoints: no pod has {shown}"
    pods = "1 pod has" if count == 1 else f"{count}{'+' if count == _LOOK_AT else ''} pods have"
    if any(isinstance(pod, Pod) and is_true(pod.status.conditions, "Ready") for pod in matching):
        return f"no endpoints: {pods} {shown}, none has a port {_named_ports(service)}".rstrip()
    return f"no endpoints: {pods} {shown}, none is ready"


def _named_ports(service: Service) -> str:
    """A port that is a number is found behind every pod."""
    targets = (port.target_port for port in service.spec.ports)
    return " or ".join(target for target in targets if isinstance(target, str) and not target.isdecimal())
