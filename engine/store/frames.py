"""The bytes of a log, and nothing else: pure functions between values and bytes, no file is opened here.

A log is a magic line and then frames, back to back; integers are little-endian and unsigned:

    magic    8   89 "K9LOG" 0d 0a     a transfer as text breaks it at once, as with PNG
    frame    4   length               of the payload
             1   type                 FrameType; 80 and above may be skipped by who does not know them
             8   revision             of the commit in the payload, or the one a note is about; 0 for none
             4   head check           CRC-32 of the 13 bytes above, continued from the frame before
             n   payload              msgpack by custom; the log does not look inside
             4   check                CRC-32 of the payload, continued from the head check

So one CRC-32 runs over the magic and every head and payload up to here, leaving out the stored checks
themselves, and each check is its value at that place: a frame that was removed, repeated or swapped is
noticed like a flipped bit. The 4 bytes before a frame (for the first one, the CRC-32 of the magic) are where
its chain starts, which makes every frame verifiable by itself: one read at its offset less 4.

A writer keeps zeros ahead of the last frame and writes over them (log.py); closing cuts them off. No frame begins
with 17 zeros, because no type is 0: so zeros to the end of the file are its end for now, and nothing else. What is
torn, what a crash left of the last write or a reader sees of one under way, and what is damaged: tail.py.

Why the head has its own check: a length is trusted only after it, so that a bad length is damage, and only a good
one that reaches past the end of the file is a frame that is not all there.

The first frame is the header (type 7f), a msgpack map. Its frame, and its keys `format` and `oldest_reader`,
keep their form in every future format. A reader of format N opens what has `oldest_reader` <= N. It skips
frames of types it does not know from 80 up (they count in the chain) and refuses those below. Types not in
FrameType are unassigned: below 80 is what a history cannot be told without, from 80 up what it can.

    format 1  each commit is a frame of type 01
    format 2  the second frame is the dictionary (type 03); the commits of a group travel as one frame of
              type 02, whose revision is the last one's (packing.py); that its commits stay together, all or
              none, is one more thing a crash cannot change. Types 83 to 85 are pages, index and root of a
              checkpoint (pages.py, index.py, checkpoint.py), 86 what changed since (delta.py): what saves
              folding from the start

A log keeps the format it was begun with, whoever goes on with it.

Example, of format 1: cluster `demo`, seed `s`, created at 1, then a commit, revision 1, whose payload is "hello":

    0000  89 4b 39 4c 4f 47 0d 0a 4e 00 00 00 7f 00 00 00    magic; length 4e, type 7f, revision 0
    0010  00 00 00 00 00 21 51 ef 8d 87 a6 66 6f 72 6d 61    head check 8def5121; then the map of 7 keys
    0020  74 01 ad 6f 6c 64 65 73 74 5f 72 65 61 64 65 72
    0030  01 a7 63 6c 75 73 74 65 72 a4 64 65 6d 6f a4 73
    0040  65 65 64 a1 73 a7 63 72 65 61 74 65 64 01 a6 70
    0050  61 72 65 6e 74 c0 af 70 61 72 65 6e 74 5f 72 65
    0060  76 69 73 69 6f 6e c0 3e c1 26 d9 05 00 00 00 01    check d926c13e; length 5, type 1,
    0070  01 00 00 00 00 00 00 00 bb 75 39 32 68 65 6c 6c    revision 1, head check 323975bb, "hello"
    0080  6f 43 45 2c cb                                     check cb2c4543
"""

from collections.abc import Generator, Iterable, Mapping
from enum import IntEnum
from pathlib import Path
from struct import Struct

import msgpack
from attrs import define, field
from isal.isal_zlib import crc32

from engine.errors import LogTooNew, NotALog
from engine.kinds.frozen import frozen

MAGIC = b"\x89K9LOG\r\n"
FORMAT = 2
MAX_PAYLOAD_BYTES = 1 << 30

_FIELDS = Struct("<IBQ")
_HEAD = Struct("<IBQI")
_CHECK = Struct("<I")
_OFFSET = Struct("<Q")
SECTOR_BYTES = 512
_FIRST_SKIPPABLE = 0x80
_NO_REVISION = 1 << 48
"""No cluster comes as far."""
HEAD_BYTES = _HEAD.size
CHECK_BYTES = _CHECK.size


class FrameType(IntEnum):
    """What a payload is. From 0x80 up a reader may skip what it does not know; below it must refuse."""

    COMMIT = 0x01
    PACKED = 0x02
    DICTIONARY = 0x03
    HEADER = 0x7F
    NOTE = 0x82
    """What the operator did: verb, keys, bookmarks."""
    PAGE = 0x83
    INDEX = 0x84
    CHECKPOINT = 0x85
    DELTA = 0x86


IN_A_BODY = frozenset({FrameType.COMMIT, FrameType.PACKED, FrameType.NOTE})
"""The types a reader is given, behind the header; plain ints are found in it as well."""

IN_A_CHECKPOINT = frozenset({FrameType.PAGE, FrameType.INDEX, FrameType.CHECKPOINT, FrameType.DELTA})
"""What follows from the commits, and saves time."""

CHECKPOINT_MARKER = b"\x89CHECKPT"


@frozen(kw_only=True)
class Header:
    """The first frame: whose log this is. `created` is in seconds since the Unix epoch."""

    cluster: str
    seed: str
    created: int
    parent: str | None = None
    """A fork's origin, and the last revision it shares with it."""
    parent_revision: int | None = None
    format: int = FORMAT
    oldest_reader: int = FORMAT
    extra: Mapping[str, object] = field(factory=dict)
    """Keys this version does not know, kept as they were."""

    @property
    def packs(self) -> bool:
        """Whether a dictionary follows and commits travel packed."""
        return self.oldest_reader >= 2

    @property
    def first_revision(self) -> int:
        """The revision a compacted log begins with, 0 for one that has its whole history."""
        first = self.extra.get("first_revision", 0)
        return first if isinstance(first, int) else 0


@frozen
class Entry:
    """What is appended. `revision` 0 means none; a cluster's first commit is revision 1."""

    type: int
    payload: bytes
    revision: int = 0


Place = tuple[int, int]
"""Where an entry is: the offset of its frame, and its number in it if the frame is packed, else 0."""


@frozen
class Frame:
    """An entry at its place: its frame begins at `offset` in the file and the next one at `end`.

    A packed commit is number `index` in its frame; it has the type COMMIT, the frame itself is seldom seen.
    """

    type: int
    payload: bytes
    revision: int
    offset: int
    end: int
    index: int = 0

    @property
    def place(self) -> Place:
        return self.offset, self.index


@define
class Cursor:
    """A place between two frames: what comes next begins at `offset` and continues the check `chain`.

    `revision` is the last one passed on the way here, 0 for none.
    """

    offset: int = len(MAGIC)
    chain: int = crc32(MAGIC)
    revision: int = 0


@frozen
class Broken:
    """The bytes from `offset` to `end` contradict their check; `part` names them."""

    offset: int
    end: int
    part: str


def split(buffer: bytes, cursor: Cursor) -> Generator[Frame, None, int | Broken]:
    """Yield the whole frames at the start of `buffer`, which holds the file from `cursor` on.

    `cursor` moves behind a frame when the next one is asked for: who refuses a frame stays before it.
    Returns how many bytes the next frame takes at least, as far as that can be told, or what is broken.
    """
    base = cursor.offset
    start, size, chain = 0, len(buffer), cursor.chain
    unpack_head, unpack_check, crc = _HEAD.unpack_from, _CHECK.unpack_from, crc32
    while start + HEAD_BYTES <= size:
        length, type_, revision, head_check = unpack_head(buffer, start)
        payload_start = start + HEAD_BYTES
        if crc(buffer[start : payload_start - CHECK_BYTES], chain) != head_check or not type_:
            return Broken(base + start, base + payload_start, "head")
        payload_end = payload_start + length
        end = payload_end + CHECK_BYTES
        if end > size:
            return int(end - start)
        payload = buffer[payload_start:payload_end]
        chain = crc(payload, head_check)
        if chain != unpack_check(buffer, payload_end)[0]:
            return Broken(base + start, base + end, "payload")
        yield Frame(type_, payload, revision, base + start, base + end)
        cursor.offset, cursor.chain = base + end, chain
        if revision:
            cursor.revision = revision
        start = end
    return HEAD_BYTES


def join(entries: Iterable[Entry], cursor: Cursor) -> tuple[bytes, tuple[int, ...], Cursor]:
    """The bytes of `entries` as they follow `cursor`, the offset of each, and the cursor behind them."""
    parts: list[bytes] = []
    offsets: list[int] = []
    offset, chain, last = cursor.offset, cursor.chain, cursor.revision
    for entry in entries:
        length = len(entry.payload)
        assert length <= MAX_PAYLOAD_BYTES, f"a payload of {length} bytes; the limit is {MAX_PAYLOAD_BYTES}"
        fields = _FIELDS.pack(length, entry.type, entry.revision)
        head_check = crc32(fields, chain)
        chain = crc32(entry.payload, head_check)
        parts += (fields, _CHECK.pack(head_check), entry.payload, _CHECK.pack(chain))
        offsets.append(offset)
        offset += HEAD_BYTES + length + CHECK_BYTES
        last = entry.revision or last
    return b"".join(parts), tuple(offsets), Cursor(offset, chain, last)


def stored_check(data: bytes) -> int:
    """The check in the last 4 bytes of `data`: where the chain stands behind it."""
    return int(_CHECK.unpack(data[-CHECK_BYTES:])[0])


def length_at(buffer: bytes, start: int) -> int:
    """How long the frame is if its head stands at `start`; 0 if that cannot be: no payload, or no such revision."""
    length, _, revision, _ = _HEAD.unpack_from(buffer, start)
    return HEAD_BYTES + int(length) + CHECK_BYTES if length and revision < _NO_REVISION else 0


def is_whole(frame: bytes) -> bool:
    """Whether payload and check follow from the head check, whatever is before the frame."""
    head_check = stored_check(frame[:HEAD_BYTES])
    return crc32(frame[HEAD_BYTES:-CHECK_BYTES], head_check) == stored_check(frame)


def frame_of(frame: bytes, offset: int) -> Frame:
    """What the bytes of a whole frame at ``offset`` say."""
    _, type_, revision, _ = _HEAD.unpack_from(frame)
    return Frame(type_, frame[HEAD_BYTES:-CHECK_BYTES], revision, offset, offset + len(frame))


def confirmed_chain(data: bytes, length: int, chain: int) -> int | None:
    """Behind a frame of ``length`` bytes, whatever its stored check; None unless the head that follows continues it."""
    if len(data) < length + HEAD_BYTES or crc32(data[: _FIELDS.size], chain) != stored_check(data[:HEAD_BYTES]):
        return None
    chain = crc32(data[HEAD_BYTES : length - CHECK_BYTES], stored_check(data[:HEAD_BYTES]))
    following = data[length : length + HEAD_BYTES]
    return chain if crc32(following[: _FIELDS.size], chain) == stored_check(following) else None


def starts_checkpoint(payload: bytes, offset: int) -> bool:
    """Whether a payload in a frame that begins at `offset` starts as a CHECKPOINT's does: marker, own offset."""
    return payload[: len(CHECKPOINT_MARKER) + _OFFSET.size] == checkpoint_start(offset)


def checkpoint_start(offset: int) -> bytes:
    return CHECKPOINT_MARKER + _OFFSET.pack(offset)


def may_be_skipped(type_: int) -> bool:
    return type_ >= _FIRST_SKIPPABLE


def encode_header(header: Header) -> bytes:
    """The payload of the header frame."""
    fields: dict[str, object] = {
        "format": header.format,
        "oldest_reader": header.oldest_reader,
        "cluster": header.cluster,
        "seed": header.seed,
        "created": header.created,
        "parent": header.parent,
        "parent_revision": header.parent_revision,
    }
    assert not fields.keys() & header.extra.keys(), f"extra may not repeat {sorted(fields)}"
    return bytes(msgpack.packb(fields | dict(header.extra)))


def decode_header(payload: bytes, file: Path) -> Header:
    """`file` is for the messages of LogTooNew and NotALog only."""
    try:
        fields = msgpack.unpackb(payload)
    except ValueError as error:
        raise NotALog(file, "its header is not msgpack") from error
    oldest_reader = fields.get("oldest_reader") if isinstance(fields, dict) else None
    if not isinstance(oldest_reader, int):
        raise NotALog(file, "its header does not say who can read it")
    if oldest_reader > FORMAT:
        raise LogTooNew(file, f"it needs a reader of format {oldest_reader} and this one reads up to {FORMAT}")
    for name, types in _HEADER_TYPES.items():
        if not isinstance(fields.get(name), types):
            raise NotALog(file, f"its header has no proper {name!r}")
    known = {name: fields.pop(name) for name in _HEADER_TYPES}
    return Header(**known, extra=fields)


_HEADER_TYPES: Mapping[str, tuple[type, ...]] = {
    "format": (int,),
    "oldest_reader": (int,),
    "cluster": (str,),
    "seed": (str,),
    "created": (int,),
    "parent": (str, type(None)),
    "parent_revision": (int, type(None)),
}
