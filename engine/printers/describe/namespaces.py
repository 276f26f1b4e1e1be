"""``kubectl describe namespace``, with its quotas and limit ranges. Follows describeNamespace."""

from collections.abc import Iterator

from engine.kinds import Namespace
from engine.kinds.quota import LimitRange, ResourceQuota
from engine.printers.describe.metadata import labels_and_annotations, time_text
from engine.printers.describe.quotas import limit_lines, scope_lines, usage_lines
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_namespace(namespace: Namespace, state: State, _now: int) -> list[str]:
    return tabbed(_lines(namespace, state))


def _lines(namespace: Namespace, state: State) -> Iterator[str]:
    name, status = namespace.metadata.name, namespace.status
    yield f"Name:\t{name}"
    yield from labels_and_annotations(namespace)
    yield f"Status:\t{status.phase}"
    if status.conditions:
        yield from (
            "Conditions:",
            "  Type\tStatus\tLastTransitionTime\tReason\tMessage",
            "  ----\t------\t------------------\t------\t-------",
        )
        for each in status.conditions:
            since = time_text(each.last_transition_time)
            yield f"  {each.type}\t{each.status}\t{since}\t{each.reason}\t{each.message}"
    yield ""
    yield from _quotas(state, name)
    yield ""
    yield from _limit_ranges(state, name)


def _quotas(state: State, namespace: str) -> Iterator[str]:
    quotas = list(state.all(ResourceQuota, namespace))
    if not quotas:
        yield "No resource quota."
        return
    yield "Resource Quotas"
    for quota in quotas:
        yield f"  Name:\t{quota.metadata.name}"
        yield from (f"  {line}" for line in scope_lines(quota))
        yield from ("  Resource\tUsed\tHard", "  --------\t---\t---")
        yield from (f"  {line}" for line in usage_lines(quota))


def _limit_ranges(state: State, namespace: str) -> Iterator[str]:
    ranges = list(state.all(LimitRange, namespace))
    if not ranges:
        yield "No LimitRange resource."
        return
    yield from (
        "Resource Limits",
        " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    )
    for each in ranges:
        yield from (f" {line}" for line in limit_lines(each))
