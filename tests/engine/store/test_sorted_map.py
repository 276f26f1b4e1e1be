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


@given(st.lists(st.tuples(st.sampled_from(["set", "remove", "walk"]), KEYS), max_size=120))
def test_walks_between_the_changes_see_each_version_as_it_is(steps: list[tuple[str, tuple[str, str]]]) -> None:
    made: SortedMap[tuple[str, str], int] = SortedMap.of((("b", str(number)), -number) for number in range(600))
    expected = dict(made.items())
    versions = [(made, dict(expected))]
    for number, (what, key) in enumerate(steps):
        if what == "walk":
            assert [found for found, _ in made.range(key[:1])] == sorted(each for each in expected if each[0] == key[0])
        elif what == "set":
            made = made.set(key, number)
            expected[key] = number
        else:
            made = made.remove(key)
            expected.pop(key, None)
        assert made.get(key) == expected.get(key)
        assert bool(made) == bool(expected)
        versions.append((made, dict(expected)))
    for version, held in versions[::7]:
        assert [key for key, _ in made.changed_since(version)] == sorted(
            key for key in held.keys() | expected.keys() if held.get(key) != expected.get(key)
        )
        assert list(version.items()) == sorted(held.items())
        found = version.in_order()
        assert [found(key) for key in sorted({*expected, *held})] == [
            held.get(key) for key in sorted({*expected, *held})
        ]
        assert len(version) == len(held)
        assert list(version.between(("a", ""), ("b", "3"))) == [
            value for key, value in sorted(held.items()) if key < ("b", "3")
        ]


def test_an_older_map_is_not_changed_by_a_newer_one() -> None:
    old = SortedMap.of(((str(number),), number) for number in range(2000))
    new = old.set(("5",), -1).remove(("6",))
    assert old.get(("5",)) == 5
    assert old.get(("6",)) == 6
    assert (new.get(("5",)), new.get(("6",)), len(new)) == (-1, None, 1999)


def test_a_walk_is_not_led_astray_by_another_that_comes_in_between() -> None:
    made: SortedMap[tuple[str, str], int] = SortedMap.of((("b", f"{number:04}"), number) for number in range(2000))
    for number in range(30):
        made = made.set(("a", f"{number:04}"), number)
    walk, between = made.range(("b",)), made.between(("b", ""), ("c", ""))
    found = made.in_order()
    seen = [(next(walk)[1], next(between), found(("a", "0000")), found(("b", "0001")))]
    assert len(made) == 2030
    seen += [(entry[1], value, 0, found(entry[0])) for entry, value in zip(walk, between, strict=True)]
    assert seen == [(0, 0, 0, 1), *((number, number, 0, number) for number in range(1, 2000))]
    assert (found(("a", "0007")), found(("c", ""))) == (7, None)


def test_a_prefix_that_is_also_a_key_is_part_of_its_range() -> None:
    made: SortedMap[tuple[str, ...], int] = SortedMap()
    for key in (("a",), ("a", "x"), ("ab", "y"), ("a", "z")):
        made = made.set(key, 0)
    assert [key for key, _ in made.range(("a",))] == [("a",), ("a", "x"), ("a", "z")]
    assert [key for key, _ in made.range(("b",))] == []


def test_up_to_passes_over_chunks_of_which_all_measure_more() -> None:
    asked: list[int] = []

    def measure(value: int) -> int:
        asked.append(value)
        return value

    table = SortedMap.of(((f"{place:05}",), place) for place in range(2000))
    assert list(table.up_to(2, measure)) == [0, 1, 2]
    asked.clear()
    table = table.update({("01999",): None, ("00001",): None, ("01500",): 1})
    assert list(table.up_to(2, measure)) == [0, 2, 1]
    assert len(asked) < 2000


@given(st.sets(KEYS), KEYS)
def test_has_is_told_of_every_prefix_that_a_walk_would_find(keys: set[tuple[str, str]], other: tuple[str, str]) -> None:
    made: SortedMap[tuple[str, str], int] = SortedMap.of((key, 1) for key in keys)
    for prefix in [(), ("a",), ("b",), ("ab",), other, (other[0], other[1][:-1])]:
        assert made.has(prefix) == any(True for _ in made.range(prefix))


def test_has_looks_behind_the_end_of_a_chunk() -> None:
    made = SortedMap.of(((letter, f"{number:04}"), number) for letter in "ac" for number in range(700))
    firsts = [first for first, _ in made.chunks()]
    assert len(firsts) > 2
    assert all(made.has(first) and made.has(first[:1]) for first in firsts)
    assert not made.has(("b",)) and not made.has(("a", "0700")) and not made.has(("d",))


def test_a_map_counts_the_keys_below_a_prefix_without_walking_them() -> None:
    many = SortedMap.of((("n", f"a{number % 7}", f"{number:05}"), number) for number in range(5_000))
    for prefix in (("n",), ("n", "a0"), ("n", "a3"), ("n", "a6"), ("n", "a"), ("m",), ("o",), ("n", "a3", "00003")):
        assert many.count(prefix) == len(list(many.range(prefix)))
    fewer = many.update({("n", "a3", "00003"): None, ("n", "a3", "x"): 1})
    assert fewer.remove(("n", "a3", "00010")).count(("n", "a3")) == many.count(("n", "a3")) - 1
    nothing: SortedMap[tuple[str, ...], int] = SortedMap()
    assert nothing.count(("n",)) == 0
