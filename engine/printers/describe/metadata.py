"""The lines every description shares: names, labels, annotations, times, conditions, taints, tolerations.

Lines hold tabs where ``tabs.tabbed`` aligns them. Follows the helpers of kubectl's describe.go.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.kinds import Condition, Object, Taint, Toleration, format_time
from engine.printers.durations import NONE

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_LONGEST_ANNOTATION = 140
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEVER = "Mon, 01 Jan 0001 00:00:00 +0000"
_FIRST_DAY = 3
"""The epoch's first day was a Thursday."""


def name_lines(obj: Object) -> Iterator[str]:
    yield f"Name:\t{obj.metadata.name}"
    if obj.metadata.namespace:
        yield f"Namespace:\t{obj.metadata.namespace}"


def labels_and_annotations(obj: Object) -> Iterator[str]:
    yield from labels_lines("Labels", obj.metadata.labels)
    yield from annotations_lines("Annotations", obj.metadata.annotations)


def time_text(time: int | None) -> str:
    """RFC 1123 with a numeric zone, in UTC: ``Thu, 01 Jan 1970 00:00:00 +0000``; Go's zero time for None."""
    if time is None:
        return _NEVER
    text = format_time(time)
    day = _DAYS[(time // 86400 + _FIRST_DAY) % 7]
    return f"{day}, {text[8:10]} {_MONTHS[int(text[5:7]) - 1]} {text[:4]} {text[11:19]} +0000"


def labels_lines(title: str, labels: Mapping[str, str]) -> Iterator[str]:
    yield from _listed(title, [f"{key}={labels[key]}" for key in sorted(labels)])


def annotations_lines(title: str, annotations: Mapping[str, str]) -> Iterator[str]:
    """All but the last applied configuration; long or many-line values on lines of their own."""
    keys = sorted(key for key in annotations if key != _LAST_APPLIED)
    if not keys:
        yield f"{title}:\t{NONE}"
    for index, key in enumerate(keys):
        head = "\t" if index else f"{title}:\t"
        value = annotations[key].removesuffix("\n")
        if len(value) + len(key) + 2 > _LONGEST_ANNOTATION or "\n" in value:
            yield f"{head}{key}:"
            for line in value.split("\n"):
                yield f"\t  {_shortened(line)}"
        else:
            yield f"{head}{key}: {value}"


def taints_lines(taints: Iterable[Taint]) -> Iterator[str]:
    in_order = sorted(taints, key=lambda taint: f"{taint.effect},{taint.key}")
    yield from _listed("Taints", [str(taint) for taint in in_order])


def tolerations_lines(title: str, tolerations: Iterable[Toleration]) -> Iterator[str]:
    in_order = sorted(tolerations, key=lambda toleration: toleration.key)
    yield from _listed(title, [_toleration_text(toleration) for toleration in in_order])


def conditions_lines(conditions: Iterable[Condition]) -> Iterator[str]:
    """Type, Status and Reason, as workloads show them."""
    lines = [f"  {each.type} \t{each.status}\t{each.reason}" for each in conditions]
    if lines:
        yield from ("Conditions:", "  Type\tStatus\tReason", "  ----\t------\t------", *lines)


def controller_line(obj: Object) -> Iterator[str]:
    owner = obj.metadata.controller
    if owner is not None:
        yield f"Controlled By:\t{owner.kind}/{owner.name}"


def _listed(title: str, entries: list[str]) -> Iterator[str]:
    yield f"{title}:\t{entries[0] if entries else NONE}"
    for entry in entries[1:]:
        yield f"\t{entry}"


def _toleration_text(toleration: Toleration) -> str:
    text = toleration.key
    if toleration.value:
        text += f"={toleration.value}"
    if toleration.effect:
        text += f":{toleration.effect}"
    if toleration.operator == "Exists" and not toleration.value:
        text += " op=Exists" if text else "op=Exists"
    if toleration.toleration_seconds is not None:
        text += f" for {toleration.toleration_seconds}s"
    return text


def _shortened(line: str) -> str:
    limit = _LONGEST_ANNOTATION - 2
    return line if len(line) <= limit else f"{line[:limit]}..."
