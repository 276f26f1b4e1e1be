"""Endpoints as ``kubectl get endpoints`` lists them: three addresses, then how many more."""

from collections.abc import Iterator

from engine.kinds import Endpoints
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import first_three, host_port
from engine.store.state import State


def cells(endpoints: Endpoints, _state: State, now: int) -> tuple[str, ...]:
    return endpoints.metadata.name, _addresses(endpoints), age(endpoints, now)


PRINTER = Printer(columns("NAME,ENDPOINTS,AGE"), cells)


def _addresses(endpoints: Endpoints) -> str:
    if not endpoints.subsets:
        return NONE
    count = sum(len(subset.addresses) * (len(subset.ports) or 1) for subset in endpoints.subsets)
    return first_three(_each(endpoints), count)


def _each(endpoints: Endpoints) -> Iterator[str]:
    for subset in endpoints.subsets:
        if not subset.ports:
            yield from (address.ip for address in subset.addresses)
        for port in subset.ports:
            yield from (host_port(address.ip, port.port) for address in subset.addresses)
