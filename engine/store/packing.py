"""Commits, small: those of one group travel as one frame, deflated with a dictionary that the log carries.

    DICTIONARY payload   the dictionary, deflated without one (zlib)
    PACKED payload   4   how many commits
                     n   raw deflate with the dictionary, of each commit's
                           8  revision    4  length    n  payload

One by one real commits take a seventh of their compact JSON, grouped by 100 a seventeenth. Level 1 is chosen by
figures: 25 us a commit; level 6 saves another 8 % one by one and takes twice the time.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from struct import Struct

from engine.store.frames import MAX_PAYLOAD_BYTES, Entry, Frame, FrameType

_COUNT = Struct("<I")
_COMMIT = Struct("<QI")
_LEVEL, _RAW, _MEMORY = 1, -15, 8
_WINDOW_BYTES = 1 << 15
_GROUP_BYTES = 1 << 26
"""A larger group takes several frames; reading one commit unpacks its whole frame."""


class PackError(Exception):
    """A frame that passed its checks does not hold what a packed frame holds."""


class Packer:
    """Packs and unpacks with one dictionary. Pure: what it keeps is only what the dictionary makes costly."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = dictionary
        # A copy of this takes 5 us; to have deflate read the dictionary anew takes 50.
        self._fresh = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, dictionary)

    def pack(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, int]]:
        """The entries as frames carry them, in order, each with how many of ``entries`` it holds."""
        for is_commit, group in groupby(entries, key=lambda entry: entry.type == FrameType.COMMIT):
            if not is_commit:
                yield from ((entry, 1) for entry in group)
                continue
            for commits in _parts(group):
                yield self._packed(commits), len(commits)

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
        packer = self._fresh.copy()
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


def _parts(commits: Iterable[Entry]) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for commit in commits:
        if part and size + len(commit.payload) > _GROUP_BYTES:
            yield part
            part, size = [], 0
        part.append(commit)
        size += _COMMIT.size + len(commit.payload)
    if part:
        yield part
