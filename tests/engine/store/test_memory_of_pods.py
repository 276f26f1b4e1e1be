"""What a pod takes in memory with all that comes with it: its Events, its places in indices, its part of endpoints."""

from contextlib import closing
from gc import get_referents
from pathlib import Path
from sys import getrefcount, getsizeof
from types import FunctionType
from typing import Any

import pytest

from engine.cluster import Cluster
from engine.kinds import Event, Pod, with_metadata
from engine.scheduler.facts import node_facts
from engine.store import pages as pages_module
from engine.store.chunk import Chunk
from engine.store.history import History
from engine.store.log import Log
from engine.store.pages import LogPage, Pages
from engine.store.state import State
from k9lite.sessions.generating import generate, grow
from tests.builders import node, pod

PODS = 300
READ_BYTES, GROWN_BYTES = 8_400, 9_400
"""A pod with the six Events of its first hour; each Event is some 600 of them."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("memory") / "small.k9log"
    generate(made, 10, PODS, "memory")
    return made


def held_bytes(whole: object) -> int:
    """What everything in it takes, each object once; classes and the log's reader aside."""
    seen: set[int] = set()
    waiting: list[Any] = [whole]
    taken_bytes = 0
    while waiting:
        some, waiting = waiting, []
        for each in some:
            if id(each) not in seen and not isinstance(each, (type, FunctionType, Pages)):
                seen.add(id(each))
                taken_bytes += getsizeof(each)
                waiting += get_referents(each)
    return taken_bytes


def read_all(state: State) -> int:
    return sum(1 for kind in state.tables for _ in state.objects(kind))


def event_chunks(state: State) -> list[Chunk[Any, Any]]:
    return [chunk for _, chunk in state.table(Event.kind).chunks()]


def test_a_pod_that_is_read_takes_no_more_than_a_few_kilobytes_with_its_events(path: Path) -> None:
    with closing(History.open(path)) as history:
        state = history.state_at(history.last_revision)
        assert read_all(state) > 3 * PODS
        assert held_bytes(state) / PODS < READ_BYTES


def test_a_pod_that_was_grown_takes_no_more_than_a_few_kilobytes_with_its_events(tmp_path: Path) -> None:
    with closing(grow(tmp_path / "grown.k9log", 10, PODS, "memory")) as grown:
        assert held_bytes(grown.state) / PODS < GROWN_BYTES


def test_a_pod_that_nobody_has_read_takes_its_key_and_no_more(path: Path) -> None:
    with closing(History.open(path)) as history:
        pods = history.state_at(history.last_revision).table("Pod")
        assert len([*pods]) == PODS
        assert held_bytes(pods) / PODS < 400


def test_pods_that_are_read_in_their_order_are_read_from_their_pages_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "_PACKED_ROOM_BYTES", 0)
    with closing(History.open(path)) as history:
        pods, read = history.state_at(history.last_revision).table("Pod"), history.pages.read
        first = [*pods]
        offsets: list[int] = []

        def counted(offset: int) -> bytes:
            offsets.append(offset)
            return read(offset)

        monkeypatch.setattr(history.pages, "read", counted)
        found = [pods.get(key) for key in first]
        assert [pod and pod.metadata.name for pod in found] == [name for _, name in first]
        assert len(offsets) <= len([*pods.chunks()])
        assert [*pods.values()] == found
        assert len(offsets) <= len([*pods.chunks()])


def test_pods_that_are_read_in_any_order_are_read_from_their_pages_a_few_times_at_most(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(History.open(path)) as history:
        pods, read = history.state_at(history.last_revision).table("Pod"), history.pages.read
        keys = sorted(pods, key=lambda key: key[1][::-1])
        offsets: list[int] = []

        def counted(offset: int) -> bytes:
            offsets.append(offset)
            return read(offset)

        monkeypatch.setattr(history.pages, "read", counted)
        found = {}
        for key in keys:
            history.pages._packed.clear()  # others were read meanwhile
            found[key] = pods.get(key)
        assert 1 < len(offsets) <= 5 * len([*pods.chunks()])
        assert dict(pods.items()) == found
        pages = [chunk.page for _, chunk in pods.chunks()]
        assert all(sum(map(bool, page.kept or ())) < 5 for page in pages if isinstance(page, LogPage))


def test_events_are_let_go_where_they_have_no_room_while_pods_stay(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "_LITTLE_ROOM_BYTES", 0)
    with closing(History.open(path)) as history:
        state = history.state_at(history.last_revision)
        once = [*state.all(Event)]
        first = next(state.all(Pod))
        assert sum(chunk.lists is not None for chunk in event_chunks(state)) <= 1 < len(event_chunks(state))
        assert [*state.all(Event)] == once
        assert next(state.all(Pod)) is first


def test_events_of_a_cluster_that_goes_on_come_back_as_they_were(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole.k9log"
    generate(whole, 10, PODS, "memory")
    monkeypatch.setattr(pages_module, "_LITTLE_ROOM_BYTES", 0)
    copy = tmp_path / "copy.k9log"
    copy.write_bytes(path.read_bytes())
    for each in (whole, copy):
        cluster = Cluster.reopen(Log.open(each))
        cluster.advance(cluster.now + 2 * 3600)
        assert cluster.state.count("Event") == 0
        cluster.close()
    assert whole.read_bytes() == copy.read_bytes()


def test_who_asks_what_changed_reads_nothing_that_did_not(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(History.open(path)) as history:
        before = history.state_at(history.last_revision).table("Pod")
        key = next(iter(before))
        found = before.get(key)
        assert found is not None
        read: list[bytes] = []
        monkeypatch.setattr(history.pages.interning, "object_from", read.append)
        after = before.set(key, pod("other"))
        after.settle()
        without = before.remove(key)
        without.settle()
        assert [*after.changed_since(before)] == [(key, pod("other"))]
        assert [*without.changed_since(before)] == [(key, None)]
        assert not read


def test_what_was_read_once_is_the_same_for_who_copied_the_chunk_before(path: Path) -> None:
    with closing(History.open(path)) as history:
        table = history.state_at(history.last_revision).table("Pod")
        keys = [*table][:3]
        copy = table.set(keys[0], pod("other"))
        copy.settle()
        assert table.get(keys[1]) is copy.get(keys[1])
        assert copy.get(keys[2]) is table.get(keys[2])


def test_the_scheduler_forgets_how_a_node_was() -> None:
    old = node("n1")
    before = getrefcount(old)
    facts = node_facts(old)
    assert node_facts(old) is facts
    assert node_facts(with_metadata(old, labels={"zone": "a"})).labels == {"zone": "a"}
    assert getrefcount(old) == before
