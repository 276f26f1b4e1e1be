"""A log as its readers see it: whole frames only, checked on the way, no lock, nothing ever changed.

Frames come as what they hold: the commits of a packed frame one by one, each with the place of its frame. What a
writer has half written is not there yet. What bytes mean is in frames.py and packing.py; what payloads mean is
not known here.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import define, evolve

from engine.errors import LogDamaged, LogError, LogReplaced, LogTooNew, NotALog
from engine.kinds.frozen import frozen
from engine.store.disk import CHUNK_BYTES, is_named, open_file, read
from engine.store.frames import (
    CHECK_BYTES,
    CHECKPOINT_MARKER,
    HEAD_BYTES,
    IN_A_BODY,
    IN_A_CHECKPOINT,
    MAGIC,
    Broken,
    Cursor,
    Frame,
    FrameType,
    Header,
    Place,
    confirmed_chain,
    decode_header,
    frame_of,
    length_at,
    may_be_skipped,
    split,
    starts_checkpoint,
    stored_check,
)
from engine.store.packing import Packer, PackError, decode_dictionary
from engine.store.tail import is_torn, next_whole, written_end

_OPENING_BYTES = 1 << 14
_SMALL_BYTES = 1 << 11
"""Of a frame that is read at once: most single commits are smaller."""


@frozen
class Hole:
    """Bytes that are no whole frame."""

    offset: int
    end: int


@frozen
class Opening:
    """How a log begins: its header, the packer of its commits if it packs, and what stands behind them."""

    header: Header
    packer: Packer | None
    end: Cursor


@define(eq=False)
class LogReader:
    """Reads a log without a lock and never changes it; what a writer has half written is not there yet."""

    path: Path
    _opening: Opening
    _fd: int

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises LogMissing, NotALog, LogTooNew, LogUnreadable, and LogDamaged for the header only."""
        fd = open_file(path, os.O_RDONLY)
        try:
            opening = read_opening(fd, path)
        except BaseException:
            os.close(fd)
            raise
        return cls(path=path, opening=opening, fd=fd)

    @property
    def header(self) -> Header:
        return self._opening.header

    @property
    def start(self) -> int:
        """The offset of the first frame behind the header and the dictionary."""
        return self._opening.end.offset

    def frames(self, from_offset: int = 0, *, with_unknown: bool = False) -> Iterator[Frame]:
        """The whole frames from `from_offset` (0, `start`, or any Frame.end) to the end, checked on the way.

        Frames of an unknown type that may be skipped come only `with_unknown`. Raises LogDamaged, LogTooNew,
        LogUnreadable, each behind the frames before it; ValueError if no frame begins at `from_offset`.
        """
        return self._unpacked(self._scan(self._cursor_at(from_offset)), with_unknown=with_unknown)

    def frames_and_holes(self) -> Iterator[Frame | Hole]:
        """As they are in the file, of every type, and what of it is no frame: damage, or a torn tail at the end.

        Behind damage it goes on with the next frame that is whole by itself. Raises LogUnreadable.
        """
        cursor = evolve(self._opening.end)
        while True:
            with suppress(LogDamaged):
                yield from scan(self._fd, self.path, cursor)
            written = written_end(self._fd, self.path, cursor.offset)
            if cursor.offset >= written:
                return
            if (frame := confirmed_frame(self._fd, self.path, cursor)) is not None:
                yield frame
                continue
            found = next_whole(self._fd, self.path, cursor.offset + 1)
            yield Hole(cursor.offset, written if found is None else found)
            if found is None:
                return
            frame = whole_frame(self._fd, self.path, found)
            cursor = Cursor(frame.end, chain_at(self._fd, self.path, frame.end), frame.revision or cursor.revision)
            yield frame

    def read_at(self, place: Place) -> Frame:
        """The one entry at `place`, its frame checked by itself. Raises as frames does; ValueError if there is none."""
        offset, index = place
        entries = self.read_all_at(offset)
        if index >= len(entries):
            raise ValueError(f"no entry {index} in the frame at byte {offset} of {self.path}")
        return entries[index]

    def read_all_at(self, offset: int) -> tuple[Frame, ...]:
        """What the frame at `offset` holds. Raises as read_at does."""
        return tuple(self._unpacked([self._frame_at(offset)], with_unknown=True))

    def _frame_at(self, offset: int) -> Frame:
        for frame in self._small_at(offset) or self._scan(self._cursor_at(offset), HEAD_BYTES):
            return frame
        raise ValueError(f"no frame begins at byte {offset} of {self.path}")

    def page_at(self, offset: int) -> bytes:
        """What a PAGE, INDEX or PACKED frame holds, inflated. Raises as read_at does, LogDamaged if it is none."""
        frame, packer = self._frame_at(offset), self._opening.packer
        try:
            if packer is not None and frame.type == FrameType.PACKED:
                return packer.unpacked(frame)
            if packer is None or frame.type not in (FrameType.PAGE, FrameType.INDEX):
                raise PackError("no page")
            return packer.inflate(frame.payload)
        except PackError as error:
            raise LogDamaged(self.path, offset, 0, "content") from error

    def newest_checkpoint(self, before_offset: int = 0) -> Frame | None:
        """The last whole CHECKPOINT frame, found from the end of the file without reading what is before it.

        With an offset that is not 0, the last one before that.
        """
        return newest_checkpoint(self._fd, self.path, self._opening, before_offset)

    @property
    def file(self) -> tuple[int, int]:
        """Which it is, whatever it is called: for comparing while it is open."""
        found = os.fstat(self._fd)
        return found.st_dev, found.st_ino

    def again(self) -> Self:
        """Another reader of the same file, whatever its name stands for by now; closed by itself."""
        return type(self)(path=self.path, opening=self._opening, fd=os.dup(self._fd))

    @property
    def packer(self) -> Packer | None:
        return self._opening.packer

    def follow(self, from_offset: int = 0) -> "Follower":
        """A Follower whose first poll brings what is there from `from_offset` on."""
        return Follower(reader=self, cursor=self._cursor_at(from_offset))

    @property
    def size_bytes(self) -> int:
        """Of the file, without zeros that its writer has written ahead."""
        return written_end(self._fd, self.path, self.start)

    def torn_bytes(self, end: int) -> int:
        """How much is written behind `end`, the end of the last whole frame: 0 unless torn or live."""
        return max(0, written_end(self._fd, self.path, end) - end)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def _unpacked(self, frames: Iterable[Frame], *, with_unknown: bool) -> Iterator[Frame]:
        return unpacked(understood(frames, self.path, with_unknown=with_unknown), self._opening.packer, self.path)

    def _small_at(self, offset: int) -> tuple[Frame, ...]:
        """The frame there, got with one read; () if it is larger, or anything is wrong with it or with `offset`."""
        if offset <= self.start:
            return ()
        buffer = read(self._fd, self.path, CHECK_BYTES + _SMALL_BYTES, offset - CHECK_BYTES)
        if len(buffer) < CHECK_BYTES:
            return ()
        cursor = Cursor(offset, stored_check(buffer[:CHECK_BYTES]))
        return tuple(islice(split(buffer[CHECK_BYTES:], cursor), 1))

    def _cursor_at(self, offset: int) -> Cursor:
        if offset in (0, self.start):
            return evolve(self._opening.end)
        if not self.start < offset <= os.fstat(self._fd).st_size:
            raise ValueError(f"no frame begins at byte {offset} of {self.path}")
        return Cursor(offset, chain_at(self._fd, self.path, offset))

    def _scan(self, cursor: Cursor, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Frame]:
        begun_at = cursor.offset
        try:
            yield from scan(self._fd, self.path, cursor, chunk_bytes)
        except LogDamaged as error:
            if error.last_revision:
                raise
            # Begun in the middle, a wrong offset looks like damage, and damage does not know its revision:
            # read from the start, neither is so.
            if not any(frame.offset == begun_at for frame in scan(self._fd, self.path, evolve(self._opening.end))):
                raise ValueError(f"no frame begins at byte {begun_at} of {self.path}") from error


@define(eq=False)
class Follower:
    """Stands behind the last frame it gave out."""

    _reader: LogReader
    _cursor: Cursor

    def poll(self, *, with_unknown: bool = False) -> tuple[Frame, ...]:
        """What came since the last poll, () for nothing.

        Raises LogReplaced if frames it gave out are no longer in the file under this name, and as
        LogReader.frames does, behind the frames before the trouble.
        """
        frames = self.poll_frames(with_unknown=with_unknown)
        return tuple(unpacked(frames, self._reader._opening.packer, self._reader.path))

    def poll_frames(self, *, with_unknown: bool = False) -> tuple[Frame, ...]:
        """As poll, the frames as they are in the file."""
        frames: list[Frame] = []
        cursor = evolve(self._cursor)
        try:
            for frame in self._frames(cursor, with_unknown=with_unknown):
                frames.append(frame)
        except LogError:
            if not frames:
                raise
        self._cursor = cursor
        return tuple(frames)

    def walk(self) -> Iterator[Frame]:
        """As poll_frames, of every type, one by one; each is given out when the next one is asked for."""
        return self._frames(self._cursor, with_unknown=True)

    def _frames(self, cursor: Cursor, *, with_unknown: bool) -> Iterator[Frame]:
        self._check_place()
        yield from understood(self._reader._scan(cursor), self._reader.path, with_unknown=with_unknown)

    def _check_place(self) -> None:
        path, fd = self._reader.path, self._reader._fd
        offset, chain = self._cursor.offset, self._cursor.chain
        if not is_named(fd, path) or os.fstat(fd).st_size < offset or chain_at(fd, path, offset) != chain:
            raise LogReplaced(path)


def scan(fd: int, file: Path, cursor: Cursor, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Frame]:
    """Every whole frame from `cursor` on, of any type, moving it; ends before a torn tail."""
    wanted, suspect = HEAD_BYTES, -1
    while (left := os.fstat(fd).st_size - cursor.offset) >= wanted:
        buffer = read(fd, file, min(left, max(wanted, chunk_bytes)), cursor.offset)
        outcome = yield from split(buffer, cursor)
        if isinstance(outcome, Broken):
            if is_torn(fd, file, outcome):
                return
            if suspect == outcome.offset:
                is_commit = outcome.part == "head" or _type_at(fd, file, outcome.offset) not in IN_A_CHECKPOINT
                raise LogDamaged(file, outcome.offset, cursor.revision, outcome.part, is_commit=is_commit)
            # What was half written when it was read, and has a whole frame behind it by now, is whole by now.
            wanted, suspect = HEAD_BYTES, outcome.offset
            continue
        if len(buffer) < wanted:
            return
        wanted = outcome


def _type_at(fd: int, file: Path, offset: int) -> int:
    return frame_of(read(fd, file, HEAD_BYTES, offset), offset).type


def confirmed_frame(fd: int, file: Path, cursor: Cursor) -> Frame | None:
    """The next frame, if nothing but its check is damaged: the frame behind it continues what it should be."""
    length = length_at(read(fd, file, HEAD_BYTES, cursor.offset).ljust(HEAD_BYTES, b"\0"), 0)
    if not 0 < length <= os.fstat(fd).st_size - cursor.offset:
        return None
    data = read(fd, file, length + HEAD_BYTES, cursor.offset)
    chain = confirmed_chain(data, length, cursor.chain)
    if chain is None:
        return None
    frame = frame_of(data[:length], cursor.offset)
    cursor.offset, cursor.chain, cursor.revision = frame.end, chain, frame.revision or cursor.revision
    return frame


def whole_frame(fd: int, file: Path, offset: int) -> Frame:
    """The frame at `offset`, which is_whole, whatever the check before it is."""
    length = length_at(read(fd, file, HEAD_BYTES, offset), 0)
    return frame_of(read(fd, file, length, offset), offset)


def understood(frames: Iterable[Frame], file: Path, *, with_unknown: bool = False) -> Iterator[Frame]:
    for frame in frames:
        if frame.type in IN_A_BODY or (with_unknown and may_be_skipped(frame.type)):
            yield frame
        elif not may_be_skipped(frame.type):
            what = f"the frame at byte {frame.offset} is of type {frame.type}, unknown here and not to be skipped"
            raise LogTooNew(file, what)


def unpacked(frames: Iterable[Frame], packer: Packer | None, file: Path) -> Iterator[Frame]:
    """The commits in packed frames one by one, everything else as it is."""
    for frame in frames:
        if frame.type != FrameType.PACKED:
            yield frame
            continue
        try:
            if packer is None:
                raise PackError("the log has no dictionary")
            commits = tuple(packer.unpack(frame))
        except PackError as error:
            raise LogDamaged(file, frame.offset, 0, "content") from error
        yield from commits


def newest_checkpoint(fd: int, file: Path, opening: Opening, before_offset: int = 0) -> Frame | None:
    """As LogReader's. What follows it is for the caller to check; a damaged one is passed over."""
    start = opening.end.offset
    end = (before_offset or os.fstat(fd).st_size) if opening.packer else start
    while end > start:
        begin = max(start, end - CHUNK_BYTES)
        buffer = read(fd, file, end - begin, begin)
        at = buffer.rfind(CHECKPOINT_MARKER)
        while at >= 0:
            offset = begin + at - HEAD_BYTES
            if offset >= start and (found := _checkpoint_at(fd, file, offset)):
                return found
            at = buffer.rfind(CHECKPOINT_MARKER, 0, at + len(CHECKPOINT_MARKER) - 1)
        end = begin + len(CHECKPOINT_MARKER) - 1 if begin > start else start
    return None


def _checkpoint_at(fd: int, file: Path, offset: int) -> Frame | None:
    try:
        for frame in scan(fd, file, Cursor(offset, chain_at(fd, file, offset)), HEAD_BYTES):
            is_one = frame.type == FrameType.CHECKPOINT and starts_checkpoint(frame.payload, offset)
            return frame if is_one else None
    except LogDamaged:
        pass
    return None


def read_opening(fd: int, file: Path) -> Opening:
    """A crash cannot leave part of it: create names only whole files. Raises NotALog, LogTooNew, LogDamaged."""
    magic = read(fd, file, len(MAGIC), 0)
    if magic != MAGIC:
        raise NotALog(file, "it ends inside its header" if MAGIC.startswith(magic) else "it begins differently")
    header: Header | None = None
    for frame in scan(fd, file, Cursor(), _OPENING_BYTES):
        end = Cursor(frame.end, chain_at(fd, file, frame.end))
        if header is None:
            if frame.type != FrameType.HEADER:
                raise NotALog(file, "its first frame is not a header")
            header = decode_header(frame.payload, file)
            if not header.packs:
                return Opening(header, None, end)
            continue
        if frame.type != FrameType.DICTIONARY:
            raise NotALog(file, "no dictionary follows its header")
        try:
            return Opening(header, Packer(decode_dictionary(frame.payload)), end)
        except PackError as error:
            raise NotALog(file, f"its dictionary cannot be read ({error})") from error
    raise NotALog(file, "it ends inside its header")


def chain_at(fd: int, file: Path, offset: int) -> int:
    return stored_check(read(fd, file, CHECK_BYTES, offset - CHECK_BYTES))
