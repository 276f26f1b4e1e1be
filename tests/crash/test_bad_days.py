"""The disk, the clock and other versions at their worst, met from the command line: one clear line, nothing lost."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.store.frames import MAGIC, Cursor, Entry, FrameType, Header, encode_header, join
from engine.store.history import History
from engine.store.log import Log
from engine.verify import verify
from k9lite.cli import main
from k9lite.sessions import log_path
from tests.builders import START, deployment, namespace, node

NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {capacity: {cpu: '2', memory: 4Gi, pods: '10'}}\n"
LABEL = ("label", "node", "n1", "a=b")
GET = ("get", "nodes", "-o", "name")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for what k9lite keeps."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    mount = subprocess.run(command, capture_output=True, check=False)
    if mount.returncode:
        pytest.skip(f"needs root to mount a tmpfs: {mount.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def lab(tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of manifests whose session is on ``disk``."""
    monkeypatch.setenv("XDG_STATE_HOME", str(disk))
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "nodes.yaml").write_text(NODE)
    return folder


def kubectl(lab: Path, *words: str) -> int:
    return main(["kubectl", "--cluster", str(lab), *words])


def refused(lab: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert kubectl(lab, *words) == 1
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1, err
    return err


def verified(path: Path) -> None:
    with closing(History.open(path)) as history:
        assert verify(history) is None


def test_on_a_disk_that_became_read_only_a_cluster_can_be_looked_at(
    lab: Path, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubectl(lab, *LABEL) == 0
    before = log_path(lab).read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "Read-only file system" in refused(lab, capsys, "label", "node", "n1", "c=d")
    assert kubectl(lab, *GET) == 0
    assert "node/n1" in capsys.readouterr().out
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert log_path(lab).read_bytes() == before
    assert kubectl(lab, "label", "node", "n1", "c=d") == 0
    verified(log_path(lab))


def test_on_a_read_only_disk_no_session_begins(lab: Path, disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "Read-only file system" in refused(lab, capsys, *LABEL)


def test_on_a_full_disk_what_was_acknowledged_stays_and_the_rest_is_refused(
    lab: Path, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubectl(lab, *LABEL) == 0
    before = log_path(lab).read_bytes()
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as fill, pytest.raises(OSError, match="No space"):
        while True:
            fill.write(bytes(4096))
    big = "c=" + "d" * 60
    for number in range(40):
        capsys.readouterr()
        if kubectl(lab, "annotate", "node", "n1", f"k{number}{big}"):
            break
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1, err
    assert "Make room and try again" in err
    assert log_path(lab).read_bytes().startswith(before)
    assert kubectl(lab, *GET) == 0
    ballast.unlink()
    assert kubectl(lab, "label", "node", "n1", "e=f") == 0
    verified(log_path(lab))


def test_a_session_of_a_newer_version_is_left_as_it_is(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kubectl(lab, *LABEL) == 0
    newer = Header(cluster="c", seed="s", created=1, oldest_reader=99)
    entries = [Entry(FrameType.HEADER, encode_header(newer)), Entry(FrameType.COMMIT, b"new", 1)]
    data = MAGIC + join(entries, Cursor())[0]
    log_path(lab).write_bytes(data)
    for words in (LABEL, GET):
        assert "was made by a newer k9lite" in refused(lab, capsys, *words)
    assert log_path(lab).read_bytes() == data


def test_a_clock_that_jumps_back_again_and_again_turns_nothing_back(tmp_path: Path) -> None:
    path = tmp_path / "demo.k9log"
    header = Header(cluster="clock", seed="clock", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("user", [Create(namespace("default")), Create(node("w1")), Create(deployment())])
    for to in (START + 50, START - 1000, 0, START + 51, START + 20):
        cluster.advance(to)
        cluster.jump(to)
        cluster.close()
        cluster = Cluster.reopen(Log.open(path), to)
    cluster.close()
    with closing(History.open(path)) as history:
        times = [history.commit(each).time for each in range(1, history.last_revision + 1)]
        assert times == sorted(times)
        assert (times[0], times[-1]) == (START, START + 51)
        assert verify(history) is None
