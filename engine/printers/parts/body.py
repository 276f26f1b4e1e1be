"""Reading the verbatim body of a kind without a model: fields may be missing or of any type.

A printer must list whatever was applied, so nothing here raises; what is not there is empty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.kinds import EMPTY, LabelSelector, Requirement, Unmodelled, parse_time


def at(body: Any, *path: str) -> Any:
    """The value under a path of keys; None if any is missing."""
    for key in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(key)
    return body


def text(body: Any, *path: str, default: str = "") -> str:
    """The value as kubectl prints it, ``default`` where there is none; flags are True and False."""
    value = at(body, *path)
    return default if value is None else str(value)


def number(body: Any, *path: str, default: int = 0) -> int:
    value = at(body, *path)
    return value if isinstance(value, int) else default


def items(body: Any, *path: str) -> Sequence[Any]:
    value = at(body, *path)
    return value if isinstance(value, (list, tuple)) else ()


def mapping(body: Any, *path: str) -> Mapping[str, Any]:
    value = at(body, *path)
    return value if isinstance(value, Mapping) else EMPTY


def time(body: Any, *path: str) -> int | None:
    try:
        return parse_time(text(body, *path))
    except ValueError:
        return None


def is_true(obj: Unmodelled, condition: str) -> bool:
    """A condition of its status."""
    return any(
        at(each, "type") == condition and at(each, "status") == "True"
        for each in items(obj.body, "status", "conditions")
    )


def container_cells(template: Any) -> tuple[str, str]:
    """The CONTAINERS and IMAGES cells of a pod template."""
    containers = items(template, "spec", "containers")
    names, images = ([text(each, field) for each in containers] for field in ("name", "image"))
    return ",".join(names), ",".join(images)


def selector(body: Any, *path: str) -> LabelSelector:
    return LabelSelector(
        match_labels={key: str(value) for key, value in mapping(body, *path, "matchLabels").items()},
        match_expressions=tuple(
            Requirement(
                key=text(each, "key"),
                operator=text(each, "operator"),
                values=tuple(str(value) for value in items(each, "values")),
            )
            for each in items(body, *path, "matchExpressions")
        ),
    )
