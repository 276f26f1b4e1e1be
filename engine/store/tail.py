"""What a check that fails means: the write there is torn, by a crash or under way, or the log is damaged.

    zeros from there to the end of the file: nothing is written there yet                    the end, for now
    no frame that was synced stands whole behind it, and the file ends in zeros written
    ahead, or the share that the failed part has of a sector (512 bytes) is all zeros        torn
    anything else                                                                            damaged

A crash keeps and loses any sectors of what was written since the last sync. They were zeros before: written ahead, or
new in the file. Commits and the root of a checkpoint are written only when all before them is on the disk (log.py),
so one that stands whole proves that what is before it was whole too, and changed since. It is found by its type and
by its check, which follows from the stored check of its head, whatever became of the frame before. A reader without
the lock sees a write that is under way in any order, and looks once more when it has seen the proof (reader.py).

So what was acknowledged can be taken for torn only if it is the last of its kind and the log was not closed, or its
sectors are lost; it is cut off, kept and reported. Of a group of several frames (format 1, or notes among commits)
that lost a sector before its last commit it is said that the log is damaged. A k9lite that does not know of zeros
written ahead keeps them beside the log, as a torn tail.

Follows etcd's WAL, which looks for zeroed sectors; differs in looking at what is behind.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from engine.store.disk import CHUNK_BYTES, read, zeros_from
from engine.store.frames import HEAD_BYTES, SECTOR_BYTES, Broken, FrameType, is_whole, length_at

_TYPE_AT = 4
_SYNCED = re.compile(b"[%c%c%c]" % (FrameType.COMMIT, FrameType.PACKED, FrameType.CHECKPOINT))
_ANY = re.compile(b"[" + b"".join(re.escape(bytes([each])) for each in FrameType) + b"]")


def is_torn(fd: int, file: Path, broken: Broken) -> bool:
    """Whether nothing or only a part is written there so far. Raises LogUnreadable."""
    offset = broken.offset
    end = written_end(fd, file, offset)
    if end == offset:
        return True
    if end == os.fstat(fd).st_size and not _lost_a_sector(read(fd, file, broken.end - offset, offset), offset):
        return False
    # Who fails in the payload has a good head: it says where the next frame begins.
    return not _synced_within(fd, file, offset + 1 if broken.part == "head" else broken.end, end)


def written_end(fd: int, file: Path, offset: int) -> int:
    """Where the zeros begin that were written ahead; the end of the file if there are none behind `offset`."""
    size, zeros = os.fstat(fd).st_size, zeros_from(fd, file, offset)
    # The last bytes of a frame can be zeros by themselves; a writer keeps a sector of them behind it.
    return zeros if zeros <= offset or size - zeros >= SECTOR_BYTES else size


def _lost_a_sector(part: bytes, offset: int) -> bool:
    """Whether the share that `part`, from `offset` of the file on, has of one of its sectors is all zeros."""
    ends = range(SECTOR_BYTES - offset % SECTOR_BYTES, len(part) + SECTOR_BYTES, SECTOR_BYTES)
    return any(not any(part[max(0, end - SECTOR_BYTES) : end]) for end in ends)


def _synced_within(fd: int, file: Path, start: int, end: int) -> bool:
    """Whether a whole frame begins between `start` and `end` before which everything was synced."""
    return next(_whole_within(fd, file, start, end, _SYNCED), None) is not None


def next_whole(fd: int, file: Path, start: int) -> int | None:
    """Where the first whole frame at or behind `start` begins, whatever is before it. Raises LogUnreadable."""
    return next(_whole_within(fd, file, start, os.fstat(fd).st_size, _ANY), None)


def _whole_within(fd: int, file: Path, start: int, end: int, types: "re.Pattern[bytes]") -> Iterator[int]:
    size = os.fstat(fd).st_size
    for begin in range(start, end, CHUNK_BYTES):
        buffer = read(fd, file, CHUNK_BYTES + HEAD_BYTES, begin)
        heads = max(0, len(buffer) - HEAD_BYTES)
        for found in types.finditer(buffer, _TYPE_AT, _TYPE_AT + heads):
            at = found.start() - _TYPE_AT
            length = length_at(buffer, at)
            if 0 < length <= size - begin - at and is_whole(read(fd, file, length, begin + at)):
                yield begin + at
