"""Health of an Ingress: a controller serves it, and there are Services behind its rules."""

from collections.abc import Iterator

from engine.kinds import Service
from engine.kinds.networking import Ingress, IngressBackend, IngressClass
from engine.printers.health.services import service_health
from engine.printers.parts.levels import OK, Health
from engine.store.state import State


def ingress_health(ingress: Ingress, state: State, now: int) -> Health:
    silent = ""
    for backend in _backends(ingress):
        wanted = backend.service
        if wanted is None:
            continue
        service = state.find(Service, wanted.name, ingress.metadata.namespace)
        if service is None:
            return Health("bad", f"no service {wanted.name}")
        named = {each.port for each in service.spec.ports} | {each.name for each in service.spec.ports if each.name}
        if not named & {wanted.port.number, wanted.port.name}:
            return Health("bad", f"service {wanted.name} has no port {wanted.port}")
        behind = service_health(service, state, now)
        if behind.level == "bad":
            silent = silent or f"service {wanted.name}: {behind.reason}"
    if silent:
        return Health("bad", silent)
    if ingress.spec.ingress_class_name is None:
        return Health("warn", "no ingress class: nobody serves it")
    if ingress.status.load_balancer.ingress:
        return OK
    is_known = state.find(IngressClass, ingress.spec.ingress_class_name) is not None
    return Health("warn", "no address yet" if is_known else f"no ingress class {ingress.spec.ingress_class_name}")


def _backends(ingress: Ingress) -> Iterator[IngressBackend]:
    if ingress.spec.default_backend is not None:
        yield ingress.spec.default_backend
    for rule in ingress.spec.rules:
        yield from (path.backend for path in rule.http.paths) if rule.http is not None else ()
