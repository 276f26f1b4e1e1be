"""A log on disk: one file, one writer that holds its lock, any number of readers that may follow it.

What append carries is written with one call and synced once (a group); it is durable when append returns. Its
commits travel packed, as one frame that is whole or absent (in a log of format 1 each is a frame by itself, and
a crash can leave the first part of the group). `durable=False` leaves out the sync, for sessions nobody will miss
after a power cut, until sync is called. A follower can see frames shortly before they are durable. What bytes
mean is in frames.py and packing.py; what payloads mean is not known here. After etcd's WAL; differs in being one
file, so a torn tail is kept beside it.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import define, frozen

from engine.errors import LogExists, LogUnwritable
from engine.store.dictionary import dictionary
from engine.store.disk import (
    CHUNK_BYTES,
    cannot_write,
    clear_leftovers,
    give_name,
    is_named,
    open_hidden,
    open_locked,
    open_unused,
    read,
    sync_data,
    sync_folder,
    write,
)
from engine.store.frames import MAGIC, Cursor, Entry, Frame, FrameType, Header, Place, encode_header, join
from engine.store.packing import Packer, encode_dictionary
from engine.store.reader import (
    Follower,
    LogReader,
    Opening,
    chain_at,
    newest_checkpoint,
    read_opening,
    scan,
    understood,
)

__all__ = ["Entry", "Follower", "Frame", "FrameType", "Header", "Log", "LogReader", "Recovery"]


@frozen(kw_only=True)
class Recovery:
    """A torn tail was cut when `file` was opened: `torn_bytes` from `offset` on, now in `kept`."""

    file: Path
    offset: int
    torn_bytes: int
    kept: Path
    last_revision: int

    def __str__(self) -> str:
        return (
            f"{self.file} ended in the middle of a write: its last {self.torn_bytes} bytes, behind revision "
            f"{self.last_revision}, were no whole commit. They were cut off and are kept in {self.kept}."
        )


@define(eq=False)
class Log:
    """The writer. Made by create or open; holds the file's lock until close."""

    path: Path
    header: Header
    recovered: Recovery | None
    """What open had to cut off, to be told to the user."""
    _fd: int
    _end: Cursor
    _packer: Packer | None
    _unusable: str = ""
    """Why nothing can be appended any more."""

    @classmethod
    def create(cls, path: Path, header: Header) -> Self:
        """Make a new log; the file appears under its name only with its whole header in it, durably.

        Raises LogExists, LogLocked while another process makes it, LogFull, LogUnwritable.
        """
        words = dictionary() if header.packs else b""
        opening = [Entry(FrameType.HEADER, encode_header(header))]
        if words:
            opening.append(Entry(FrameType.DICTIONARY, encode_dictionary(words)))
        data, _, end = join(opening, Cursor())
        try:
            fd, hidden = open_hidden(path)
            try:
                try:
                    write(fd, MAGIC + data, 0)
                    os.fsync(fd)
                    give_name(hidden, path)
                    sync_folder(path.parent)
                finally:
                    if is_named(fd, hidden):
                        hidden.unlink()
            except BaseException:
                os.close(fd)
                raise
        except FileExistsError as error:
            raise LogExists(path) from error
        except OSError as error:
            raise cannot_write(path, error) from error
        return cls(path=path, header=header, recovered=None, fd=fd, end=end, packer=Packer(words) if words else None)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Check what follows the newest checkpoint, cut off a torn tail (see `recovered`), stand ready behind it.

        Frames before that are checked when they are read, and all of them by LogReader.frames; a log without a
        checkpoint is checked from its start.

        Raises LogMissing, NotALog, LogTooNew, LogDamaged, LogLocked, LogUnreadable, LogUnwritable, LogFull.
        """
        fd = open_locked(path)
        try:
            opening = read_opening(fd, path)
            header, cursor = opening.header, _where_to_check(fd, path, opening)
            for _ in understood(scan(fd, path, cursor), path):
                pass
            recovered = _cut_torn_tail(fd, path, cursor)
            log = cls(path=path, header=header, recovered=recovered, fd=fd, end=cursor, packer=opening.packer)
            clear_leftovers(path)
            log.sync()  # a process that died before its sync may have left whole frames: true now, so durable
        except BaseException:
            os.close(fd)
            raise
        return log

    @property
    def packer(self) -> Packer | None:
        """What commits and pages are packed with; None in a log of format 1."""
        return self._packer

    @property
    def end(self) -> int:
        """The offset the next frame will have."""
        return self._end.offset

    @property
    def last_revision(self) -> int:
        """The last revision appended, 0 for none."""
        return self._end.revision

    def append(self, entries: Iterable[Entry], *, durable: bool = True) -> tuple[Place, ...]:
        """Append a group; returns each entry's place once all are durable. All or nothing if it raises.

        Raises LogFull (append again when there is room) and LogUnwritable.
        """
        if self._unusable:
            raise LogUnwritable(self.path, self._unusable, "open it again")
        framed = [(entry, 1) for entry in entries] if self._packer is None else self._packer.pack(entries)
        data, offsets, end = join([frame for frame, _ in framed], self._end)
        if not data:
            return ()
        try:
            try:
                write(self._fd, data, self._end.offset)
            except OSError as error:
                raise cannot_write(self.path, error) from error
            if durable:
                self.sync()
            self._end = end
        finally:
            # Also for a KeyboardInterrupt: bytes left behind the end would be damage after a shorter append.
            if self._end is not end:
                self._cut_back()
        return tuple(
            [(offset, index) for offset, (_, count) in zip(offsets, framed, strict=True) for index in range(count)]
        )

    def sync(self) -> None:
        """Make what was appended with `durable=False` durable."""
        try:
            sync_data(self._fd)
        except OSError as error:
            # The kernel may have dropped what it could not write and call the next sync a success.
            self._unusable = f"a sync failed: {error.strerror}"
            raise LogUnwritable(self.path, self._unusable, "check the disk, then open it again") from error

    def close(self) -> None:
        """Release the lock; closing twice is fine."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd, self._unusable = -1, "it is closed"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._fd, self._end.offset)
        except OSError as error:
            self._unusable = f"a half-written group could not be cut off: {error.strerror}"


def _where_to_check(fd: int, path: Path, opening: Opening) -> Cursor:
    found = newest_checkpoint(fd, path, opening)
    if found is None:
        return opening.end
    return Cursor(found.offset, chain_at(fd, path, found.offset), found.revision)


def _cut_torn_tail(fd: int, path: Path, cursor: Cursor) -> Recovery | None:
    """Copy what is behind `cursor` to a new file beside the log, durably, and only then cut it off."""
    torn_bytes = os.fstat(fd).st_size - cursor.offset
    if torn_bytes == 0:
        return None
    kept = path.with_name(f"{path.name}.torn-{cursor.offset}")
    try:
        copy, kept = open_unused(kept)
        try:
            for done in range(0, torn_bytes, CHUNK_BYTES):
                write(copy, read(fd, path, CHUNK_BYTES, cursor.offset + done), done)
            os.fsync(copy)
        finally:
            os.close(copy)
        sync_folder(path.parent)
        os.ftruncate(fd, cursor.offset)
        os.fsync(fd)
    except OSError as error:
        raise cannot_write(kept, error) from error
    return Recovery(
        file=path, offset=cursor.offset, torn_bytes=torn_bytes, kept=kept, last_revision=cursor.revision
    )
