"""Garbage waits for a pause."""

import gc
from weakref import ref

import pytest

from k9lite.pauses import Pauses


class Knot:
    """Refers to itself: only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def old_knot() -> ref[Knot]:
    """Garbage that only a full collection finds."""
    gc.collect()
    knot = Knot()
    for _ in range(4):
        gc.collect(1)
    return ref(knot)


def test_garbage_is_looked_for_when_nothing_was_pressed_for_a_while(old_knot: ref[Knot]) -> None:
    now = 10.0
    pauses = Pauses(lambda: now)
    pauses.look()
    assert old_knot() is not None
    now = 10.4
    pauses.pressed()
    now = 10.8
    pauses.look()
    assert old_knot() is not None
    now = 11.0
    pauses.look()
    assert old_knot() is None


def test_where_there_is_little_nothing_is_looked_for(old_knot: ref[Knot]) -> None:
    now = 10.0
    pauses = Pauses(lambda: now)
    gc.collect()
    knot = Knot()
    gc.collect(1)
    left = ref(knot)
    del knot
    now = 20.0
    pauses.look()
    assert left() is not None and old_knot() is None
    gc.collect()


def test_what_outlives_a_collection_that_took_long_is_passed_over_by_the_next(old_knot: ref[Knot]) -> None:
    times = iter((0.0, 10.0, 10.5))
    frozen = gc.get_freeze_count()
    try:
        Pauses(lambda: next(times)).look()
        assert old_knot() is None and gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
