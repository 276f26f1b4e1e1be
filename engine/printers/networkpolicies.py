"""NetworkPolicies as ``kubectl get networkpolicies`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import NONE, age
from engine.printers.parts.body import selector
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import selector_text
from engine.store.state import State


def cells(policy: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    pods = selector_text(selector(policy.body, "spec", "podSelector")) or NONE
    return policy.metadata.name, pods, age(policy, now)


PRINTER = Printer(columns("NAME,POD-SELECTOR,AGE"), cells)
