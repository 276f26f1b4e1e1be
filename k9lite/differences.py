"""Two texts as ``diff -u -N`` shows how they differ, with the names kubectl gives the files. Pure."""

from collections.abc import Mapping
from difflib import unified_diff

LIVE, MERGED = "/tmp/LIVE-", "/tmp/MERGED-"
"""Folders that exist nowhere: kubectl makes some with such names. A number that follows from the cluster ends them."""


def difference(name: str, before: str, after: str, number: int, stamp: str) -> list[str]:
    """The lines for one file of both folders; none where they are the same."""
    if before == after:
        return []
    live, merged = f"{LIVE}{number}/{name}", f"{MERGED}{number + 1}/{name}"
    lines = unified_diff(before.splitlines(), after.splitlines(), live, merged, stamp, stamp, lineterm="")
    return [f"diff -u -N {live} {merged}", *lines]


def masked(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A secret's values, told apart only where they differ."""
    old = dict.fromkeys(before, "***")
    new = dict.fromkeys(after, "***")
    for key in before:
        if key in after and before[key] != after[key]:
            old[key], new[key] = "*** (before)", "*** (after)"
    return old, new
