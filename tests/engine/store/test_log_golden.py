"""Logs of every format version that ever was, made by the code of their day: they stay readable for ever.

Never make a golden log anew: a change that breaks one breaks what users have.
"""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import KINDS, Deployment, Pod
from engine.store.compaction import compact
from engine.store.frames import FrameType
from engine.store.history import History
from engine.store.log import Log, LogReader
from engine.store.state import State
from engine.verify import verify
from k9lite.log_tools.fsck import fsck
from tests.builders import namespace

GOLDEN = Path(__file__).parents[2] / "golden"
LOGS = sorted(GOLDEN.glob("format-?.k9log"))
COMPACTED = GOLDEN / "format-2-compacted.k9log"
"""The second one gone on with and compacted, when States had fewer indices than now."""
DELTAS = GOLDEN / "format-2-deltas.k9log"
"""Killed in the middle, with some deltas behind its newest checkpoint and some before; of their first form."""
BLOCKS = GOLDEN / "format-2-blocks.k9log"
"""As that one, with deltas whose keys stand in blocks."""
BEGUN = 1_780_000_000


def objects(state: State) -> dict[str, int]:
    return {kind: state.count(kind) for kind in KINDS if state.count(kind)}


def test_there_is_a_golden_log_of_every_format() -> None:
    assert [path.stem for path in LOGS] == [f"format-{number}" for number in range(1, len(LOGS) + 1)]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_tells_the_story_it_always_told(path: Path) -> None:
    with closing(History.open(path)) as history:
        assert (history.header.cluster, history.header.created) == ("golden", BEGUN)
        assert [(commit.revision, commit.deed) for commit in history.inputs()] == [
            (1, ""),
            (2, ""),
            (22, "kubectl scale deployment web --replicas=3"),
            (34, "kubectl delete service web"),
            (35, ""),
            (38, ""),
        ]
        end = history.state_at(history.last_revision)
        before = history.state_at(33)
    assert (end.revision, end.time) == (38, BEGUN + 3610)
    assert objects(end) == {"Namespace": 1, "Node": 2, "Pod": 3, "Deployment": 1, "ReplicaSet": 1, "Event": 23}
    assert objects(before)["Service"] == 1
    web = end.find(Deployment, "web", "default")
    assert web is not None
    assert (web.spec.replicas, web.status.available_replicas) == (3, 3)
    assert [(pod.metadata.name, pod.spec.node_name, pod.status.phase, pod.status.pod_ip) for pod in end.all(Pod)] == [
        ("web-7c86f7d595-g2qxg", "w1", "Running", "10.244.0.34"),
        ("web-7c86f7d595-khkbp", "w2", "Running", "10.244.1.144"),
        ("web-7c86f7d595-z49qs", "w1", "Running", "10.244.0.2"),
    ]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_is_whole_and_keeps_its_note(path: Path) -> None:
    with LogReader.open(path) as reader:
        (note,) = [frame for frame in reader.frames() if frame.type == FrameType.NOTE]
        assert note.payload == b"\x81\xa4note\xa3tea"


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_can_be_gone_on_with(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.k9log"
    shutil.copy(path, copy)
    cluster = Cluster.reopen(Log.open(copy), BEGUN + 4000)
    cluster.settle()
    cluster.close()
    assert copy.read_bytes().startswith(path.read_bytes())
    with closing(History.open(copy)) as history:
        assert history.state_at(history.last_revision).time == BEGUN + 4000
        assert history.commit(39).actor == "clock"


def test_a_compacted_golden_log_tells_what_it_kept_whatever_indices_there_are_now() -> None:
    with closing(History.open(COMPACTED)) as history:
        assert (history.first_revision, history.last_revision) == (39, 51)
        assert [(commit.revision, commit.actor) for commit in history.inputs()] == [(40, "user"), (51, "clock/paused")]
        begin, end = history.state_at(39), history.state_at(51)
    assert (objects(begin)["Pod"], objects(end)["Pod"]) == (3, 4)
    assert begin.time == BEGUN + 4000
    assert [pod.metadata.name for pod in begin.pods_on("w2")] == ["web-7c86f7d595-khkbp"]
    assert len(list(fsck(COMPACTED))) == 1


def test_a_compacted_golden_log_can_be_gone_on_with_and_opened_again(tmp_path: Path) -> None:
    copy = tmp_path / "copy.k9log"
    shutil.copy(COMPACTED, copy)
    cluster = Cluster.reopen(Log.open(copy), BEGUN + 5000)
    for number in range(20):
        cluster.submit("user", [Create(namespace(f"n{number}"))])
    cluster.advance(BEGUN + 5100)
    cluster.close()
    assert copy.read_bytes().startswith(COMPACTED.read_bytes())
    with closing(History.open(copy)) as history:
        assert history.newest_checkpoint is not None
        assert [history.state_at(each).count("Pod") for each in (history.last_revision, 39, 51)] == [4, 3, 4]
    compact(copy, 0)
    with closing(History.open(copy)) as history:
        assert history.first_revision > 51
        assert objects(history.state_at(history.last_revision))["Namespace"] == 21


def test_a_golden_log_with_deltas_tells_the_same_whether_they_can_be_used_or_not(tmp_path: Path) -> None:
    with LogReader.open(DELTAS) as reader:
        types = [frame.type for frame in reader.frames(with_unknown=True)]
    assert types.count(FrameType.DELTA) > 5
    with closing(History.open(DELTAS)) as history:
        assert history.last_revision == 149
        told = [objects(history.state_at(revision)) for revision in range(150)]
        end = history.state_at(149)
    assert (told[149]["Pod"], told[149]["Event"], told[149]["Node"]) == (3, 105, 2)
    assert [pod.metadata.name for pod in end.all(Pod)] == [
        "web-7c86f7d595-cr6dp",
        "web-7c86f7d595-mv6bz",
        "web-7c86f7d595-snw4n",
    ]
    assert len(list(fsck(DELTAS))) == 1
    copy = tmp_path / "copy.k9log"
    shutil.copy(DELTAS, copy)
    cluster = Cluster.reopen(Log.open(copy), end.time + 60)
    cluster.settle()
    assert objects(cluster.state)["Pod"] == 3
    cluster.close()


def test_a_golden_log_with_deltas_in_blocks_tells_what_its_commits_do(tmp_path: Path) -> None:
    with closing(History.open(BLOCKS)) as history:
        known, checkpoint = history.newest_known(), history.newest_checkpoint
        assert known is not None
        assert checkpoint is not None
        assert (checkpoint[0].revision, known[0].revision, len(known[0].parts)) == (97, 137, 5)
        assert history.last_revision == 138
        end = history.state_at(history.last_revision)
    assert objects(end) == {"Namespace": 42, "Node": 2, "Pod": 3, "Deployment": 1, "ReplicaSet": 2, "Event": 82}
    assert len(list(fsck(BLOCKS))) == 1
    copy = tmp_path / "copy.k9log"
    shutil.copy(BLOCKS, copy)
    cluster = Cluster.reopen(Log.open(copy), end.time + 60)
    cluster.settle()
    cluster.close()
    assert copy.read_bytes().startswith(BLOCKS.read_bytes())
    with closing(History.open(copy)) as history:
        assert verify(history) is None
