"""``key=value`` and ``key-`` words, as label and annotate take them after the objects they change.

Follows kubectl's ``GetResourcesAndPairs`` and ``ParsePairs``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import UsageError
from engine.kinds import Object


def split_pairs(words: Sequence[str], what: str) -> tuple[list[str], list[str]]:
    """(words that name objects, words that are changes). Raises UsageError where they are mixed."""
    objects: list[str] = []
    changes: list[str] = []
    for word in words:
        if ("=" in word and not word.startswith("=")) or (word.endswith("-") and word != "-"):
            changes.append(word)
        elif changes:
            raise UsageError(f"all resources must be specified before {what} changes: {word}")
        else:
            objects.append(word)
    return objects, changes


def merge_patch(field: str, new: Mapping[str, str], removed: Sequence[str]) -> dict[str, Any]:
    """The merge patch of ``metadata.labels`` or ``metadata.annotations``."""
    return {"metadata": {field: {**new, **dict.fromkeys(removed)}}}


def listing(obj: Object, field: str, values: Mapping[str, str], *, single: bool) -> list[str]:
    """What ``--list`` prints of one object."""
    lines = [f"{key}={values[key]}" for key in sorted(values)]
    if single:
        return lines
    group = obj.api_version.rpartition("/")[0]
    return [f"Listing {field} for {obj.kind}.{group}/{obj.metadata.name}:", *(f" {line}" for line in lines)]
