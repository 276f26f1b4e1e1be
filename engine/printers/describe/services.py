"""``kubectl describe service``. Follows describeService of kubectl's describe.go."""

from collections.abc import Iterator, Sequence

from engine.kinds import EndpointSlice, Service, ServicePort
from engine.printers.describe.endpoint_text import endpoints_text, slices_of
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.durations import NONE
from engine.printers.parts.selectors import labels_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_service(service: Service, state: State, now: int) -> list[str]:
    return tabbed(_lines(service, state, now))


def _lines(service: Service, state: State, now: int) -> Iterator[str]:
    spec = service.spec
    yield from name_lines(service)
    yield from labels_and_annotations(service)
    yield f"Selector:\t{labels_text(spec.selector)}"
    yield f"Type:\t{spec.type}"
    if spec.ip_family_policy is not None:
        yield f"IP Family Policy:\t{spec.ip_family_policy}"
    yield f"IP Families:\t{','.join(spec.ip_families) or NONE}"
    yield f"IP:\t{spec.cluster_ip}"
    yield f"IPs:\t{','.join(spec.cluster_ips) or NONE}"
    if spec.external_ips:
        yield f"External IPs:\t{','.join(spec.external_ips)}"
    if wanted := spec.extra.get("loadBalancerIP"):
        yield f"Desired LoadBalancer IP:\t{wanted}"
    if spec.external_name:
        yield f"External Name:\t{spec.external_name}"
    if service.status.load_balancer.ingress:
        yield f"LoadBalancer Ingress:\t{_ingress(service)}"
    slices = slices_of(service, state) if spec.ports else []
    for port in spec.ports:
        yield from _port(port, slices)
    yield f"Session Affinity:\t{spec.session_affinity}"
    if spec.external_traffic_policy:
        yield f"External Traffic Policy:\t{spec.external_traffic_policy}"
    if spec.internal_traffic_policy is not None:
        yield f"Internal Traffic Policy:\t{spec.internal_traffic_policy}"
    if health_check := spec.extra.get("healthCheckNodePort"):
        yield f"HealthCheck NodePort:\t{health_check}"
    if sources := spec.extra.get("loadBalancerSourceRanges"):
        yield f"LoadBalancer Source Ranges:\t{','.join(sources)}"
    if distribution := spec.extra.get("trafficDistribution"):
        yield f"Traffic Distribution:\t{distribution}"
    yield from events_lines(service, state, now)


def _port(port: ServicePort, slices: Sequence[EndpointSlice]) -> Iterator[str]:
    name = port.name or "<unset>"
    yield f"Port:\t{name}\t{port.port}/{port.protocol}"
    target = port.port if port.target_port is None else port.target_port
    yield f"TargetPort:\t{target}/{port.protocol}"
    if port.app_protocol is not None:
        yield f"AppProtocol:\t{port.app_protocol}"
    if port.node_port:
        yield f"NodePort:\t{name}\t{port.node_port}/{port.protocol}"
    yield f"Endpoints:\t{endpoints_text(port.name, slices) if slices else NONE}"


def _ingress(service: Service) -> str:
    texts = []
    for each in service.status.load_balancer.ingress:
        mode = f" ({each['ipMode']})" if each.get("ip") and each.get("ipMode") else ""
        texts.append(f"{each.get('ip') or each.get('hostname') or ''}{mode}")
    return ", ".join(texts)
