"""The embedded client where the disk is full: told once, tried again when the operator asks for it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.api.writes import Create, Patch
from engine.cluster import Cluster
from engine.errors import LogFull
from engine.kinds import Ref
from engine.store.frames import Header
from engine.store.log import Log
from k9lite.clients.embedded import EmbeddedClient
from tests.builders import START, deployment, namespace, node


@contextmanager
def no_more_room(log: Log) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.end, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("tried_again", ["faster", "submit"])
def test_a_full_disk_is_told_once_and_tried_again_when_asked_for(tmp_path: Path, tried_again: str) -> None:
    path, header = tmp_path / "full.k9log", Header(cluster="full", seed="full", created=START)
    log = Log.create(path, header)
    client = EmbeddedClient(Cluster(header, log), clock=lambda: 0.0)
    client.submit([Create(namespace("default")), Create(node("w1")), Create(deployment("web"))])
    with no_more_room(log):
        with pytest.raises(LogFull):
            client.advance(1)
        assert client.speed == 0
        revision = client.state.revision
        assert not client.advance(1)
        assert client.state.revision == revision
    if tried_again == "faster":
        client.set_speed(1)
        client.advance(30)
    else:
        client.submit([Patch(Ref("Node", "", "w1"), {"spec": {"unschedulable": True}}, "merge")])
        client.advance(0)
    assert client.state.count("Pod") == 1
    client.close()
