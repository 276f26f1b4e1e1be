"""The part of JSONPath that kubectl's users write: ``{.a.b}``, ``.a[0].b``, ``[*]``, ``['x.y']``.

Follows client-go's ``util/jsonpath`` for these; filters, slices and ``range`` are refused, not misread.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.errors import UsageError

_STEP = re.compile(r"\.?\[(?:(\*)|(-?\d+)|'([^']*)'|\"([^\"]*)\")\]|\.?((?:[^.\[\]\\]|\\.)+)")
_RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")


def relaxed(path: str) -> str:
    """``a.b``, ``.a.b`` and ``{a.b}`` as ``.a.b``. Raises UsageError."""
    match = _RELAXED.fullmatch(path)
    if match is None:
        raise UsageError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return "." + (match[1] or match[2])


def find_all(value: Any, path: str) -> list[Any]:
    """What ``path`` leads to; a step that is not there leads nowhere. Raises UsageError for other syntax."""
    found, at = [value], 0
    path = path.removeprefix("$")
    while at < len(path) and path[at:] != ".":
        match = _STEP.match(path, at)
        if match is None:
            raise UsageError(f"error parsing jsonpath {{{path}}}: only names, [number] and [*] are understood")
        found = [each for parent in found for each in _step(parent, match)]
        at = match.end()
    return found


def mapping_at(value: Any, *names: str) -> Mapping[str, Any]:
    """The mapping under plain names, an empty one where there is none: bodies without a model have any shape."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def fill_template(value: Any, template: str) -> str:
    """``-o jsonpath``: the ``{...}`` of a template replaced by what they lead to."""

    def replaced(match: re.Match[str]) -> str:
        inner = match[1].strip()
        if inner[:1] in "\"'" and inner[-1:] == inner[:1]:
            return inner[1:-1].replace("\\n", "\n").replace("\\t", "\t")
        return " ".join(_text(each) for each in find_all(value, inner))

    return re.sub(r"\{([^{}]*)\}", replaced, template)


def _step(parent: Any, match: re.Match[str]) -> list[Any]:
    star, index, single, double, name = match.groups()
    if star or name == "*":
        children = parent.values() if isinstance(parent, Mapping) else parent if isinstance(parent, list) else ()
        return list(children)
    if index is not None:
        fits = isinstance(parent, list) and -len(parent) <= int(index) < len(parent)
        return [parent[int(index)]] if fits else []
    key = next(each for each in (single, double, name) if each is not None).replace("\\.", ".")
    return [parent[key]] if isinstance(parent, Mapping) and key in parent else []


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)
