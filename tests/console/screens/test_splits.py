"""How a screen is divided: whatever is done to an arrangement, every shown pane has its own room and none is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UsageError
from k9lite.splits import (
    DETAIL,
    Part,
    Split,
    areas,
    beside,
    from_plain,
    leaves,
    resized,
    swapped,
    to_plain,
    turned,
    without,
)
from k9lite.widgets.desk import DEFAULT

SIDE_BY_SIDE = Split(down=False, parts=(1, 2, DETAIL), weights=(1, 2, 1))


@st.composite
def arrangements(draw: st.DrawFn) -> Part:
    part: Part = Split(down=draw(st.booleans()), parts=(1, DETAIL), weights=(1, 1))
    for new in range(2, draw(st.integers(2, 8))):
        part = beside(part, draw(st.sampled_from(sorted(leaves(part)))), new, down=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 5))):
        leaf = draw(st.sampled_from(sorted(leaves(part))))
        part = draw(
            st.sampled_from(
                (
                    resized(part, leaf, down=True, step=1),
                    resized(part, leaf, down=False, step=-1),
                    swapped(part, leaf, DETAIL),
                    turned(part, leaf),
                )
            )
        )
    return part


@given(arrangements(), st.data())
def test_shown_panes_fill_the_room_and_none_overlaps(part: Part, data: st.DataObject) -> None:
    shown = data.draw(st.sets(st.sampled_from(sorted(leaves(part))), min_size=1))
    cells = [
        (x + dx, y + dy)
        for x, y, width, height in areas(part, (0, 0, 40, 30), shown).values()
        for dx in range(width)
        for dy in range(height)
    ]
    assert len(cells) == len(set(cells)) == 40 * 30
    assert set(areas(part, (0, 0, 40, 30), shown)) == shown


@given(arrangements())
def test_an_arrangement_is_kept_as_it_is(part: Part) -> None:
    assert from_plain(to_plain(part)) == part


@given(arrangements(), st.data())
def test_closing_a_pane_leaves_the_others(part: Part, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from([leaf for leaf in leaves(part) if leaf != DETAIL]))
    assert sorted([*leaves(without(part, gone)), gone]) == sorted(leaves(part))


def test_a_pane_grows_at_the_cost_of_its_neighbours() -> None:
    wider = areas(resized(SIDE_BY_SIDE, 1, down=False, step=1), (0, 0, 100, 10), {0, 1, 2})
    assert [wider[leaf][2] for leaf in (1, 2, 0)] == [40, 40, 20]
    assert resized(SIDE_BY_SIDE, 1, down=True, step=1) == SIDE_BY_SIDE


def test_the_innermost_split_in_that_direction_changes() -> None:
    higher = areas(resized(DEFAULT, 3, down=True, step=2), (0, 0, 130, 40), {1, 2, 3, 4})
    assert [higher[leaf][3] for leaf in (1, 3, 4, 2)] == [10, 20, 10, 40]


@pytest.mark.parametrize(
    "plain",
    [
        7,
        {"pane": 10},
        {"across": []},
        {"across": [{"pane": 1}, {"pane": 1}, {"pane": 0}]},
        {"across": [{"pane": 1}, {"pane": 2}]},
        {"down": [{"pane": 1, "size": 0}, {"pane": 0}]},
        {"down": [{"pane": 1, "colour": "red"}, {"pane": 0}]},
    ],
)
def test_what_is_no_arrangement_is_refused_in_one_line(plain: object) -> None:
    with pytest.raises(UsageError) as refusal:
        from_plain(plain)
    assert "\n" not in str(refusal.value) and "arrangement" in str(refusal.value)
