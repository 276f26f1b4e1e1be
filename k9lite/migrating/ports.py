"""``ports`` and ``expose`` -> the container's ports and its Services.

    ports: ["5000:80"]            type LoadBalancer: 5000 -> 80 for those outside; 80 -> 80 as other containers know it
    ports: ["80"]                 type NodePort: the cluster picks a port of the nodes, as Docker picks one of the host
    ports: ["127.0.0.1:80:80"]    type ClusterIP: only this machine was meant to reach it; see kubectl port-forward
    expose: ["80"]                type ClusterIP

``kompose.service.type`` has the last word. What says no port has those its image is known to listen on; a Service
without any is headless, so that the name is found at least.
"""

import re
from collections.abc import Iterator
from typing import Any

from engine.kinds.frozen import frozen
from engine.kubelet.catalog import Resolved, resolve
from k9lite.migrating.report import Report
from k9lite.migrating.values import At

_SHORT = re.compile(
    r"(?:(?P<host>\[[0-9a-fA-F:]+\]|[0-9.]*):)?(?:(?P<published>\d*(?:-\d+)?):)?"
    r"(?P<target>\d+(?:-\d+)?)(?:/(?P<protocol>\w+))?"
)
_TYPES = {"clusterip": "ClusterIP", "nodeport": "NodePort", "loadbalancer": "LoadBalancer", "headless": "None"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@frozen(kw_only=True)
class Port:
    """``published`` is 0 where the host's port is picked, None where there is none."""

    target: int
    protocol: str = "TCP"
    published: int | None = None
    loopback: bool = False


def ports_of(service: At, image: str, report: Report) -> list[Port]:
    """Published ones first; no target twice with the same published port."""
    found: list[Port] = []
    for at in given.items() if (given := service.get("ports")) is not None else ():
        ports = list(_long(at) if at.is_mapping else _short(at))
        found += ports
        report.became(at, _said(ports))
    for at in exposed.items() if (exposed := service.get("expose")) is not None else ():
        found += (ports := list(_short(at)))
        report.became(at, f"a port of the Service, {_numbers([port.target for port in ports])}")
    if not found and given is None and exposed is None:
        resolved = resolve(image)
        listens = resolved.entry.listens if isinstance(resolved, Resolved) else ()
        found = [Port(target=number) for number in listens]
        if found:
            report.became(service, f"its Service has the ports that {image} listens on, {_numbers(listens)}")
    return list(dict.fromkeys(found))


def _said(ports: list[Port]) -> str:
    first = ports[0]
    if first.published is None or first.loopback:
        return "a port of the Service within the cluster only: kubectl port-forward reaches it from here"
    if not first.published:
        return f"a NodePort that the cluster picks -> {first.target}"
    return f"Service of type LoadBalancer, port {first.published} -> {first.target}"


def _numbers(numbers: Any) -> str:
    return ", ".join(map(str, numbers))


def _short(at: At) -> Iterator[Port]:
    match = _SHORT.fullmatch(at.text())
    if match is None:
        raise at.mistake(f'"{at.text()}" is no port: write [HOST-IP:][PUBLISHED:]CONTAINER[/PROTOCOL]')
    host, published = match["host"], match["published"]
    if host is not None and published is None and host.isdecimal():
        host, published = None, host  # "8080:80" has no address
    yield from _paired(at, match["target"], published, match["protocol"] or "tcp", (host or "").strip("[]"))


def _long(at: At) -> Iterator[Port]:
    target, published, protocol, host = (at.get(key) for key in ("target", "published", "protocol", "host_ip"))
    if target is None:
        raise at.mistake("needs target")
    yield from _paired(
        at,
        target.text(),
        published.text() if published else "",
        protocol.text() if protocol else "tcp",
        host.text() if host else "",
    )


def _paired(at: At, target: str, published: str | None, protocol: str, host: str) -> Iterator[Port]:
    if protocol.lower() not in ("tcp", "udp", "sctp"):
        raise at.mistake(f'protocol "{protocol}" is none of tcp, udp, sctp')
    targets = _range(at, target)
    outside: list[int] = _range(at, published) if published else [0] * len(targets)
    if at.path[-2:-1] == ("expose",):
        for number in targets:
            yield Port(target=number, protocol=protocol.upper())
        return
    if len(outside) != len(targets):
        if len(targets) > 1:
            raise at.mistake("the two ranges of ports are not equally long")
        outside = outside[:1]  # one of these is free: the first
    for number, shown in zip(targets, outside, strict=True):
        yield Port(target=number, protocol=protocol.upper(), published=shown, loopback=host in _LOOPBACK)


def _range(at: At, text: str) -> list[int]:
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise at.mistake(f'"{text}" is no port or range of ports')
    numbers = list(range(int(first), int(last or first) + 1))
    if not numbers or numbers[0] < 1 or numbers[-1] > 65535:
        raise at.mistake(f'"{text}": ports are between 1 and 65535')
    return numbers


def service_type(service: At, ports: list[Port], labels: dict[str, At], report: Report) -> str:
    """``None`` is that of a headless Service."""
    if (wanted := labels.get("kompose.service.type")) is not None:
        if wanted.text().lower() not in _TYPES:
            raise wanted.mistake(f'"{wanted.text()}" is none of {", ".join(_TYPES)}')
        report.became(wanted, f"the Service's type, {_TYPES[wanted.text().lower()]}")
        return _TYPES[wanted.text().lower()]
    outside = [port.published for port in ports if port.published is not None and not port.loopback]
    if not ports:
        report.became(service, "a headless Service, which its name is found by: no port is known")
        return "None"
    return "ClusterIP" if not outside else "LoadBalancer" if any(outside) else "NodePort"


def service_ports(ports: list[Port]) -> list[dict[str, Any]]:
    """Published numbers first; the container's own besides, where no published one has taken it."""
    taken: dict[tuple[int, str], int] = {}
    for port in ports:
        if port.published:
            taken.setdefault((port.published, port.protocol), port.target)
    for port in ports:
        taken.setdefault((port.target, port.protocol), port.target)
    return [
        {"name": f"{number}" + ("" if protocol == "TCP" else f"-{protocol.lower()}"), "port": number,
         "protocol": protocol, "targetPort": target}
        for (number, protocol), target in taken.items()
    ]  # fmt: skip


def container_ports(ports: list[Port]) -> list[dict[str, Any]]:
    wanted = dict.fromkeys((port.target, port.protocol) for port in ports)
    return [{"containerPort": number, "protocol": protocol} for number, protocol in wanted]
