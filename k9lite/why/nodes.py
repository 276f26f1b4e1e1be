"""Why a node takes no pods or loses them: its conditions, taints, cordon, and the faults that were made."""

from collections.abc import Iterator

from engine.kinds import Fault, Node, ref_of
from engine.store.state import State
from k9lite.why.cause import Cause


def node_causes(node: Node, state: State, _now: int) -> Iterator[Cause]:
    for fault in state.all(Fault):
        if fault.spec.node == node.metadata.name:
            yield Cause(f"fault {fault.metadata.name}: {fault.spec.type}, until it is deleted", "bad", ref_of(fault))
    for condition in node.status.conditions:
        bad = condition.status != "True" if condition.type == "Ready" else condition.status == "True"
        if bad:
            yield Cause(f"{condition.type} is {condition.status}: {condition.message or condition.reason}", "bad")
    if node.spec.unschedulable:
        yield Cause("it is cordoned: u uncordons it", "warn")
    for taint in node.spec.taints:
        yield Cause(f"taint {taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}", "warn")
