"""``k9lite log compact --keep 1h``: the beginning of a log is forgotten, because somebody asked for it."""

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from engine.errors import UsageError
from engine.store.compaction import compact as compacted
from k9lite.arguments.flags import duration_seconds


def compact(file: Path, keep: str) -> Iterator[str]:
    """Raises UsageError for ``keep``, LogError."""
    done = compacted(file, keep_seconds(keep))
    kept = done.last_revision - done.first_revision
    if not done.dropped:
        yield f"{file}: all {kept} commits are kept; a replay of the last {keep} needs them"
        return
    yield (
        f"{file}: {kept} commits kept, {done.dropped} dropped; it begins at revision {done.first_revision} now; "
        f"{done.before_bytes} bytes became {done.after_bytes}"
    )


def keep_seconds(text: str) -> int:
    """Raises UsageError."""
    try:
        seconds = duration_seconds(text)
    except ValueError:
        raise UsageError(f"--keep {text}: give a duration like 1h, 90m or 36h") from None
    if seconds < 0:
        raise UsageError(f"--keep {text}: give a duration that is not negative")
    return ceil(seconds)
