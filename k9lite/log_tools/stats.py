"""``k9lite log stats``: what takes how many bytes in a log, and when it was busy.

Bytes of objects are those of their compact JSON, as often as they were written; bytes of frames are those in the
file. What a Kubernetes object is worth there is the one over the other.
"""

from collections import Counter
from collections.abc import Iterator
from heapq import nlargest
from pathlib import Path

from attrs import define, field

from engine.kinds import Ref, format_time, ref_of, to_manifest
from engine.store.commit import decode_commit
from engine.store.frames import Frame, FrameType
from engine.store.reader import Hole, LogReader, understood, unpacked
from k9lite.log_tools.export import as_json, commit_line

_LARGEST = 5


def stats(file: Path) -> Iterator[str]:
    """Raises LogError."""
    with LogReader.open(file) as reader:
        sums = _Sums(opening_bytes=reader.start)
        packed = FrameType.PACKED if reader.header.packs else FrameType.COMMIT
        for frame in _frames(reader, sums):
            sums.take(frame, packed)
    yield from _table("Frame", sums.frames, sums.frame_bytes)
    yield f"{'':<24}{'':>12}{sums.opening_bytes:>16,}  before the first one"
    for hole in sums.holes:
        yield f"{'':<24}{'':>12}{hole.end - hole.offset:>16,}  from byte {hole.offset} on, passed over: no whole frame"
    yield ""
    yield from _table("Object put", sums.puts, sums.put_bytes)
    yield ""
    commits = sums.minutes.total()
    stored = sums.frame_bytes[_frame_name(packed)]
    whole = sums.opening_bytes + sums.frame_bytes.total()
    size = sums.json_bytes
    ratio = f", 1/{size / stored:.1f} of it; the whole file 1/{size / whole:.1f}" if stored else ""
    yield f"{commits:,} commits: {size:,} bytes of JSON in {stored:,} bytes{ratio}"
    yield from _busy(sums.minutes)
    if sums.largest:
        yield ""
        yield "Largest objects (bytes of JSON)"
        for ref, (size, revision) in nlargest(_LARGEST, sums.largest.items(), key=lambda each: each[1]):
            yield f"{size:>16,}  {ref}, revision {revision}"


def _frames(reader: LogReader, sums: "_Sums") -> Iterator[Frame]:
    """What is whole, also behind damage, which is noted. Raises LogError."""
    for found in reader.frames_and_holes():
        if isinstance(found, Hole):
            sums.holes.append(found)
            continue
        yield from unpacked(understood([found], reader.path, with_unknown=True), reader.packer, reader.path)


@define(kw_only=True)
class _Sums:
    opening_bytes: int
    frames: Counter[str] = field(factory=Counter)
    frame_bytes: Counter[str] = field(factory=Counter)
    puts: Counter[str] = field(factory=Counter)
    put_bytes: Counter[str] = field(factory=Counter)
    minutes: Counter[int] = field(factory=Counter)
    json_bytes: int = 0
    holes: list[Hole] = field(factory=list)
    largest: dict[Ref, tuple[int, int]] = field(factory=dict)
    """The most bytes an object had, and when; cut back to the largest now and then."""
    _offset: int = 0

    def take(self, frame: Frame, packed: FrameType) -> None:
        is_commit = frame.type == FrameType.COMMIT
        if frame.offset != self._offset:
            self._offset = frame.offset
            name = _frame_name(packed if is_commit else frame.type)
            self.frames[name] += 1
            self.frame_bytes[name] += frame.end - frame.offset
        if is_commit:
            self._take_commit(frame.payload)

    def _take_commit(self, payload: bytes) -> None:
        commit = decode_commit(payload)
        self.minutes[commit.time // 60] += 1
        self.json_bytes += len(commit_line(commit))
        for each in commit.puts:
            ref = ref_of(each)
            size = len(as_json(to_manifest(each)))
            self.puts[ref.kind] += 1
            self.put_bytes[ref.kind] += size
            self.largest[ref] = max(self.largest.get(ref, (0, 0)), (size, commit.revision))
        if len(self.largest) > 1000:
            self.largest = dict(nlargest(_LARGEST, self.largest.items(), key=lambda each: each[1]))


def _frame_name(type_: int) -> str:
    known = {int(each): each.name.lower() for each in FrameType}
    return known.get(type_, f"unknown ({type_:02x})")


def _table(title: str, counts: Counter[str], sizes: Counter[str]) -> Iterator[str]:
    """Largest first."""
    yield f"{title:<24}{'COUNT':>12}{'BYTES':>16}  SHARE"
    for name, size in sorted(sizes.items(), key=lambda each: (-each[1], each[0])):
        yield f"{name:<24}{counts[name]:>12,}{size:>16,}  {size / sizes.total():5.1%}"


def _busy(minutes: Counter[int]) -> Iterator[str]:
    if not minutes:
        return
    busiest, most = max(minutes.items(), key=lambda each: (each[1], -each[0]))
    span = max(minutes) - min(minutes) + 1
    yield (
        f"{minutes.total() / span:,.1f} commits a minute of cluster time; {most:,} in the busiest, "
        f"{format_time(busiest * 60)}"
    )
