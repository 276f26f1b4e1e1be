"""The part of JSONPath that kubectl's users write: ``{.a.b}``, ``.a[0].b``, ``[*]``, ``['x.y']``, ``[?(@.a=="b")]``.

Follows client-go's ``util/jsonpath`` for these, for ``..name``, slices, unions and ``{range}``; ``[]`` is the first.
"""

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.errors import UsageError

_STEP = re.compile(
    r"\.?\[(?:(\*)|(-?\d+)|'([^']*)'|\"([^\"]*)\"|\?\((.+?)\))\]"
    r"|\.?\[((?:-?\d*:-?\d*(?::\d+)?)|(?:[^\[\]?*]+,[^\[\]]+))\]"
    r"|(\.\.)(?=[^.])"
    r"|\.?((?:[^.\[\]\\]|\\.)+)"
)
_FILTER = re.compile(r"\s*(?:@|(?=\.))([^=!<>]*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.*?))?\s*")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
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
    path = path.removeprefix("$").removeprefix("@").replace("[]", "[0]")
    while at < len(path) and path[at:] != ".":
        match = _STEP.match(path, at)
        if match is None:
            known = "names, [number], [*], slices, unions and [?(@.a==b)]"
            raise UsageError(f"error parsing jsonpath {{{path}}}: only {known} are understood")
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
    return _filled(re.split(r"(\{[^{}]*\})", template), value, value)


def find_results(value: Any, template: str) -> list[Any]:
    """What all paths of a template lead to, for ``-o jsonpath-as-json``."""
    paths = [part[1:-1].strip() for part in re.split(r"(\{[^{}]*\})", template) if part.startswith("{")]
    return [each for path in paths for each in find_all(value, path)]


def _filled(parts: Sequence[str], value: Any, root: Any) -> str:
    """Every other part is in braces. A path in a range starts at its item, ``$`` at the root."""
    text, at = "", 0
    while at < len(parts):
        part, at = parts[at], at + 1
        inner = part[1:-1].strip()
        if not part.startswith("{"):
            text += part
        elif inner.startswith("range "):
            end = _end_of_range(parts, at)
            for each in find_all(root if inner[6:].strip().startswith("$") else value, inner[6:].strip()):
                text += _filled(parts[at:end], each, root)
            at = end + 1
        elif inner[:1] in ("'", '"') and inner[-1:] == inner[:1]:
            text += inner[1:-1].replace("\\n", "\n").replace("\\t", "\t")
        else:
            text += " ".join(_text(each) for each in find_all(root if inner.startswith("$") else value, inner))
    return text


def _end_of_range(parts: Sequence[str], at: int) -> int:
    depth = 1
    for place in range(at, len(parts)):
        inner = parts[place][1:-1].strip() if parts[place].startswith("{") else ""
        depth += inner.startswith("range ") - (inner == "end")
        if not depth:
            return place
    raise UsageError("error parsing jsonpath: a {range} has no {end}")


def _step(parent: Any, match: re.Match[str]) -> list[Any]:
    star, index, single, double, wanted, several, deep, name = match.groups()
    if deep:
        return _all_below(parent)
    if several is not None:
        return _slice_or_union(parent, several)
    if star or name == "*":
        children = parent.values() if isinstance(parent, Mapping) else parent if isinstance(parent, list) else ()
        return list(children)
    if index is not None:
        fits = isinstance(parent, list) and -len(parent) <= int(index) < len(parent)
        return [parent[int(index)]] if fits else []
    if wanted is not None:
        children = parent.values() if isinstance(parent, Mapping) else parent if isinstance(parent, list) else ()
        return [child for child in children if _fits(child, wanted)]
    key = next(each for each in (single, double, name) if each is not None).replace("\\.", ".")
    return [parent[key]] if isinstance(parent, Mapping) and key in parent else []


def _all_below(parent: Any) -> list[Any]:
    """The value itself and everything in it, outer before inner."""
    children = parent.values() if isinstance(parent, Mapping) else parent if isinstance(parent, list) else ()
    return [parent, *(each for child in children for each in _all_below(child))]


def _slice_or_union(parent: Any, text: str) -> list[Any]:
    """``0:3``, ``-1:``, ``0:8:2``; ``0,2``, ``'a','b'``."""
    if ":" in text and "'" not in text and '"' not in text:
        ends = [int(part) if part else None for part in text.split(":")]
        return parent[slice(*ends)] if isinstance(parent, list) else []
    keys = [part.strip() for part in text.split(",")]
    found: list[Any] = []
    for key in keys:
        step = _STEP.fullmatch(f"[{key}]")
        found += _step(parent, step) if step is not None else _step(parent, _named_step(key))
    return found


def _named_step(key: str) -> re.Match[str]:
    match = _STEP.fullmatch(f".{key}")
    if match is None:
        raise UsageError(f"error parsing jsonpath: {key} is no name or number")
    return match


def _fits(child: Any, wanted: str) -> bool:
    """``@.type=="Ready"``, or ``@.type`` alone for being there. Text and a number never fit."""
    match = _FILTER.fullmatch(wanted)
    if match is None:
        raise UsageError(f"error parsing jsonpath: the filter {wanted} is not understood")
    path, sign, right = match.groups()
    found = find_all(child, path)
    if sign is None or not found:
        return bool(found)
    quote = right[:1]
    literal: Any = right[1:-1] if quote in ("'", '"') and right[-1:] == quote and len(right) > 1 else None
    if literal is None:
        try:
            literal = json.loads(right)
        except ValueError:
            raise UsageError(f"error parsing jsonpath: the filter {wanted} compares with no string or number") from None
    comparable = any(isinstance(found[0], kind) and isinstance(literal, kind) for kind in (str, (int, float)))
    return comparable and _OPERATORS[sign](found[0], literal)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)
