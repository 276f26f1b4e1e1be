"""Commits of a real cluster take a sixth of their JSON in the log, whether they come one by one or together."""

import json
from contextlib import closing
from random import Random

import msgpack
import pytest

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.store.dictionary import dictionary
from engine.store.frames import Entry, Frame, FrameType, Header
from engine.store.log import Log, LogReader
from engine.store.packing import Packer, PackError
from tests.builders import START, deployment, namespace, node, service


@pytest.fixture(scope="module")
def commits(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The payloads of a small cluster's first two minutes."""
    path = tmp_path_factory.mktemp("packing") / "day.k9log"
    header = Header(cluster="packing", seed="packing", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default")), *(Create(node(name)) for name in ("w1", "w2"))])
    for name in ("shop", "checkout", "search"):
        cluster.submit("user", [Create(deployment(name, replicas=4)), Create(service(name))])
    cluster.advance(START + 120)
    cluster.close()
    with closing(LogReader.open(path)) as reader:
        return [frame.payload for frame in reader.frames()]


@pytest.mark.parametrize("group", [1, 100])
def test_commits_take_a_sixth_of_their_json_or_less(commits: list[bytes], group: int) -> None:
    as_json = sum(len(json.dumps(msgpack.unpackb(each), separators=(",", ":"))) for each in commits)
    packer = Packer(dictionary())
    entries = [Entry(FrameType.COMMIT, each, number) for number, each in enumerate(commits, 1)]
    groups = [entries[start : start + group] for start in range(0, len(entries), group)]
    packed = sum(len(frame.payload) + 21 for each in groups for frame, _ in packer.pack(each))
    assert packed * 6 <= as_json


def test_the_dictionary_is_the_same_each_time_and_fits_the_small_window() -> None:
    assert dictionary() == dictionary()
    assert 6_000 < len(dictionary()) < 1 << 14


@pytest.mark.parametrize("size", [0, 100, 1 << 13, (1 << 13) + 1, 1 << 17])
def test_a_little_and_much_come_back_as_they_were_also_with_a_larger_dictionary(size: int) -> None:
    words = Random(1).randbytes(1 << 15)
    for known in (dictionary(), words):
        packer = Packer(known)
        data = (words[-size // 2 :] + Random(2).randbytes(size))[:size]
        assert packer.inflate(packer.deflate(data)) == data
        assert packer.inflate(packer.deflate(words[:size])) == words[:size]


@pytest.mark.parametrize("payload", [b"", b"\1\0\0\0", b"\1\0\0\0\xff\xff", b"\0\0\0"])
def test_what_is_no_pack_is_refused(payload: bytes) -> None:
    frame = Frame(FrameType.PACKED, payload, 1, 0, 0)
    with pytest.raises(PackError):
        list(Packer(dictionary()).unpack(frame))


def test_a_pack_of_fewer_commits_than_it_says_is_refused() -> None:
    packer = Packer(dictionary())
    ((entry, _),) = packer.pack([Entry(FrameType.COMMIT, b"one", 1)])
    for payload in (b"\2" + entry.payload[1:], entry.payload[:4] + packer.deflate(b"\1" + bytes(7) + b"\4\0\0\0one")):
        with pytest.raises(PackError):
            list(packer.unpack(Frame(FrameType.PACKED, payload, 1, 0, 0)))
