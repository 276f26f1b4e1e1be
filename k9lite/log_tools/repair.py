"""``k9lite log repair``: what is whole of a damaged log becomes a log of its own; the damaged one is left as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

from engine.errors import LogError, LogExists, LogUnwritable
from engine.kinds import format_time
from k9lite.log_tools.checking import check

_CHUNK_BYTES = 1 << 20


def repair(file: Path) -> Iterator[str]:
    """Raises LogError: nothing whole in it, LogExists if it was repaired before, no room."""
    found = check(file)
    if not found.trouble:
        yield f"{file} is whole: {found.commits} commits, {found.size_bytes} bytes; there is nothing to repair"
        return
    if not found.commits:
        raise LogError(f"{file}: no commit before byte {found.whole_bytes} is whole: restore the file from a copy.")
    repaired = file.with_name(f"{file.stem}.repaired{file.suffix}")
    _copy_start(file, repaired, found.whole_bytes)
    lost_bytes = found.size_bytes - found.whole_bytes
    yield f"{repaired}: {found.commits} commits kept, up to revision {found.last_revision} at {format_time(found.time)}"
    yield f"not kept: {lost_bytes} bytes from byte {found.whole_bytes} on ({found.trouble}); {file} still has them"


def _copy_start(file: Path, repaired: Path, size_bytes: int) -> None:
    """Durable when it returns; nothing is left behind where it fails."""
    try:
        with file.open("rb") as whole, repaired.open("xb") as copy:
            try:
                while left := size_bytes - copy.tell():
                    copy.write(whole.read(min(left, _CHUNK_BYTES)))
                copy.flush()
                os.fsync(copy.fileno())
            except BaseException:
                repaired.unlink()
                raise
    except FileExistsError as error:
        raise LogExists(repaired) from error
    except OSError as error:
        raise LogUnwritable(repaired, str(error.strerror), "make room, or check the folder's permissions") from error
