"""``kubectl describe namespace``, with its quotas and limit ranges. Follows describeNamespace."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kinds import Namespace, Unmodelled
from engine.kinds.amounts import canonical
from engine.printers.describe.metadata import labels_and_annotations, time_text
from engine.printers.parts.body import items, mapping, text
from engine.printers.parts.tabs import tabbed
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
    quotas = _bodies("ResourceQuota", state, namespace)
    if not quotas:
        yield "No resource quota."
        return
    yield "Resource Quotas"
    for name, body in quotas:
        yield f"  Name:\t{name}"
        if scopes := sorted(str(scope) for scope in items(body, "spec", "scopes")):
            yield f"  Scopes:\t{', '.join(scopes)}"
        yield from ("  Resource\tUsed\tHard", "  --------\t---\t---")
        for resource, hard in sorted(mapping(body, "status", "hard").items()):
            used = text(body, "status", "used", resource, default="0")
            yield f"  {resource}\t{canonical(used)}\t{canonical(str(hard))}"


def _limit_ranges(state: State, namespace: str) -> Iterator[str]:
    ranges = _bodies("LimitRange", state, namespace)
    if not ranges:
        yield "No LimitRange resource."
        return
    yield from (
        "Resource Limits",
        " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    )
    for _, body in ranges:
        for limit in items(body, "spec", "limits"):
            for resource in sorted({name for field in _LIMITS for name in mapping(limit, field)}):
                amounts = [canonical(text(limit, field, resource, default="-")) for field in _LIMITS]
                yield "\t".join([f" {text(limit, 'type')}", resource, *amounts])


def _bodies(kind: str, state: State, namespace: str) -> list[tuple[str, Mapping[str, Any]]]:
    found = state.objects(kind, namespace)
    return [(obj.metadata.name, obj.body) for obj in found if isinstance(obj, Unmodelled)]
