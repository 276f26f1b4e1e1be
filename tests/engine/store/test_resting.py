"""What rests takes little memory: Events, endpoints and indices are packed, and nobody can tell but by the memory."""

from contextlib import closing
from pathlib import Path

import pytest

from engine.cluster import Cluster
from engine.kinds import Event, Pod
from engine.store import resting as resting_module
from engine.store.checkpoint import all_maps_of
from engine.store.history import History
from engine.store.interning import Interning
from engine.store.packed import told_at
from engine.store.pages import Pages, is_listed
from engine.store.resting import Resting
from k9lite.sessions.generating import grow
from tests.builders import pod

PODS = 120


def unpacked(cluster: Cluster) -> dict[str, int]:
    """How many chunks of what nobody lists are in memory as objects."""
    maps = all_maps_of(cluster.state).items()
    return {name: sum(chunk.lists is not None for chunk in each.laid) for name, each in maps if not is_listed(name)}


def test_what_nobody_looks_into_is_packed_when_a_cluster_rests_and_comes_back_as_it_was(tmp_path: Path) -> None:
    with closing(grow(tmp_path / "grown.k9log", 5, PODS, "resting")) as grown:
        state = grown.state
        before = {name: list(each.items()) for name, each in all_maps_of(state).items()}
        for _ in range(60):
            grown.advance(grown.now + 1)
        assert sum(unpacked(grown).values()) == 0
        assert {name: list(each.items()) for name, each in all_maps_of(state).items()} == before
        assert len(before["table/Event"]) > PODS


def test_a_log_is_the_same_bytes_whatever_was_packed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting_module, "_CHANGES", 100)
    grow(tmp_path / "packed.k9log", 5, PODS, "resting").close()
    monkeypatch.setattr(Resting, "go_on", lambda *_: False)
    grow(tmp_path / "plain.k9log", 5, PODS, "resting").close()
    assert (tmp_path / "packed.k9log").read_bytes() == (tmp_path / "plain.k9log").read_bytes()


def test_events_that_were_packed_end_after_their_hour(tmp_path: Path) -> None:
    with closing(grow(tmp_path / "grown.k9log", 5, PODS, "resting")) as grown:
        for _ in range(60):
            grown.advance(grown.now + 1)
        grown.advance(grown.now + 2 * 3600)
        assert grown.state.count(Event.kind) == 0
        assert grown.state.count(Pod.kind) == PODS


def test_packing_lays_nothing_into_the_chunks(tmp_path: Path) -> None:
    with closing(grow(tmp_path / "grown.k9log", 5, PODS, "resting")) as grown:
        table = grown.state.table(Pod.kind)
        changed = table.set(("default", "late"), pod("late"))
        laid = changed.laid
        resting = Resting(None)
        for second in range(0, 100, 10):
            resting.go_on(grown.state, second, 0, None)
        assert changed.laid is laid


def test_pages_that_were_read_lately_are_forgotten_with_the_chunks() -> None:
    pages = Pages(bytes)
    pages.note_packed(1, [b"one"])
    pages.let_go_unused()
    assert not pages._packed


def test_events_are_measured_without_being_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(grow(tmp_path / "grown.k9log", 5, PODS, "resting")) as grown:
        last = min(event.told_at for event in grown.state.all(Event))
    with closing(History.open(tmp_path / "grown.k9log")) as history:
        events = history.state_at(history.last_revision).table(Event.kind)
        made: list[bytes] = []
        object_from = Interning.object_from

        def counted(interning: Interning, packed: bytes) -> object:
            made.append(packed)
            return object_from(interning, packed)

        monkeypatch.setattr(Interning, "object_from", counted)
        assert list(events.up_to(last - 1, told_at)) == []
        assert not made
        ended = list(events.up_to(last, told_at))
        assert len(made) == len(ended) < len(events)
        assert {event.told_at for event in ended if isinstance(event, Event)} == {last}
