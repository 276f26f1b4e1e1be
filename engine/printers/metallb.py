"""MetalLB's address pools and advertisements, with the columns their resource definitions ask for."""

import json
from collections.abc import Callable

from engine.kinds import Unmodelled
from engine.printers.parts.body import at
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def _cells_of(*fields: str) -> Callable[[Unmodelled, State, int], tuple[str, ...]]:
    def cells(obj: Unmodelled, _state: State, _now: int) -> tuple[str, ...]:
        return obj.metadata.name, *(_json(at(obj.body, "spec", field)) for field in fields)

    return cells


IP_ADDRESS_POOL = Printer(
    columns("NAME,AUTO ASSIGN,AVOID BUGGY IPS,ADDRESSES"),
    _cells_of("autoAssign", "avoidBuggyIPs", "addresses"),
)
L2_ADVERTISEMENT = Printer(
    columns("NAME,IPADDRESSPOOLS,IPADDRESSPOOL SELECTORS,INTERFACES"),
    _cells_of("ipAddressPools", "ipAddressPoolSelectors", "interfaces"),
)


def _json(value: object) -> str:
    """As the API server fills a column of a custom resource."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, separators=(",", ":"), default=dict)
