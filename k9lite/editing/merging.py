"""What a merge patch must say to make one manifest of another: for ``edit`` and what records a difference. Pure."""

from collections.abc import Mapping
from typing import Any


def merge_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """As RFC 7386 reads it: what is gone is null, lists are whole. Empty for no difference."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            if inner := merge_difference(old, value):
                patch[key] = inner
        elif key not in before or old != value or type(old) is not type(value):
            patch[key] = value
    return patch
