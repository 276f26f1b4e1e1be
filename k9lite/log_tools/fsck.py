"""``k9lite log fsck``: whether all of a log is whole, and if not, up to where."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from engine.errors import LogError
from k9lite.log_tools.checking import check


def fsck(file: Path) -> Iterator[str]:
    """Raises LogError if something is wrong."""
    found = check(file)
    if found.trouble:
        raise LogError(
            f"{file} is damaged at byte {found.whole_bytes} of {found.size_bytes}: {found.trouble}. "
            f"{found.kept_commits} commits, up to revision {found.kept_revision}, are whole; "
            f"k9lite log repair {quote(str(file))} makes a log of them."
        )
    yield f"{found.commits} commits, {found.size_bytes} bytes, whole"
