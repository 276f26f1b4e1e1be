"""Commits, small: those of one group travel as one frame, deflated with a dictionary that the log carries.

    DICTIONARY payload   the dictionary, deflated without one (zlib)
    PACKED payload   4   how many commits
                     n   raw deflate with the dictionary, of each commit's
                           8  revision    4  length    n  payload

Deflated by ISA-L, a quarter of zlib's time and a tenth smaller at its level 2; any inflate reads it.
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import cast

from isal import isal_zlib
from isal.igzip_lib import IsalError

from engine.store.frames import MAX_PAYLOAD_BYTES, Entry, Frame, FrameType

_A_COMMIT = int(FrameType.COMMIT)
_COUNT = Struct("<I")
_COMMIT = Struct("<QI")
_NOT_DEFLATED = cast(type[Exception], IsalError)  # its stub has an Exception where it has the type of one
_LEVEL, _SMALLEST, _RAW = 2, 3, -15
"""For commits, which somebody waits for, and for what is written beside them: 4 % smaller for four times the time."""
_WINDOW_BYTES = 1 << 15
_GROUP_BYTES = 1 << 26
"""A larger group takes several frames; reading one commit unpacks its whole frame."""


class PackError(Exception):
    """A frame that passed its checks does not hold what a packed frame holds."""


class Packer:
    """Packs and unpacks with one dictionary."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = dictionary

    def pack(self, entries: Iterable[Entry]) -> list[tuple[Entry, int]]:
        """The entries as frames carry them, in order, each with how many of ``entries`` it holds."""
        framed: list[tuple[Entry, int]] = []
        commits: list[Entry] = []
        room = _GROUP_BYTES
        for entry in entries:
            size = len(entry.payload)
            is_commit = entry.type == _A_COMMIT
            if commits and (not is_commit or size > room):
                framed.append((self._packed(commits), len(commits)))
                commits, room = [], _GROUP_BYTES
            if is_commit:
                commits.append(entry)
                room -= size
            else:
                framed.append((entry, 1))
        if commits:
            framed.append((self._packed(commits), len(commits)))
        return framed

    def unpack(self, frame: Frame) -> Iterator[Frame]:
        """The commits in a PACKED frame. Raises PackError."""
        count = commits_in(frame)
        raw = memoryview(self.unpacked(frame))
        start = 0
        for index in range(count):
            if start + _COMMIT.size > len(raw):
                raise PackError("fewer commits than it says")
            revision, length = _COMMIT.unpack_from(raw, start)
            start += _COMMIT.size
            payload = bytes(raw[start : start + length])
            if len(payload) < length:
                raise PackError("a commit is cut short")
            yield Frame(FrameType.COMMIT, payload, revision, frame.offset, frame.end, index)
            start += length

    def unpacked(self, frame: Frame) -> bytes:
        """What a PACKED frame holds, in one piece. Raises PackError."""
        return self.inflate(frame.payload[_COUNT.size :])

    def deflate(self, data: bytes, level: int = _SMALLEST) -> bytes:
        packer = isal_zlib.compressobj(level, isal_zlib.DEFLATED, _RAW, zdict=self._dictionary)
        return packer.compress(data) + packer.flush()

    def inflate(self, data: bytes) -> bytes:
        """Raises PackError."""
        unpacker = isal_zlib.decompressobj(_RAW, self._dictionary)
        try:
            raw = unpacker.decompress(data, MAX_PAYLOAD_BYTES)
        except _NOT_DEFLATED as error:
            raise PackError(str(error)) from error
        if not unpacker.eof or unpacker.unused_data:
            raise PackError("not one whole stream")
        return raw

    def _packed(self, commits: list[Entry]) -> Entry:
        head = _COMMIT.pack
        parts = [part for each in commits for part in (head(each.revision, len(each.payload)), each.payload)]
        last = next((commit.revision for commit in reversed(commits) if commit.revision), 0)
        return Entry(FrameType.PACKED, _COUNT.pack(len(commits)) + self.deflate(b"".join(parts), _LEVEL), last)


def payloads_in(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the payload of each commit begins and ends in what a PACKED frame holds."""
    start = 0
    while start < len(raw):
        _, length = _COMMIT.unpack_from(raw, start)
        start += _COMMIT.size
        yield start, start + length
        start += length


def commits_in(frame: Frame) -> int:
    """How many commits a frame of type COMMIT or PACKED holds. Raises PackError."""
    if frame.type == FrameType.COMMIT:
        return 1
    if len(frame.payload) < _COUNT.size:
        raise PackError("too short")
    return int(_COUNT.unpack_from(frame.payload)[0])


def encode_dictionary(dictionary: bytes) -> bytes:
    return isal_zlib.compress(dictionary, _SMALLEST)


def decode_dictionary(payload: bytes) -> bytes:
    """Raises PackError."""
    try:
        return isal_zlib.decompressobj().decompress(payload, _WINDOW_BYTES)
    except _NOT_DEFLATED as error:
        raise PackError(str(error)) from error

