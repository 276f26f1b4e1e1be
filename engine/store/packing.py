"""Commits, small: those of one group travel as one frame, deflated with a dictionary that the log carries.

    DICTIONARY payload   the dictionary, deflated without one (zlib)
    PACKED payload   4   how many commits
                     n   raw deflate with the dictionary, of each commit's
                           8  revision    4  length    n  payload

A little is deflated in a small window with a small table, more in the largest: what a sync leaves of the processor's
caches is less than the largest takes, and to copy it costs more than to deflate a commit. Whoever unpacks sees no
difference. Level 1 is chosen by figures: level 6 saves another 8 % one by one and takes twice the time.
"""

import zlib
from collections.abc import Iterable, Iterator
from struct import Struct

from engine.store.frames import MAX_PAYLOAD_BYTES, Entry, Frame, FrameType

_COUNT = Struct("<I")
_COMMIT = Struct("<QI")
_LEVEL, _RAW = 1, -15
_LITTLE = (-14, 7)
"""Window as zlib has it, and memory level: 128 KB a copy."""
_MUCH = (-15, 8)
"""256 KB."""
_LITTLE_BYTES = 1 << 13
_WINDOW_BYTES = 1 << 15
_GROUP_BYTES = 1 << 26
"""A larger group takes several frames; reading one commit unpacks its whole frame."""


class PackError(Exception):
    """A frame that passed its checks does not hold what a packed frame holds."""


class Packer:
    """Packs and unpacks with one dictionary. Pure: what it keeps is only what the dictionary makes costly."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = dictionary
        # To have deflate read the dictionary anew takes 50 us, a copy of one that has read it 1 to 5.
        self._little = _deflater(_LITTLE, dictionary)
        self._much = _deflater(_MUCH, dictionary)

    def pack(self, entries: Iterable[Entry]) -> list[tuple[Entry, int]]:
        """The entries as frames carry them, in order, each with how many of ``entries`` it holds."""
        framed: list[tuple[Entry, int]] = []
        commits: list[Entry] = []
        size = 0
        for entry in entries:
            is_commit = entry.type == FrameType.COMMIT
            if commits and (not is_commit or size + len(entry.payload) > _GROUP_BYTES):
                framed.append((self._packed(commits), len(commits)))
                commits, size = [], 0
            if is_commit:
                commits.append(entry)
                size += _COMMIT.size + len(entry.payload)
            else:
                framed.append((entry, 1))
        if commits:
            framed.append((self._packed(commits), len(commits)))
        return framed

    def unpack(self, frame: Frame) -> Iterator[Frame]:
        """The commits in a PACKED frame. Raises PackError."""
        count = commits_in(frame)
        raw = memoryview(self.inflate(frame.payload[_COUNT.size :]))
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

    def deflate(self, data: bytes) -> bytes:
        packer = (self._little if len(data) <= _LITTLE_BYTES else self._much).copy()
        return packer.compress(data) + packer.flush()

    def inflate(self, data: bytes) -> bytes:
        """Raises PackError."""
        unpacker = zlib.decompressobj(_RAW, self._dictionary)
        try:
            raw = unpacker.decompress(data, MAX_PAYLOAD_BYTES)
        except zlib.error as error:
            raise PackError(str(error)) from error
        if not unpacker.eof or unpacker.unused_data:
            raise PackError("not one whole stream")
        return raw

    def _packed(self, commits: list[Entry]) -> Entry:
        parts: list[bytes] = []
        for commit in commits:
            parts += (_COMMIT.pack(commit.revision, len(commit.payload)), commit.payload)
        last = next((commit.revision for commit in reversed(commits) if commit.revision), 0)
        return Entry(FrameType.PACKED, _COUNT.pack(len(commits)) + self.deflate(b"".join(parts)), last)


def commits_in(frame: Frame) -> int:
    """How many commits a frame of type COMMIT or PACKED holds. Raises PackError."""
    if frame.type == FrameType.COMMIT:
        return 1
    if len(frame.payload) < _COUNT.size:
        raise PackError("too short")
    return int(_COUNT.unpack_from(frame.payload)[0])


def encode_dictionary(dictionary: bytes) -> bytes:
    return zlib.compress(dictionary, 9)


def decode_dictionary(payload: bytes) -> bytes:
    """Raises PackError."""
    try:
        return zlib.decompressobj().decompress(payload, _WINDOW_BYTES)
    except zlib.error as error:
        raise PackError(str(error)) from error


def _deflater(size: tuple[int, int], dictionary: bytes) -> "zlib._Compress":
    window, memory = size
    within = dictionary[-(1 << -window) :]
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, window, memory, zlib.Z_DEFAULT_STRATEGY, within)
