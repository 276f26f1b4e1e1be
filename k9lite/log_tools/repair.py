"""``k9lite log repair``: what is whole of a damaged log becomes a log of its own; the damaged one is left as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

from engine.errors import LogError, LogExists
from engine.kinds import format_time
from engine.store.disk import CHUNK_BYTES, cannot_write, give_name, is_named, open_hidden, sync_folder, write
from k9lite.log_tools.checking import check


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
    """Durable when it returns; nothing stands under the name before it is whole."""
    try:
        fd, hidden = open_hidden(repaired)
        try:
            with file.open("rb") as whole:
                for start in range(0, size_bytes, CHUNK_BYTES):
                    write(fd, whole.read(min(size_bytes - start, CHUNK_BYTES)), start)
            os.fsync(fd)
            give_name(hidden, repaired)
            sync_folder(repaired.parent)
        finally:
            if is_named(fd, hidden):
                hidden.unlink()
            os.close(fd)
    except FileExistsError as error:
        raise LogExists(repaired) from error
    except OSError as error:
        raise cannot_write(repaired, error) from error
