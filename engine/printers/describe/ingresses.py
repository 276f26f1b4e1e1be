"""``kubectl describe ingress`` and ``ingressclass``. Follows IngressDescriber of kubectl's describe.go."""

from collections.abc import Iterator

from engine.kinds import Service
from engine.kinds.networking import Ingress, IngressBackend, IngressClass
from engine.printers.describe.endpoint_text import endpoints_text, slices_named
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import annotations_lines, labels_and_annotations, labels_lines
from engine.printers.durations import NONE
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_ingress(ingress: Ingress, state: State, now: int) -> list[str]:
    return tabbed(_lines(ingress, state, now))


def describe_ingress_class(ingress_class: IngressClass, state: State, now: int) -> list[str]:
    return tabbed(_class_lines(ingress_class, state, now))


def _lines(ingress: Ingress, state: State, now: int) -> Iterator[str]:
    meta, spec = ingress.metadata, ingress.spec
    addresses = {str(each.get("ip") or each.get("hostname") or "") for each in ingress.status.load_balancer.ingress}
    fallback = "<default>" if spec.default_backend is None else _backend(spec.default_backend, meta.namespace, state)
    yield f"Name:\t{meta.name}"
    yield from labels_lines("Labels", meta.labels)
    yield f"Namespace:\t{meta.namespace}"
    yield f"Address:\t{','.join(sorted(addresses - {''}))}"
    yield f"Ingress Class:\t{NONE if spec.ingress_class_name is None else spec.ingress_class_name}"
    yield f"Default backend:\t{fallback}"
    if spec.tls:
        yield "TLS:"
    for tls in spec.tls:
        hosts = ",".join(tls.hosts)
        yield f"  {tls.secret_name} terminates {hosts}" if tls.secret_name else f"  SNI routes {hosts}"
    yield from ("Rules:", "  Host\tPath\tBackends", "  ----\t----\t--------")
    rules = [(rule.host, rule.http) for rule in spec.rules]
    for host, http in rules:
        if http is not None:
            yield f"  {host or '*'}\t"
            for path in http.paths:
                yield f"    \t{path.path} \t{_backend(path.backend, meta.namespace, state)}"
    if all(http is None for _, http in rules):
        yield f"  *\t*\t{fallback}"
    yield from annotations_lines("Annotations", meta.annotations)
    yield from events_lines(ingress, state, now)


def _backend(backend: IngressBackend, namespace: str, state: State) -> str:
    """``web:80 (10.244.1.3:80,10.244.2.4:80)``."""
    wanted = backend.service
    if wanted is None:
        other = backend.resource or {}
        group = other.get("apiGroup") or NONE
        return f"APIGroup: {group}, Kind: {other.get('kind', '')}, Name: {other.get('name', '')}"
    shown = f"{wanted.name}:{wanted.port.number or wanted.port.name}"
    service = state.find(Service, wanted.name, namespace)
    if service is None:
        return f'{shown} (<error: services "{wanted.name}" not found>)'
    named = [
        port.name
        for port in service.spec.ports
        if (wanted.port.number and wanted.port.number == port.port)
        or (wanted.port.name and wanted.port.name == port.name)
    ]
    slices = slices_named(wanted.name, namespace, state)
    return f"{shown} ({endpoints_text(named[-1] if named else '', slices) if slices else NONE})"


def _class_lines(ingress_class: IngressClass, state: State, now: int) -> Iterator[str]:
    yield f"Name:\t{ingress_class.metadata.name}"
    yield from labels_and_annotations(ingress_class)
    yield f"Controller:\t{ingress_class.spec.controller}"
    parameters = ingress_class.spec.parameters
    if parameters is not None:
        yield "Parameters:"
        if parameters.get("apiGroup") is not None:
            yield f"  APIGroup:\t{parameters['apiGroup']}"
        yield f"  Kind:\t{parameters.get('kind', '')}"
        yield f"  Name:\t{parameters.get('name', '')}"
    yield from events_lines(ingress_class, state, now)
