"""Whatever happens to the bytes of packed groups and checkpoints: the right State comes of it, or an error.

test_log_bytes.py holds the frames to their law; here it is what an opening makes of them, which reads the newest
checkpoint and what follows it, and the rest when it is asked for.
"""

from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from engine.errors import LogDamaged, LogError
from engine.kinds import Object
from engine.store import delta_writer
from engine.store.checkpoint import maps_of
from engine.store.checkpointer import Checkpointer
from engine.store.commit import Commit, encode_commit
from engine.store.frames import Entry, FrameType, Header
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State, fold
from tests.builders import START, namespace

HEADER = Header(cluster="bytes", seed="b", created=START)
GROUPS = (2, 1, -1, 3, -2, 1, -1, 2, -2, 1, -2, 1)
"""How many commits travel together; -1 is a checkpoint, -2 a delta."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.k9log"


def a_log(path: Path) -> list[State]:
    """The State at each revision of the log it makes."""
    states = [State(time=START)]
    with Log.create(path, HEADER) as log:
        checkpointer = Checkpointer.of_new(log)
        assert checkpointer is not None
        for count in GROUPS:
            if count < 0:
                waiting = {"waiting": [count]}
                if count == -1:
                    checkpointer.write(states[-1], states[-1].time, waiting)
                    continue
                with patch.object(delta_writer, "_CHANGES", 1):
                    checkpointer.begin_due(states[-1], states[-1].time, waiting)
                checkpointer.go_on(1 << 30)
                continue
            commits = []
            for _ in range(count):
                revision = states[-1].revision + 1
                commits.append(Commit(revision=revision, time=START + revision, actor="user", puts=(put(revision),)))
                states.append(fold(states[-1], commits[-1]))
            before = log.end
            entries = [Entry(FrameType.COMMIT, encode_commit(each), each.revision) for each in commits]
            checkpointer.note(commits, log.append(entries), log.end - before)
    return states


def put(revision: int) -> Object:
    return namespace(f"n{revision % 5}")


def content(state: State) -> object:
    return state.revision, state.time, {name: list(each.items()) for name, each in maps_of(state).items()}


def boundaries(path: Path) -> list[int]:
    with LogReader.open(path) as reader:
        ends = [frame.end for frame in reader.frames(with_unknown=True)]
        return [reader.start, *dict.fromkeys(ends)]


def test_a_log_cut_at_every_byte_comes_to_the_state_of_its_whole_commits(path: Path) -> None:
    states = a_log(path)
    whole, ends = path.read_bytes(), boundaries(path)
    with LogReader.open(path) as reader:
        revisions = [(frame.end, frame.revision) for frame in reader.frames(with_unknown=True)]
    for size in range(ends[0], len(whole) + 1):
        path.write_bytes(whole[:size])
        last = max((revision for end, revision in revisions if end <= size), default=0)
        with closing(History.open(path)) as history:
            assert history.last_revision == last
            assert content(history.state_at(last)) == content(states[last])
        if size % 7 and size not in ends:
            continue  # the same cut by the writer, whose syncs take long
        with Log.open(path) as log:
            assert (log.end, log.last_revision) == (max(end for end in ends if end <= size), last)
            if log.recovered is not None:
                assert path.read_bytes() + log.recovered.kept.read_bytes() == whole[:size]
                log.recovered.kept.unlink()
    assert last == len(states) - 1


def test_a_flipped_bit_is_noticed_by_who_reads_all_and_misleads_nobody(path: Path) -> None:
    states = a_log(path)
    expected = [content(state) for state in states]
    whole, ends = path.read_bytes(), boundaries(path)
    with LogReader.open(path) as reader:
        for place in range(ends[0], len(whole)):
            offset = max(end for end in ends if end <= place)
            for bit in range(8):
                overwrite(path, place, whole[place] ^ 1 << bit)
                with pytest.raises(LogDamaged) as refused:
                    list(reader.frames(with_unknown=True))
                assert refused.value.offset == offset
                if bit == place % 8:
                    tells_no_lie(path, expected)
            overwrite(path, place, whole[place])


def overwrite(path: Path, place: int, byte: int) -> None:
    with path.open("r+b", buffering=0) as file:
        file.seek(place)
        file.write(bytes((byte,)))


def tells_no_lie(path: Path, expected: list[object]) -> None:
    """Every revision that can be told is told right."""
    try:
        history = History.open(path)
    except LogError:
        return
    with closing(history):
        for revision in range(history.last_revision + 1):
            try:
                found = content(history.state_at(revision))
            except LogError:
                continue
            assert found == expected[revision]
