"""``kubectl describe namespace``, with its quotas and limit ranges. Follows describeNamespace."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kinds import Namespace, Object, Unmodelled
from engine.printers.describe.metadata import labels_and_annotations, time_text
from engine.printers.quantities import canonical
from engine.printers.tabs import tabbed
from engine.store.state import State

_LIMITS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


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
    quotas = list(state.objects("ResourceQuota", namespace))
    if not quotas:
        yield "No resource quota."
        return
    yield "Resource Quotas"
    for quota in quotas:
        status = _body(quota).get("status", {})
        yield f"  Name:\t{quota.metadata.name}"
        if scopes := sorted(_body(quota).get("spec", {}).get("scopes", ())):
            yield f"  Scopes:\t{', '.join(scopes)}"
        yield from ("  Resource\tUsed\tHard", "  --------\t---\t---")
        used = status.get("used", {})
        for resource, hard in sorted(status.get("hard", {}).items()):
            yield f"  {resource}\t{canonical(str(used.get(resource, '0')))}\t{canonical(str(hard))}"


def _limit_ranges(state: State, namespace: str) -> Iterator[str]:
    ranges = list(state.objects("LimitRange", namespace))
    if not ranges:
        yield "No LimitRange resource."
        return
    yield from (
        "Resource Limits",
        " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    )
    for each in ranges:
        for limit in _body(each).get("spec", {}).get("limits", ()):
            for resource in sorted({name for field in _LIMITS for name in limit.get(field, {})}):
                amounts = [canonical(str(limit.get(field, {}).get(resource, "-"))) for field in _LIMITS]
                yield "\t".join([f" {limit.get('type', '')}", resource, *amounts])


def _body(obj: Object) -> Mapping[str, Any]:
    assert isinstance(obj, Unmodelled)
    return obj.body
