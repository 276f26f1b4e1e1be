"""``kubectl describe endpoints``. Follows describeEndpoints of kubectl's describe.go."""

from collections.abc import Iterator

from engine.kinds import EndpointAddress, Endpoints
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.durations import NONE
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_endpoints(endpoints: Endpoints, state: State, now: int) -> list[str]:
    return tabbed(_lines(endpoints, state, now))


def _lines(endpoints: Endpoints, state: State, now: int) -> Iterator[str]:
    yield from name_lines(endpoints)
    yield from labels_and_annotations(endpoints)
    yield "Subsets:"
    for subset in endpoints.subsets:
        yield f"  Addresses:\t{_ips(subset.addresses)}"
        yield f"  NotReadyAddresses:\t{_ips(subset.not_ready_addresses)}"
        if subset.ports:
            yield from ("  Ports:", "    Name\tPort\tProtocol", "    ----\t----\t--------")
            for port in subset.ports:
                yield f"    {port.name or '<unset>'}\t{port.port}\t{port.protocol}"
        yield ""
    yield from events_lines(endpoints, state, now)


def _ips(addresses: tuple[EndpointAddress, ...]) -> str:
    return ",".join(address.ip for address in addresses) or NONE
