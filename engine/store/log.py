"""A log on disk: one file, one writer that holds its lock, any number of readers that may follow it.

What append carries is written with one call and synced once (a group); it is durable when append returns. Its
commits travel packed, as one frame that is whole or absent (in a log of format 1 each is a frame by itself, and
a crash can leave the first part of the group). `durable=False` leaves out the sync, for sessions nobody will miss
after a power cut, until sync is called. A follower can see frames shortly before they are durable.

A sync of bytes that the file had before costs some two thirds of one that also makes it longer, so zeros are written
ahead and frames over them; closing cuts off what is left, and so does who opens a log that was not closed. Where
there is no room for zeros the log goes on without. Whatever is to be durable is written only when all before it is
on the disk: what tail.py goes by. What bytes mean is in frames.py and packing.py; what payloads mean is not known
here. After etcd's WAL; differs in being one file, so a torn tail is kept beside it.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import define

from engine.errors import LogExists, LogUnwritable
from engine.kinds.frozen import frozen
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
from engine.store.frames import (
    MAGIC,
    SECTOR_BYTES,
    Cursor,
    Entry,
    Frame,
    FrameType,
    Header,
    Place,
    encode_header,
    join,
)
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
from engine.store.tail import written_end

__all__ = ["Entry", "Follower", "Frame", "FrameType", "Header", "Log", "LogReader", "Recovery"]

_AHEAD_BYTES = 1 << 16, 1 << 18
"""At least, and at most; in between as many as the log has. More gains little, and readers look through it."""
_PAGE_BYTES = 1 << 12


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
    _zeros_end: int = 0
    """Where the zeros behind `_end` end, if there are any."""
    _writes_ahead: bool = True
    """Until there is no room."""
    _is_synced: bool = True
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
            recovered = _cut_tail(fd, path, cursor)
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
        if durable and not self._is_synced:
            self.sync()
        try:
            self._write_ahead(end.offset)
            try:
                self._is_synced = False
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
        self._is_synced = True

    def trim(self) -> None:
        """Cut off the zeros that were written ahead, as close does. Raises OSError."""
        if self._zeros_end > self._end.offset:
            os.ftruncate(self._fd, self._end.offset)
            self._zeros_end = 0

    def close(self) -> None:
        """Release the lock; closing twice is fine."""
        if self._fd >= 0:
            with suppress(OSError):  # zeros that stay do no harm
                self.trim()
            os.close(self._fd)
            self._fd, self._unusable = -1, "it is closed"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def _write_ahead(self, end: int) -> None:
        """Zeros to where the next frame goes and some behind it, if it would come near the end of the file."""
        least, most = _AHEAD_BYTES
        if end + SECTOR_BYTES <= self._zeros_end or not self._writes_ahead or end - self._end.offset > most:
            return
        begin = max(self._zeros_end, self._end.offset)
        zeros_end = end + min(max(least, end), most)
        zeros_end += -zeros_end % _PAGE_BYTES
        try:
            write(self._fd, bytes(zeros_end - begin), begin)
            self._zeros_end = zeros_end
        except OSError:
            self._writes_ahead = False
            self._cut_back()  # the frame needs the room

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._fd, self._end.offset)
            self._zeros_end = 0
        except OSError as error:
            self._unusable = f"a half-written group could not be cut off: {error.strerror}"


def _where_to_check(fd: int, path: Path, opening: Opening) -> Cursor:
    found = newest_checkpoint(fd, path, opening)
    if found is None:
        return opening.end
    return Cursor(found.offset, chain_at(fd, path, found.offset), found.revision)


def _cut_tail(fd: int, path: Path, cursor: Cursor) -> Recovery | None:
    """Cut off what is behind `cursor`; what are not zeros is copied to a new file beside the log, durably, before."""
    torn_end = written_end(fd, path, cursor.offset)
    kept = path.with_name(f"{path.name}.torn-{cursor.offset}")
    try:
        if torn_end == cursor.offset:
            if os.fstat(fd).st_size > torn_end:
                os.ftruncate(fd, torn_end)
            return None
        copy, kept = open_unused(kept)
        try:
            for begin in range(cursor.offset, torn_end, CHUNK_BYTES):
                write(copy, read(fd, path, min(CHUNK_BYTES, torn_end - begin), begin), begin - cursor.offset)
            os.fsync(copy)
        finally:
            os.close(copy)
        sync_folder(path.parent)
        os.ftruncate(fd, cursor.offset)
        os.fsync(fd)
    except OSError as error:
        raise cannot_write(kept, error) from error
    torn_bytes = torn_end - cursor.offset
    return Recovery(
        file=path, offset=cursor.offset, torn_bytes=torn_bytes, kept=kept, last_revision=cursor.revision
    )
