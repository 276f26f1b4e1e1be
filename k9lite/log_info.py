"""What ``k9lite log info`` prints of a recording."""

from collections import Counter
from collections.abc import Sequence

from engine.kinds import KINDS, format_time
from engine.store.commit import Commit
from engine.store.history import History
from k9lite.one_deed import deeds_of
from k9lite.widgets.safe import plain


def info_lines(history: History, size_bytes: int) -> list[str]:
    """Lines of ``Name:  value``; walks every commit once."""
    header = history.header
    first = history.first_revision
    commits = [history.commit(each) for each in range(first + 1, history.last_revision + 1)]
    state = history.state_at(history.last_revision)
    actors = Counter(commit.actor.partition("/")[0] for commit in commits)
    counts = [(kind.plural, state.count(name)) for name, kind in KINDS.items()]
    pairs = [
        ("Cluster", header.cluster),
        ("Format", str(header.format)),
        ("Begun", format_time(header.created)),
        ("Until", format_time(state.time)),
        ("Commits", str(len(commits)) + (f" ({first} before them were forgotten)" if first else "")),
        ("Bytes", f"{size_bytes} ({size_bytes // max(1, len(commits))} a commit)"),
        ("Actors", ", ".join(f"{actor} {count}" for actor, count in sorted(actors.items()))),
        ("Objects", ", ".join(f"{count} {plural}" for plural, count in counts if count) or "none"),
    ]
    if history.passed_over:
        pairs.append(("Damage", history.passed_over))
    lines = [f"{name + ':':<10}{value}" for name, value in pairs]
    deeds = deeds_of(commit for commit in commits if commit.deed)
    lines += ["Deeds:"] if deeds else []
    return lines + [_deed_line(deed) for deed in deeds]


def _deed_line(deed: Sequence[Commit]) -> str:
    """A deed that holds line breaks is one line all the same."""
    first, count = deed[0], f"  ({len(deed)} commits)" if len(deed) > 1 else ""
    return f"  {first.revision:>7}  {format_time(first.time)}  {plain(first.deed)}{count}"
