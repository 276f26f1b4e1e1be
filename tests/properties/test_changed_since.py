"""What changed between two versions of a SortedMap is what comparing all of both would find."""

from hypothesis import given
from hypothesis import strategies as st

from engine.store.sorted_map import SortedMap

Number = SortedMap[tuple[int], str]
steps = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["set", "remove"])), max_size=30)


def changed_since(new: Number, old: Number) -> list[tuple[tuple[int], str | None]]:
    keys = sorted({*old, *new})
    return [(key, new.get(key)) for key in keys if new.get(key) is not old.get(key)]


def after(start: Number, changes: list[tuple[int, str]], spread: int) -> Number:
    for number, change in changes:
        key = (number * spread,)
        start = start.remove(key) if change == "remove" else start.set(key, f"{number}!")
    return start


@given(st.integers(0, 3000), steps, st.sampled_from([1, 70]))
def test_changes_are_found_whatever_happened_in_between(
    size: int, changes: list[tuple[int, str]], spread: int
) -> None:
    old: Number = SortedMap.of(((number,), f"{number}") for number in range(size))
    new = after(old, changes, spread)
    assert list(new.changed_since(old)) == changed_since(new, old)
    assert list(new.changes_since(old)) == [(key, old.get(key), value) for key, value in changed_since(new, old)]
    assert list(old.changed_since(new)) == changed_since(old, new)


def test_nothing_changed_between_a_map_and_itself() -> None:
    one: Number = SortedMap.of(((number,), "x") for number in range(2000))
    assert list(one.changed_since(one)) == []
    assert list(one.changed_since(SortedMap())) == list(one.items())


def test_a_growing_map_splits_its_chunks_and_still_tells_only_what_is_new() -> None:
    full: Number = SortedMap.of(((number,), f"{number}") for number in range(0, 4000, 2))
    more = full
    for number in range(1, 1400, 2):
        more = more.set((number,), "new")
    assert list(more.changed_since(full)) == [((number,), "new") for number in range(1, 1400, 2)]
