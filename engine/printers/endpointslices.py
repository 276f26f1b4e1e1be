"""EndpointSlices as ``kubectl get endpointslices`` lists them, with at most three addresses."""

from engine.kinds import EndpointSlice
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import first_three
from engine.store.state import State

_UNSET = "<unset>"


def cells(endpoint_slice: EndpointSlice, _state: State, now: int) -> tuple[str, ...]:
    ports = [str(port.port) if port.port else port.name or "*" for port in endpoint_slice.ports]
    addresses = (address for endpoint in endpoint_slice.endpoints for address in endpoint.addresses)
    count = sum(len(endpoint.addresses) for endpoint in endpoint_slice.endpoints)
    return (
        endpoint_slice.metadata.name,
        endpoint_slice.address_type,
        first_three(ports, len(ports)) or _UNSET,
        first_three(addresses, count) or _UNSET,
        age(endpoint_slice, now),
    )


PRINTER = Printer(columns("NAME,ADDRESSTYPE,PORTS,ENDPOINTS,AGE"), cells)
