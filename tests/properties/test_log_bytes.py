"""Whatever happens to a log's bytes, what opens is a prefix of whole frames, and what is lost is reported."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LogDamaged, LogError, NotALog
from engine.store.dictionary import dictionary
from engine.store.frames import MAGIC, Cursor, Place, encode_header, join
from engine.store.log import Entry, Frame, FrameType, Header, Log, LogReader
from engine.store.packing import Packer, encode_dictionary

HEADER = Header(cluster="demo", seed="s", created=1)
WORDS = dictionary()
OPENING = (
    Entry(FrameType.HEADER, encode_header(HEADER)),
    Entry(FrameType.DICTIONARY, encode_dictionary(WORDS)),
)
START = len(MAGIC) + len(join(OPENING, Cursor())[0])
DICTIONARY_AT = len(MAGIC) + len(join(OPENING[:1], Cursor())[0])
PACKER = Packer(WORDS)
ENTRIES = (
    Entry(FrameType.COMMIT, b"\x00\xff first", 1),
    Entry(FrameType.NOTE, b""),
    Entry(FrameType.COMMIT, bytes(20), 2),
    Entry(0xF0, b"of a type unknown here", 2),
    Entry(FrameType.COMMIT, b"last\x00", 1 << 63),
)

entries = st.lists(
    st.builds(
        Entry,
        st.sampled_from([int(FrameType.COMMIT), int(FrameType.NOTE), 0xF0]),
        st.binary(max_size=60) | st.integers(0, 1500).map(bytes),
        st.integers(0, (1 << 64) - 1),
    ),
    max_size=8,
)


def log_bytes(items: tuple[Entry, ...] | list[Entry]) -> bytes:
    """A log to which the items were appended one by one."""
    return log_of_groups([[item] for item in items])


def log_of_groups(groups: list[list[Entry]]) -> bytes:
    packed = (frame for group in groups for frame, _ in PACKER.pack(group))
    return MAGIC + join([*OPENING, *packed], Cursor())[0]


def frames_of(path: Path) -> list[Frame]:
    with LogReader.open(path) as reader:
        return list(reader.frames(with_unknown=True))


def entries_of(path: Path) -> list[Entry]:
    return [Entry(frame.type, frame.payload, frame.revision) for frame in frames_of(path)]


def ends(path: Path) -> list[int]:
    return [START] + [frame.end for frame in frames_of(path)]


@contextlib.contextmanager
def a_file(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.k9log"
        path.write_bytes(content)
        yield path


@given(st.lists(entries, max_size=4))
def test_whatever_is_appended_in_whatever_groups_is_read_back(groups: list[list[Entry]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.k9log"
        places: list[Place] = []
        with Log.create(path, HEADER) as log:
            for group in groups:
                places += log.append(group, durable=False)
        flat = [entry for group in groups for entry in group]
        assert path.read_bytes() == log_of_groups(groups)
        assert entries_of(path) == flat
        with LogReader.open(path) as reader:
            assert [reader.read_at(place) for place in places] == frames_of(path)


def test_a_log_cut_at_every_byte_opens_to_a_prefix_of_whole_frames(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    whole = log_bytes(ENTRIES)
    path.write_bytes(whole)
    boundaries = ends(path)
    for size in (*range(0, START - 30, 11), *range(START - 30, len(whole))):
        path.write_bytes(whole[:size])
        if size < START:
            for open_it in (Log.open, LogReader.open):
                with pytest.raises(NotALog):
                    open_it(path)
            continue
        prefix = [end for end in boundaries if end <= size]
        assert entries_of(path) == list(ENTRIES[: len(prefix) - 1])
        with Log.open(path) as log:
            assert log.end == prefix[-1]
            torn = whole[prefix[-1] : size]
            if not any(torn):
                assert log.recovered is None
            else:
                assert log.recovered is not None
                assert log.recovered.kept.read_bytes() == torn
                log.recovered.kept.unlink()
        assert path.read_bytes() == whole[: prefix[-1]]


def test_every_flipped_bit_is_refused_at_its_frame(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    whole = log_bytes(ENTRIES)
    path.write_bytes(whole)
    frames = frames_of(path)
    for place in range(len(whole)):
        for bit in range(8) if not len(MAGIC) + 100 < place < START - 100 else (place % 8,):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            if place < len(MAGIC):
                with pytest.raises(NotALog):
                    Log.open(path)
                continue
            with pytest.raises(LogDamaged) as refused:
                Log.open(path)
            before = [frame for frame in frames if frame.end <= place]
            if place >= START:
                assert refused.value.offset == (before[-1].end if before else START)
            else:
                assert refused.value.offset in (len(MAGIC), DICTIONARY_AT)
            assert refused.value.last_revision == max((frame.revision for frame in before), default=0)
            with pytest.raises(LogDamaged):
                frames_of(path)
    assert list(tmp_path.iterdir()) == [path]


def test_every_byte_that_becomes_zero_is_refused_or_reported(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    whole = log_bytes(ENTRIES)
    for place in range(START, len(whole)):
        if whole[place]:
            path.write_bytes(whole[:place] + b"\0" + whole[place + 1 :])
            with pytest.raises(LogDamaged):
                Log.open(path)


def test_a_log_cut_at_every_byte_before_zeros_written_ahead_opens_to_a_prefix(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    whole = log_bytes(ENTRIES)
    path.write_bytes(whole)
    boundaries = ends(path)
    for size in range(START, len(whole) + 1):
        path.write_bytes(whole[:size] + bytes(4096))
        prefix = [end for end in boundaries if end <= len(whole[:size].rstrip(b"\0"))]
        assert entries_of(path) == list(ENTRIES[: len(prefix) - 1])
        with Log.open(path) as log:
            assert log.end == prefix[-1]
            torn = whole[log.end : size].rstrip(b"\0")
            assert (log.recovered.kept.read_bytes() if log.recovered else b"") == torn
            if log.recovered:
                log.recovered.kept.unlink()
        assert path.read_bytes() == whole[: prefix[-1]]


def test_a_tail_of_zeros_from_any_sector_on_opens_to_a_prefix(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    items = [Entry(FrameType.COMMIT, Random(revision).randbytes(37 * revision), revision) for revision in range(1, 16)]
    whole = log_bytes(items)
    path.write_bytes(whole)
    boundaries = ends(path)
    for size in range(-(-START // 512) * 512, len(whole), 512):
        path.write_bytes(whole[:size] + bytes(len(whole) - size))
        with Log.open(path) as log:
            assert log.end == max(end for end in boundaries if end <= size)
            kept = log.recovered.kept.read_bytes() if log.recovered else b""
            assert kept.rstrip(b"\0") == whole[log.end : size].rstrip(b"\0")


def test_whatever_sectors_of_the_last_write_are_lost_what_was_synced_before_opens(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    synced = [Entry(FrameType.COMMIT, Random(revision).randbytes(90), revision) for revision in (1, 2)]
    pages = [Entry(FrameType.PAGE, Random(9).randbytes(700)), Entry(FrameType.INDEX, Random(8).randbytes(300))]
    last = Entry(FrameType.COMMIT, Random(3).randbytes(1100), 3)
    for written in ([last], pages, [*pages, pages[0]]):
        before, whole = log_bytes(synced), log_bytes([*synced, *written])
        sectors = range(len(before) // 512, -(-len(whole) // 512))
        for ahead in (0, 4096):
            for kept in range(1 << len(sectors)):
                durable = before.ljust(len(whole) + ahead, b"\0")
                for number, sector in enumerate(sectors):
                    if kept >> number & 1:
                        place = slice(sector * 512, (sector + 1) * 512)
                        durable = durable[: place.start] + (whole + bytes(ahead))[place] + durable[place.stop :]
                path.write_bytes(durable)
                with Log.open(path) as log:
                    left = path.read_bytes()
                    assert log.end >= len(before)
                    assert whole.startswith(left)
                    kept_beside = log.recovered.kept if log.recovered else None
                if kept_beside:
                    assert (left + kept_beside.read_bytes()).ljust(len(durable), b"\0") == durable
                    kept_beside.unlink()
                else:
                    assert left.ljust(len(durable), b"\0") == durable


def test_every_flipped_bit_of_a_log_that_was_not_closed_is_refused_or_reported(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    items = [*ENTRIES[:-1], Entry(FrameType.COMMIT, b"last\x00", 3)]
    whole = log_bytes(items) + bytes(600)
    path.write_bytes(whole)
    boundaries = ends(path)
    for place in range(START, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        offset = max(end for end in boundaries if end <= place)
        if offset < boundaries[-2]:  # where the last commit begins
            with pytest.raises(LogDamaged) as refused:
                Log.open(path)
            assert refused.value.offset == offset
            continue
        assert entries_of(path) == items[: boundaries.index(offset)]
        with Log.open(path) as log:
            assert log.end == offset
            assert log.recovered is not None
            left = path.read_bytes() + log.recovered.kept.read_bytes()
            assert left.ljust(len(damaged), b"\0") == damaged
            log.recovered.kept.unlink()


@given(st.data(), entries, st.sampled_from([0, 600]))
def test_a_random_change_in_the_middle_never_goes_unnoticed(
    data: st.DataObject, items: list[Entry], ahead: int
) -> None:
    whole = log_bytes(items) + bytes(ahead)
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    changed = whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
    with a_file(changed) as path:
        try:
            with Log.open(path) as log:
                recovered = log.recovered
        except LogError:
            assert changed != whole
            assert path.read_bytes() == changed
            return
        left = path.read_bytes() + (recovered.kept.read_bytes() if recovered else b"")
        assert left.ljust(len(changed), b"\0") == changed
        assert whole.startswith(path.read_bytes())
        found = entries_of(path)
        assert found == items[: len(found)]


@given(st.binary(max_size=300))
def test_any_other_file_is_refused(content: bytes) -> None:
    with a_file(content) as path, pytest.raises(LogError):
        Log.open(path)
    with a_file(MAGIC + content) as path, pytest.raises(LogError):
        Log.open(path)


@given(
    st.text(),
    st.text(),
    st.integers(0, 1 << 62),
    st.none() | st.text(),
    st.none() | st.integers(0, 1 << 62),
    st.dictionaries(st.text(min_size=20), st.none() | st.text() | st.lists(st.integers(0, 99)), max_size=3),
)
def test_a_header_comes_back_as_it_was(
    cluster: str, seed: str, created: int, parent: str | None, at: int | None, extra: dict[str, object]
) -> None:
    header = Header(cluster=cluster, seed=seed, created=created, parent=parent, parent_revision=at, extra=extra)
    data = MAGIC + join([Entry(FrameType.HEADER, encode_header(header)), OPENING[1]], Cursor())[0]
    with a_file(data) as path, LogReader.open(path) as reader:
        assert reader.header == header
        assert encode_header(reader.header) == encode_header(header)
