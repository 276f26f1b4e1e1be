"""Services as ``kubectl get services`` lists them (rules 11)."""

from engine.kinds import Service, ServicePort
from engine.printers.durations import NONE, UNKNOWN, age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import labels_text
from engine.store.state import State


def cells(service: Service, _state: State, now: int) -> tuple[str, ...]:
    spec = service.spec
    return (
        service.metadata.name,
        spec.type,
        next(iter(spec.cluster_ips), "") or NONE,
        external_ip(service),
        ",".join(_port(port) for port in spec.ports) or NONE,
        age(service, now),
        labels_text(spec.selector),
    )


PRINTER = Printer(columns("NAME,TYPE,CLUSTER-IP,EXTERNAL-IP,PORT(S),AGE", "SELECTOR"), cells)


def external_ip(service: Service) -> str:
    spec = service.spec
    match spec.type:
        case "ClusterIP" | "NodePort":
            return ",".join(spec.external_ips) or NONE
        case "LoadBalancer":
            ingress = service.status.load_balancer.ingress
            addresses = {each.get("ip") or each.get("hostname") or "" for each in ingress}
            return ",".join([*sorted(addresses - {""}), *spec.external_ips]) or "<pending>"
        case "ExternalName":
            return spec.external_name
        case _:
            return UNKNOWN


def _port(port: ServicePort) -> str:
    node_port = f":{port.node_port}" if port.node_port else ""
    return f"{port.port}{node_port}/{port.protocol}"
