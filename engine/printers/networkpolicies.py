"""NetworkPolicies as ``kubectl get networkpolicies`` lists them."""

from engine.kinds.networking import NetworkPolicy
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import selector_text
from engine.store.state import State


def cells(policy: NetworkPolicy, _state: State, now: int) -> tuple[str, ...]:
    return policy.metadata.name, selector_text(policy.spec.pod_selector) or NONE, age(policy, now)


PRINTER = Printer(columns("NAME,POD-SELECTOR,AGE"), cells)
