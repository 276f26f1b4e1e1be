"""Which frame of a log holds a revision, where its checkpoints are, and which revisions came from outside.

    INDEX payload    deflated with the log's dictionary, of msgpack
                     [before, root before, revision, firsts, offsets, inputs]
                       before            offsets of the INDEX and the CHECKPOINT before this one, or 0
                       revision          of its checkpoint
                       firsts, offsets   first revision and offset of each frame of commits since the INDEX
                                         before, as little-endian unsigned integers of 8 bytes
                       inputs            {"user": [revision, ...], ...}

Each checkpoint writes one before its root, which names it. So a log of a million commits is found through
by reading some thousand of them backwards: 16 bytes a frame in memory, nothing unpacked.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
from attrs import define, field

from engine.errors import LogError


def _numbers() -> "array[int]":
    return array("Q")


@define
class Index:
    """Of a whole log, or of a part that is not written yet."""

    firsts: "array[int]" = field(factory=_numbers)
    offsets: "array[int]" = field(factory=_numbers)
    inputs: dict[str, list[int]] = field(factory=dict)
    checkpoint_revisions: "array[int]" = field(factory=_numbers)
    checkpoint_offsets: "array[int]" = field(factory=_numbers)

    def add_frame(self, first: int, offset: int) -> None:
        self.firsts.append(first)
        self.offsets.append(offset)

    def add_input(self, actor: str, revision: int) -> None:
        self.inputs.setdefault(actor.partition("/")[0], []).append(revision)

    def add_checkpoint(self, revision: int, offset: int) -> None:
        self.checkpoint_revisions.append(revision)
        self.checkpoint_offsets.append(offset)

    def insert_checkpoint(self, revision: int, offset: int) -> None:
        """Among those that are known; the one that comes last of equal revisions counts."""
        at = bisect_right(self.checkpoint_revisions, revision)
        self.checkpoint_revisions.insert(at, revision)
        self.checkpoint_offsets.insert(at, offset)

    def frame_of(self, revision: int) -> int:
        """The number of the frame that holds a revision, which must be one of the log's."""
        return bisect_right(self.firsts, revision) - 1

    def checkpoint_before(self, revision: int) -> tuple[int, int] | None:
        """(revision, offset) of the newest checkpoint at or before ``revision``."""
        at = bisect_right(self.checkpoint_revisions, revision) - 1
        return None if at < 0 else (self.checkpoint_revisions[at], self.checkpoint_offsets[at])

    def split_behind(self, revision: int) -> tuple["Index", "Index"]:
        """The frames and inputs up to ``revision``, which ends a frame, and those behind it; no checkpoints."""
        at = bisect_right(self.firsts, revision)
        before, behind = Index(self.firsts[:at], self.offsets[:at]), Index(self.firsts[at:], self.offsets[at:])
        for actor, revisions in self.inputs.items():
            known = bisect_right(revisions, revision)
            for part, some in ((before, revisions[:known]), (behind, revisions[known:])):
                if some:
                    part.inputs[actor] = some
        return before, behind

    def encoded(self, before: int, root_before: int, revision: int) -> bytes:
        """The payload, not deflated yet, for a checkpoint at ``revision``."""
        body = [before, root_before, revision, _to_bytes(self.firsts), _to_bytes(self.offsets), self.inputs]
        return bytes(msgpack.packb(body))


def read_index(read: Callable[[int], bytes], newest: int, root: int) -> Index:
    """All up to the INDEX frame at ``newest``, whose root is at ``root``; ``read`` gives a payload, inflated.

    Raises LogError.
    """
    parts = list(_backwards(read, newest, root))
    index = Index()
    for revision, checkpoint, firsts, offsets, inputs in reversed(parts):
        index.firsts.frombytes(firsts)
        index.offsets.frombytes(offsets)
        for actor, revisions in inputs.items():
            index.inputs.setdefault(actor, []).extend(revisions)
        index.add_checkpoint(revision, checkpoint)
    if sys.byteorder == "big":
        index.firsts.byteswap()
        index.offsets.byteswap()
    if len(index.firsts) != len(index.offsets):
        raise LogError("the log's index is not consistent")
    return index


def _backwards(
    read: Callable[[int], bytes], offset: int, root: int
) -> Iterator[tuple[int, int, bytes, bytes, dict[str, Any]]]:
    while offset:
        try:
            before, root_before, revision, firsts, offsets, inputs = msgpack.unpackb(read(offset))
            yield int(revision), root, bytes(firsts), bytes(offsets), dict(inputs)
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise LogError(f"the log's index cannot be read: {error}") from error
        if before >= offset:
            raise LogError("the log's index runs in a circle")
        offset, root = before, root_before


def _to_bytes(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
