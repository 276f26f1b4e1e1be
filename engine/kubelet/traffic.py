"""How much the servers of a cluster have to do for the endless loops of other containers (a load generator's).

    while sleep 0.01; do wget -q -O- http://php-apache; done      a request, its answer, a pause, and again

A loop waits for each answer, so that what it makes a server work is bounded by one core; a Service spreads it evenly
over its ready endpoints. Nothing of it is recorded: it follows from the pods that run, worked out once a State.
Shortcuts: what typed lines ask is counted by their requests (usage.py); node ports and Ingresses are not followed.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from attrs import define, field

from engine.kinds import Container, Pod, Same, same
from engine.kinds.frozen import frozen
from engine.kubelet.catalog import Resolved, resolve
from engine.kubelet.demand import demand_of
from engine.kubelet.process import program_of
from engine.kubelet.shell.machine import HttpReply, HttpRequest, Lookup
from engine.kubelet.shell.recording import Loop, Script, rounds
from engine.kubelet.shell.wires import ANSWERING
from engine.network import dns, proxy
from engine.store.state import State

_ROUND_TRIP_MS = 2
_WINDOW_SECONDS = 15
"""What is measured is a mean over that time: a load shows once it has filled it."""
_CALL_CPU_MICROSECONDS = 1500
"""What it takes to start a wget or curl."""


class Asked(NamedTuple):
    host: str
    port: int


@frozen(kw_only=True)
class Load:
    """``since`` is when the loop began; what it takes is what it takes from a server that is not throttled."""

    since: int
    cpu_micro: int
    """In millionths of a core."""


@frozen(kw_only=True)
class Traffic:
    """By pod uid and container: the loads that are put on it, and the one that its own loop is."""

    served: Mapping[tuple[str, str], tuple[Load, ...]]
    made: Mapping[tuple[str, str], Load]

    def cpu_milli(self, pod: Pod, container: str, now: int) -> int:
        key = (pod.metadata.uid, container)
        made = self.made.get(key)
        loads = (*self.served.get(key, ()), *((made,) if made is not None else ()))
        micro: int = sum([each.cpu_micro for each in loads if each.since <= now - _WINDOW_SECONDS])
        return micro // 1000


def traffic(state: State) -> Traffic:
    return _traffic(same(state))


@lru_cache(maxsize=2)
def _traffic(same: Same[State]) -> Traffic:
    state = same()
    served: dict[tuple[str, str], tuple[Load, ...]] = {}
    made: dict[tuple[str, str], Load] = {}
    for pod in state.callers():
        for container, since, period_ms, asked in _loops(state, pod):
            targets = [_targets(state, pod, each) for each in asked]
            costs = [demand_of(found[0][1]).request_cpu_microseconds if found else 0 for found in targets]
            round_us = (period_ms + len(asked) * _ROUND_TRIP_MS) * 1000 + sum(costs)
            for found, cost in zip(targets, costs, strict=True):
                for server, inside in found:
                    key = (server.metadata.uid, inside.name)
                    load = Load(since=since, cpu_micro=cost * 1_000_000 // round_us // len(found))
                    served[key] = (*served.get(key, ()), load)
            own = _CALL_CPU_MICROSECONDS * len(asked) * 1_000_000 // round_us
            made[pod.metadata.uid, container.name] = Load(since=since, cpu_micro=own)
    return Traffic(served=served, made=made)


def _loops(state: State, pod: Pod) -> Iterator[tuple[Container, int, int, tuple[Asked, ...]]]:
    """Each container that asks in an endless loop: since when, how long a round takes, what it asks in one."""
    for container, status in zip(pod.spec.containers, pod.status.container_statuses, strict=False):
        running = status.state.running
        if running is None:
            continue
        since = running.started_at or 0
        program = program_of(state, pod, container, since)
        if program is None or program.recording.loop is None:
            continue
        asked = _asked(program.script, program.recording.loop)
        if asked:
            yield container, since, program.recording.loop.period_ms, asked


@lru_cache(maxsize=1024)
def _asked(script: Script, loop: Loop) -> tuple[Asked, ...]:
    """What one round asks."""
    wire = _Noting()
    rounds(script, loop, wire, 0, 1)
    return tuple(wire.asked)


@define
class _Noting:
    """A network that answers everything, and remembers what it was asked."""

    asked: list[Asked] = field(factory=list)

    def lookup(self, name: str, time: int, type_: str = "A", asked: str = "", /) -> Lookup:
        return ANSWERING.lookup(name, time, type_, asked)

    def connect(self, ip: str, port: int, time: int, protocol: str = "TCP", /) -> str:
        return ANSWERING.connect(ip, port, time, protocol)

    def ping(self, ip: str, time: int, /) -> bool:
        return ANSWERING.ping(ip, time)

    def talk(self, ip: str, port: int, text: str, time: int, /) -> str:
        return ANSWERING.talk(ip, port, text, time)

    def http(self, request: HttpRequest, time: int, /) -> HttpReply:
        self.asked.append(Asked(request.host, request.port))
        return ANSWERING.http(request, time)


def _targets(state: State, caller: Pod, asked: Asked) -> list[tuple[Pod, Container]]:
    """Every container that gets its share of such requests."""
    address = asked.host
    if not _is_address(address):
        found = dns.resolve(state, address, caller.metadata.namespace)
        if not isinstance(found, dns.Answer) or not found.addresses:
            return []
        address = found.addresses[0]
    service = proxy.service_at(state, address)
    if service is None:
        pod = proxy.pod_at(state, address)
        return [] if pod is None else [(pod, _server(pod, asked.port))]
    port = next((each for each in service.spec.ports if each.port == asked.port), None)
    if port is None:
        return []
    behind = []
    for endpoint, target in proxy.ready_endpoints(state, service, port):
        pod = proxy.pod_at(state, endpoint.addresses[0]) if endpoint.addresses else None
        if pod is not None:
            behind.append((pod, _server(pod, target)))
    return behind


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _server(pod: Pod, port: int) -> Container:
    """The container that says, or whose image does, that it listens there; the first one otherwise."""
    for container in pod.spec.containers:
        image = resolve(container.image)
        listens = image.entry.listens if isinstance(image, Resolved) else ()
        if port in listens or any(each.container_port == port for each in container.ports):
            return container
    return pod.spec.containers[0]
