"""What ``kubectl apply`` makes of three manifests: the last applied, the one applied now and the live one.

What the new one says holds; what the last one said and the new one does not goes; all else stays as it is
live. Follows ``strategicpatch.CreateThreeWayMergePatch``, without writing the patch down first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api.patching.merge_keys import PRIMITIVE, Path, key_of, merge_key, retains_keys
from engine.api.patching.strategic import in_order


def three_way(last: Any, new: Any, live: Any, *, strategic: bool, path: Path = ()) -> Any:
    """The live value after the apply; with ``strategic`` lists merge by key, otherwise they replace."""
    if not isinstance(new, Mapping) or not isinstance(live, Mapping):
        return _without_nulls(new)
    last = last if isinstance(last, Mapping) else {}
    merged = {key: value for key, value in live.items() if key not in last or new.get(key) is not None}
    for key, value in new.items():
        if value is None:
            merged.pop(key, None)
        elif _is_list(value) and _is_list(merged.get(key)) and strategic:
            merged[key] = _merged_list(last.get(key), value, merged[key], (*path, key))
        else:
            where = (*path, key)
            merged[key] = three_way(last.get(key), value, merged.get(key), strategic=strategic, path=where)
    if strategic and path and retains_keys(path) and merged != live:
        return {key: value for key, value in merged.items() if key in new}
    return merged


def _merged_list(last: Any, new: Sequence[Any], live: Sequence[Any], path: Path) -> list[Any]:
    by = merge_key(path)
    if by is None:
        return list(new)
    before = list(last) if _is_list(last) else []
    if by == PRIMITIVE:
        kept = [each for each in live if each in new or each not in before]
        return kept + [each for each in new if each not in kept]
    asked = {key_of(each, by): each for each in new}
    if len(asked) != len(new) or None in asked:
        return list(new)  # keys that repeat or are missing name nothing: validation will say so
    said = {key_of(each, by): each for each in before}
    merged, done = [], set()
    for each in live:
        key = key_of(each, by)
        if key in asked and key not in done:
            done.add(key)
            merged.append(three_way(said.get(key), asked[key], each, strategic=True, path=path))
        elif key not in asked and key not in said:
            merged.append(each)
    merged += [_without_nulls(each) for key, each in asked.items() if key not in done]
    return in_order(merged, [key_of(each, by) for each in merged], list(asked))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if _is_list(value):
        return [_without_nulls(each) for each in value]
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
