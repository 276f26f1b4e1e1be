"""``kubectl describe endpointslice``. Follows describeEndpointSliceV1 of kubectl's describe.go."""

from collections.abc import Iterator

from engine.kinds import Endpoint, EndpointSlice
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.durations import NONE
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_UNSET = "<unset>"


def describe_endpoint_slice(endpoint_slice: EndpointSlice, state: State, now: int) -> list[str]:
    return tabbed(_lines(endpoint_slice, state, now))


def _lines(endpoint_slice: EndpointSlice, state: State, now: int) -> Iterator[str]:
    yield from name_lines(endpoint_slice)
    yield from labels_and_annotations(endpoint_slice)
    yield f"AddressType:\t{endpoint_slice.address_type}"
    if endpoint_slice.ports:
        yield from ("Ports:", "  Name\tPort\tProtocol", "  ----\t----\t--------")
        for port in endpoint_slice.ports:
            yield f"  {port.name or _UNSET}\t{port.port or _UNSET}\t{port.protocol}"
    else:
        yield f"Ports: {_UNSET}"
    yield "Endpoints:" if endpoint_slice.endpoints else f"Endpoints: {NONE}"
    for endpoint in endpoint_slice.endpoints:
        yield from _endpoint(endpoint)
    yield from events_lines(endpoint_slice, state, now)


def _endpoint(endpoint: Endpoint) -> Iterator[str]:
    ready = endpoint.conditions.ready
    yield f"  - Addresses:\t{', '.join(endpoint.addresses) or NONE}"
    yield "    Conditions:"
    yield f"      Ready:\t{_UNSET if ready is None else str(ready).lower()}"
    yield f"    Hostname:\t{_UNSET if endpoint.hostname is None else endpoint.hostname}"
    if endpoint.target_ref is not None:
        yield f"    TargetRef:\t{endpoint.target_ref.kind}/{endpoint.target_ref.name}"
    yield f"    NodeName:\t{_UNSET if endpoint.node_name is None else endpoint.node_name}"
    yield f"    Zone:\t{_UNSET if endpoint.zone is None else endpoint.zone}"
