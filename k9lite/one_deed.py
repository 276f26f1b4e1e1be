"""Which commits of a recording belong to one deed: an apply of twenty objects is twenty commits, a drain goes on.

A log keeps with each commit the line that brought it about; the same line again, soon after, is the same deed.
"""

from collections.abc import Iterable

from engine.store.commit import Commit

_PAUSE_SECONDS = 60
"""A drain may wait this long for a budget; whoever types the line again later means it again."""


def goes_on(before: Commit, commit: Commit) -> bool:
    """Whether ``commit`` is more of the deed that ``before``, the user's commit before it, belongs to."""
    return (
        bool(commit.deed)
        and (before.actor, before.deed) == (commit.actor, commit.deed)
        and commit.time - before.time <= _PAUSE_SECONDS
    )


def deeds_of(commits: Iterable[Commit]) -> list[list[Commit]]:
    """Commits with a deed, those of one deed together."""
    deeds: list[list[Commit]] = []
    for commit in commits:
        if deeds and goes_on(deeds[-1][-1], commit):
            deeds[-1].append(commit)
        else:
            deeds.append([commit])
    return deeds
