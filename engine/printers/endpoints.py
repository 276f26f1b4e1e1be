"""Endpoints as ``kubectl get endpoints`` lists them: three addresses, then how many more."""

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
    shown: list[str] = []
    for subset in endpoints.subsets:
        if not subset.ports:
            shown += [address.ip for address in subset.addresses]
        for port in subset.ports:
            shown += [host_port(address.ip, port.port) for address in subset.addresses]
    return first_three(shown)
