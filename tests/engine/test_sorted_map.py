"""The map every State is made of."""

from hypothesis import given
from hypothesis import strategies as st

from engine.store.sorted_map import SortedMap

KEYS = st.tuples(st.sampled_from("ab"), st.integers(0, 2000).map(str))


@given(st.lists(st.tuples(st.booleans(), KEYS)))
def test_a_map_holds_what_a_dict_would_in_key_order(steps: list[tuple[bool, tuple[str, str]]]) -> None:
    made: SortedMap[tuple[str, str], int] = SortedMap()
    expected: dict[tuple[str, str], int] = {}
    for number, (adds, key) in enumerate(steps):
        if adds:
            made = made.set(key, number)
            expected[key] = number
        else:
            made = made.remove(key)
            expected.pop(key, None)
    assert list(made.items()) == sorted(expected.items())
    assert len(made) == len(expected)
    assert list(made.range(("a",))) == sorted(item for item in expected.items() if item[0][0] == "a")


def test_ten_thousand_entries_in_any_order_are_found_again() -> None:
    numbers = [(number * 7919) % 10_007 for number in range(10_007)]
    made: SortedMap[tuple[int], int] = SortedMap()
    for number in numbers:
        made = made.set((number,), number)
    assert [key[0] for key in made] == list(range(10_007))
    assert all(made.get((number,)) == number for number in numbers)
    for number in numbers:
        made = made.remove((number,))
    assert len(made) == 0
    assert made.get((1,)) is None


def test_an_older_map_is_not_changed_by_a_newer_one() -> None:
    old = SortedMap.of(((str(number),), number) for number in range(2000))
    new = old.set(("5",), -1).remove(("6",))
    assert old.get(("5",)) == 5
    assert old.get(("6",)) == 6
    assert (new.get(("5",)), new.get(("6",)), len(new)) == (-1, None, 1999)


def test_a_prefix_that_is_also_a_key_is_part_of_its_range() -> None:
    made: SortedMap[tuple[str, ...], int] = SortedMap()
    for key in (("a",), ("a", "x"), ("ab", "y"), ("a", "z")):
        made = made.set(key, 0)
    assert [key for key, _ in made.range(("a",))] == [("a",), ("a", "x"), ("a", "z")]
    assert [key for key, _ in made.range(("b",))] == []
