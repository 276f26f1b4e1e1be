"""MetalLB's address pools and advertisements, with the columns their resource definitions ask for."""

import json
from collections.abc import Callable

from engine.kinds import to_manifest
from engine.kinds.metallb import IPAddressPool, L2Advertisement
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def _cells_of(*fields: str) -> Callable[[IPAddressPool | L2Advertisement, State, int], tuple[str, ...]]:
    def cells(obj: IPAddressPool | L2Advertisement, _state: State, _now: int) -> tuple[str, ...]:
        spec = to_manifest(obj).get("spec", {})
        return obj.metadata.name, *(_json(spec.get(field)) for field in fields)

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
