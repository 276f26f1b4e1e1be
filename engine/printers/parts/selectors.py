"""Labels, selectors, containers and addresses as one cell each.

Follows apimachinery's ``labels.FormatLabels``, ``metav1.FormatLabelSelector`` and the API server's
``layoutContainerCells`` and ``formatEndpoints``.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from engine.kinds import Container, LabelSelector, Requirement
from engine.printers.durations import NONE


def labels_text(labels: Mapping[str, str]) -> str:
    """``app=web,tier=front``, sorted; ``<none>``."""
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) or NONE


def selector_text(selector: LabelSelector | None) -> str:
    """``app=web,tier in (a,b),!old``, sorted by key; ``""`` for one that names nothing."""
    if selector is None:
        return ""
    terms = [(key, f"{key}={value}") for key, value in selector.match_labels.items()]
    terms += [(each.key, _requirement_text(each)) for each in selector.match_expressions]
    return ",".join(text for _, text in sorted(terms, key=lambda term: term[0]))


def container_cells(containers: Iterable[Container]) -> tuple[str, str]:
    """The CONTAINERS and IMAGES cells."""
    return ",".join(each.name for each in containers), ",".join(each.image for each in containers)


def first_three(items: Iterable[str], count: int) -> str:
    """``a,b,c + 2 more...``; ``items`` is read no further, however many of them ``count`` says there are."""
    return ",".join(islice(items, 3)) + (f" + {count - 3} more..." if count > 3 else "")


def host_port(host: str, port: int | str) -> str:
    """``10.0.0.1:80``, ``[fd00::1]:80``."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _requirement_text(requirement: Requirement) -> str:
    values = ",".join(sorted(requirement.values))
    match requirement.operator:
        case "In":
            return f"{requirement.key} in ({values})"
        case "NotIn":
            return f"{requirement.key} notin ({values})"
        case "Exists":
            return requirement.key
        case "DoesNotExist":
            return f"!{requirement.key}"
        case "Gt" | "Lt":
            return f"{requirement.key}{'>' if requirement.operator == 'Gt' else '<'}{values}"
        case _:
            return f"{requirement.key} {requirement.operator} ({values})"
