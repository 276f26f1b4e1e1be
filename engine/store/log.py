"""A log on disk: one file, one writer that holds its lock, any number of readers that may follow it.

What append carries is written with one call and synced once (a group); its frames are durable when append
returns. Each frame is whole or absent by itself, the group is not: a crash can leave the first part of it.
`durable=False` leaves out the sync, for sessions nobody will miss after a power cut, until sync is called.
A follower can see frames shortly before they are durable. What bytes mean is in frames.py; what payloads
mean is not known here. After etcd's WAL; differs in being one file, so a torn tail is kept beside it.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import define, evolve, frozen

from engine.errors import (
    LogDamaged,
    LogError,
    LogExists,
    LogReplaced,
    LogTooNew,
    LogUnwritable,
    NotALog,
)
from engine.store.disk import (
    CHUNK_BYTES,
    cannot_write,
    give_name,
    is_named,
    lock,
    open_file,
    open_locked,
    open_unused,
    read,
    sync_data,
    sync_folder,
    write,
    zeros_from,
)
from engine.store.frames import (
    CHECK_BYTES,
    HEAD_BYTES,
    IN_A_BODY,
    MAGIC,
    Broken,
    Cursor,
    Entry,
    Frame,
    FrameType,
    Header,
    decode_header,
    encode_header,
    explained_by_zeros,
    join,
    may_be_skipped,
    split,
    stored_check,
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
    _unusable: str = ""
    """Why nothing can be appended any more."""

    @classmethod
    def create(cls, path: Path, header: Header) -> Self:
        """Make a new log; the file appears under its name only with its whole header in it, durably.

        Raises LogExists, LogFull, LogUnwritable.
        """
        data, _, end = join([Entry(FrameType.HEADER, encode_header(header))], Cursor())
        try:
            fd, unnamed = open_unused(path.with_name(f".{path.name}.new"))
            try:
                lock(fd)
                write(fd, MAGIC + data, 0)
                os.fsync(fd)
                give_name(unnamed, path)
                sync_folder(path.parent)
            except BaseException:
                os.close(fd)
                raise
            finally:
                unnamed.unlink(missing_ok=True)
        except FileExistsError as error:
            raise LogExists(path) from error
        except OSError as error:
            raise cannot_write(path, error) from error
        return cls(path=path, header=header, recovered=None, fd=fd, end=end)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Check every frame, cut off a torn tail (see `recovered`) and stand ready behind the last one.

        Raises LogMissing, NotALog, LogTooNew, LogDamaged, LogLocked, LogUnreadable, LogUnwritable, LogFull.
        """
        fd = open_locked(path)
        try:
            header, cursor = _read_header(fd, path)
            for _ in _understood(_scan(fd, path, cursor), path):
                pass
            recovered = _cut_torn_tail(fd, path, cursor)
            log = cls(path=path, header=header, recovered=recovered, fd=fd, end=cursor)
            log.sync()  # a process that died before its sync may have left whole frames: true now, so durable
        except BaseException:
            os.close(fd)
            raise
        return log

    @property
    def end(self) -> int:
        """The offset the next frame will have."""
        return self._end.offset

    @property
    def last_revision(self) -> int:
        """The last revision appended, 0 for none."""
        return self._end.revision

    def append(self, entries: Iterable[Entry], *, durable: bool = True) -> tuple[int, ...]:
        """Append a group; returns each frame's offset once all are durable. All or nothing if it raises.

        Raises LogFull (append again when there is room) and LogUnwritable.
        """
        if self._unusable:
            raise LogUnwritable(self.path, self._unusable, "open it again")
        data, offsets, end = join(entries, self._end)
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
        return offsets

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


@define(eq=False)
class LogReader:
    """Reads a log without a lock and never changes it; what a writer has half written is not there yet."""

    path: Path
    header: Header
    _fd: int
    _start: Cursor

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises LogMissing, NotALog, LogTooNew, LogUnreadable, and LogDamaged for the header only."""
        fd = open_file(path, os.O_RDONLY)
        try:
            header, start = _read_header(fd, path)
        except BaseException:
            os.close(fd)
            raise
        return cls(path=path, header=header, fd=fd, start=start)

    @property
    def start(self) -> int:
        """The offset of the first frame behind the header."""
        return self._start.offset

    def frames(self, from_offset: int = 0, *, with_unknown: bool = False) -> Iterator[Frame]:
        """The whole frames from `from_offset` (0, `start`, or any Frame.end) to the end, checked on the way.

        Frames of an unknown type that may be skipped come only `with_unknown`. Raises LogDamaged, LogTooNew,
        LogUnreadable, each behind the frames before it; ValueError if no frame begins at `from_offset`.
        """
        scan = self._scan(self._cursor_at(from_offset))
        return _understood(scan, self.path, with_unknown=with_unknown)

    def read_at(self, offset: int) -> Frame:
        """The one frame at `offset`, checked by itself. Raises as frames does; ValueError if there is none."""
        for frame in self._scan(self._cursor_at(offset), HEAD_BYTES):
            return frame
        raise ValueError(f"no frame begins at byte {offset} of {self.path}")

    def follow(self, from_offset: int = 0) -> "Follower":
        """A Follower whose first poll brings what is there from `from_offset` on."""
        return Follower(reader=self, cursor=self._cursor_at(from_offset))

    def torn_bytes(self, end: int) -> int:
        """How much of the file lies behind `end`, the end of the last whole frame: 0 unless torn or live."""
        return max(0, os.fstat(self._fd).st_size - end)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def _cursor_at(self, offset: int) -> Cursor:
        if offset in (0, self._start.offset):
            return evolve(self._start)
        if not self._start.offset < offset <= os.fstat(self._fd).st_size:
            raise ValueError(f"no frame begins at byte {offset} of {self.path}")
        return Cursor(offset, _chain_at(self._fd, self.path, offset))

    def _scan(self, cursor: Cursor, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Frame]:
        begun_at = cursor.offset
        try:
            yield from _scan(self._fd, self.path, cursor, chunk_bytes)
        except LogDamaged as error:
            if error.last_revision:
                raise
            # Begun in the middle, a wrong offset looks like damage, and damage does not know its revision:
            # read from the start, neither is so.
            if not any(frame.offset == begun_at for frame in _scan(self._fd, self.path, evolve(self._start))):
                raise ValueError(f"no frame begins at byte {begun_at} of {self.path}") from error


@define(eq=False)
class Follower:
    """Stands behind the last frame it gave out."""

    _reader: LogReader
    _cursor: Cursor

    def poll(self, *, with_unknown: bool = False) -> tuple[Frame, ...]:
        """The whole frames that came since the last poll, () for none.

        Raises LogReplaced if frames it gave out are no longer in the file under this name, and as
        LogReader.frames does, behind the frames before the trouble.
        """
        frames: list[Frame] = []
        cursor = evolve(self._cursor)
        self._check_place()
        try:
            for frame in _understood(self._reader._scan(cursor), self._reader.path, with_unknown=with_unknown):
                frames.append(frame)
        except LogError:
            if not frames:
                raise
        self._cursor = cursor
        return tuple(frames)

    def _check_place(self) -> None:
        path, fd = self._reader.path, self._reader._fd
        offset, chain = self._cursor.offset, self._cursor.chain
        if not is_named(fd, path) or os.fstat(fd).st_size < offset or _chain_at(fd, path, offset) != chain:
            raise LogReplaced(path)


def _scan(fd: int, file: Path, cursor: Cursor, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Frame]:
    """Every whole frame from `cursor` on, of any type, moving it; ends before a torn tail."""
    wanted = HEAD_BYTES
    while (left := os.fstat(fd).st_size - cursor.offset) >= wanted:
        buffer = read(fd, file, min(left, max(wanted, chunk_bytes)), cursor.offset)
        outcome = yield from split(buffer, cursor)
        if isinstance(outcome, Broken):
            if explained_by_zeros(outcome, zeros_from(fd, file, outcome.offset)):
                return
            raise LogDamaged(file, outcome.offset, cursor.revision, outcome.part)
        if len(buffer) < wanted:
            return
        wanted = outcome


def _understood(frames: Iterable[Frame], file: Path, *, with_unknown: bool = False) -> Iterator[Frame]:
    for frame in frames:
        if frame.type in IN_A_BODY or (with_unknown and may_be_skipped(frame.type)):
            yield frame
        elif not may_be_skipped(frame.type):
            what = f"the frame at byte {frame.offset} is of type {frame.type}, unknown here and not to be skipped"
            raise LogTooNew(file, what)


def _read_header(fd: int, file: Path) -> tuple[Header, Cursor]:
    """The header and the cursor behind it. A crash cannot leave part of it: create names only whole files."""
    magic = read(fd, file, len(MAGIC), 0)
    if magic != MAGIC:
        raise NotALog(file, "it ends inside its header" if MAGIC.startswith(magic) else "it begins differently")
    cursor = Cursor()
    for frame in _scan(fd, file, cursor):
        if frame.type != FrameType.HEADER:
            raise NotALog(file, "its first frame is not a header")
        return decode_header(frame.payload, file), Cursor(frame.end, _chain_at(fd, file, frame.end))
    raise NotALog(file, "it ends inside its header")


def _chain_at(fd: int, file: Path, offset: int) -> int:
    return stored_check(read(fd, file, CHECK_BYTES, offset - CHECK_BYTES))


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
