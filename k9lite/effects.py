"""What a deed changed of an object, in a few words: ``spec.replicas 3 → 5``, ``label env=prod``, ``created``. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kinds import Object, to_manifest

_MOST_CHARACTERS = 40
_NOT_MEANT = {"status"}
_BOOKKEEPING = {
    "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields",
    "resourceVersion", "uid",
}  # fmt: skip
_NOTED = "kubectl.kubernetes.io/last-applied-configuration"
_NAMED = {"labels": "label", "annotations": "annotation"}


def effects(before: Object | None, after: Object | None) -> list[str]:
    """Of the first of them ``None`` means that it was made, of the second that it is gone."""
    if before is None:
        return ["created"]
    if after is None:
        return ["gone"]
    if after.metadata.deletion_timestamp is not None and before.metadata.deletion_timestamp is None:
        return ["deleted"]
    found = list(_differing(meant(before), meant(after), ()))
    return found or ["status"] if before != after else []


def meant(obj: Object) -> dict[str, Any]:
    """Its manifest as far as somebody wrote it: without status and bookkeeping."""
    manifest = to_manifest(obj)
    meta = {key: value for key, value in manifest.get("metadata", {}).items() if key not in _BOOKKEEPING}
    notes = {key: value for key, value in meta.get("annotations", {}).items() if key != _NOTED}
    kept = {key: value for key, value in manifest.items() if key not in _NOT_MEANT}
    return {**kept, "metadata": {**meta, "annotations": notes}}


def _differing(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            if before.get(key) != after.get(key):
                yield from _differing(before.get(key), after.get(key), (*path, str(key)))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                yield from _differing(old, new, (*path, _name_of(new, at)))
    elif isinstance(after, Mapping) and before is None and path in _PAIRS:
        yield from _differing({}, after, path)
    elif isinstance(before, Mapping) and after is None and path in _PAIRS:
        yield from _differing(before, {}, path)
    else:
        yield _worded(path, before, after)


_PAIRS = (("metadata", "labels"), ("metadata", "annotations"))


def _worded(path: tuple[str, ...], before: Any, after: Any) -> str:
    if len(path) == 3 and path[0] == "metadata" and path[1] in _NAMED:
        what, key = _NAMED[path[1]], path[2]
        if after is None:
            return f"{what} {key} removed"
        return f"{what} {key}={_brief(after)}" + (f" (was {_brief(before)})" if before is not None else "")
    where = ".".join(path).replace(".[", "[")
    if before is None:
        return f"{where} = {_brief(after)}"
    if after is None:
        return f"{where} removed (was {_brief(before)})"
    return f"{where} {_brief(before)} → {_brief(after)}"


def _name_of(item: Any, at: int) -> str:
    """Items with a name are called by it: ``containers[web]``."""
    name = item.get("name") if isinstance(item, Mapping) else None
    return f"[{name or at}]"


def _brief(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        return f"{len(value)} {'fields' if isinstance(value, Mapping) else 'items'}"
    text = str(value)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
