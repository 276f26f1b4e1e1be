"""Strategic merge patch: merge patch, with lists merged by key and directives in the patch.

    {"$patch": "replace" | "delete" | "merge", ...}   in a mapping or a list element
    "$retainKeys": [keys]                             drops all other keys of the mapping
    "$deleteFromPrimitiveList/<field>": [values]      beside the list
    "$setElementOrder/<field>": [keys or values]      beside the list

Follows ``k8s.io/apimachinery/pkg/util/strategicpatch``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api.patching.merge_keys import PRIMITIVE, Path, key_of, merge_key
from engine.errors import BadRequest

_DELETE_FROM, _ORDER, _RETAIN, _PATCH = "$deleteFromPrimitiveList", "$setElementOrder", "$retainKeys", "$patch"


def strategic_patch(target: Any, patch: Any, path: Path = ()) -> Any:
    """``target`` after the patch; ``path`` says where in a manifest both stand. Raises BadRequest."""
    if not isinstance(patch, Mapping):
        return patch
    directive = patch.get(_PATCH)
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != _PATCH}
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise BadRequest(f"Unknown patch type found: {directive}")
    merged = dict(target) if isinstance(target, Mapping) else {}
    if _RETAIN in patch:
        if not _is_list(patch[_RETAIN]):
            raise BadRequest(f"{_RETAIN} holds a list")
        merged = {key: value for key, value in merged.items() if key in patch[_RETAIN]}
    for key, value in patch.items():
        if key in (_PATCH, _RETAIN):
            continue
        name, _, field = key.partition("/")
        if name == _DELETE_FROM and _is_list(merged.get(field)):
            if not _is_list(value):
                raise BadRequest(f"{_DELETE_FROM} holds a list")
            merged[field] = [each for each in merged[field] if each not in value]
        elif name not in (_DELETE_FROM, _ORDER):
            _merge_field(merged, key, value, (*path, key))
    for key, order in patch.items():
        name, _, field = key.partition("/")
        if name == _ORDER and isinstance(merged.get(field), list):
            merged[field] = _ordered(merged[field], order, merge_key((*path, field)))
    return merged


def _merge_field(merged: dict[str, Any], key: str, value: Any, path: Path) -> None:
    if value is None:
        merged.pop(key, None)
    elif isinstance(value, Mapping):
        merged[key] = strategic_patch(merged.get(key), value, path)
    elif _is_list(value):
        merged[key] = _merge_list(merged.get(key), value, path)
    else:
        merged[key] = value


def _merge_list(target: Any, patch: Sequence[Any], path: Path) -> list[Any]:
    by = merge_key(path)
    old = list(target) if _is_list(target) else []
    if any(isinstance(each, Mapping) and each.get(_PATCH) == "replace" for each in patch):
        return [each for each in patch if not (isinstance(each, Mapping) and _PATCH in each)]
    if by is None:
        return list(patch)
    if by == PRIMITIVE:
        return old + [each for each in patch if each not in old]
    for element in patch:
        key = key_of(element, by)
        if key is None:
            raise BadRequest(f"map: {element} does not contain declared merge key: {by}")
        at = [index for index, each in enumerate(old) if key_of(each, by) == key]
        if element.get(_PATCH) == "delete":
            old = [each for each in old if key_of(each, by) != key]
        elif at:
            old[at[0]] = strategic_patch(old[at[0]], element, path)
        else:
            old.append(strategic_patch({}, element, path))
    return old


def _ordered(items: list[Any], order: Sequence[Any], by: str | None) -> list[Any]:
    """``items`` in the order given; those it does not name stay behind the item they followed."""
    if by is None:
        return items
    if not _is_list(order):
        raise BadRequest(f"{_ORDER} holds a list")
    return in_order(items, [_place(each, by) for each in items], [_place(each, by) for each in order])


def _place(element: Any, by: str) -> Any:
    return key_of(element, by) if isinstance(element, Mapping) else element


def in_order(items: list[Any], keys: list[Any], wanted: list[Any]) -> list[Any]:
    """``items`` sorted as ``wanted`` lists their ``keys``; an unlisted one stays behind its predecessor."""
    groups: dict[int, list[Any]] = {-1: []}
    current = -1
    for item, key in zip(items, keys, strict=True):
        current = wanted.index(key) if key in wanted else current
        groups.setdefault(current, []).append(item)
    return [item for position in sorted(groups) for item in groups[position]]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
