"""``k9lite log repair``: what is whole of a damaged log becomes a log of its own; the damaged one is left as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

from engine.errors import LogError, LogExists
from engine.kinds import format_time
from engine.store.disk import CHUNK_BYTES, cannot_write, give_name, is_named, open_hidden, sync_folder, write
from engine.store.log import LogReader
from engine.store.salvage import Survey, rewrite
from k9lite.log_tools.checking import Checked, check


def repair(file: Path) -> Iterator[str]:
    """Raises LogError: nothing whole in it, LogExists if it was repaired before, no room."""
    found = check(file)
    if not found.trouble:
        yield f"{file} is whole: {found.commits} commits, {found.size_bytes} bytes; there is nothing to repair"
        return
    if not found.kept_commits:
        raise LogError(f"{file}: no commit before byte {found.whole_bytes} is whole: restore the file from a copy.")
    repaired = file.with_name(f"{file.stem}.repaired{file.suffix}")
    if found.beyond is None:
        time, lines = found.time, [_copied(file, repaired, found)]
    else:
        time, lines = found.beyond.state.time, _rewritten(file, repaired, found, found.beyond)
    kept = f"{found.kept_commits} commits kept, up to revision {found.kept_revision} at {format_time(time)}"
    yield f"{repaired}: {kept}"
    yield from lines


def _copied(file: Path, repaired: Path, found: Checked) -> str:
    _copy_start(file, repaired, found.whole_bytes)
    return _not_kept(file, found.whole_bytes, found.size_bytes, found.trouble)


def _rewritten(file: Path, repaired: Path, found: Checked, beyond: Survey) -> list[str]:
    with LogReader.open(file) as reader:
        rewrite(reader, beyond, repaired)
    anew = f"made anew: the checkpoints, because of byte {found.whole_bytes} ({found.trouble}); no commit was there"
    if not beyond.ended_by:
        return [anew]
    return [anew, _not_kept(file, beyond.end, found.size_bytes, beyond.ended_by)]


def _not_kept(file: Path, begin: int, end: int, why: str) -> str:
    return f"not kept: {end - begin} bytes from byte {begin} on ({why}); {file} still has them"


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
