"""The edges between panes, taken with the mouse."""

from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from k9lite.dragging import dragged, edge_at
from k9lite.splits import Split, areas
from k9lite.widgets.desk import DEFAULT, Desk
from tests.console.showing import WIDE, living, show

ROOM = (0, 1, 120, 33)
ALL = {0, 1, 2, 3, 4}


def test_the_edge_between_the_columns_is_found_on_both_frames() -> None:
    left = areas(DEFAULT, ROOM, ALL)[1]
    border = left[0] + left[2]
    for x in (border - 1, border):
        edge = edge_at(DEFAULT, ROOM, ALL, x, 20)
        assert edge is not None and not edge.down and edge.path == ()
    assert edge_at(DEFAULT, ROOM, ALL, border - 3, 5) is None


@given(st.integers(0, 130), st.integers(0, 40), st.sampled_from([(70, 5), (20, 12), (90, 17)]))
def test_wherever_an_edge_is_put_everything_keeps_room_and_fills_the_screen(
    x: int, y: int, near: tuple[int, int]
) -> None:
    around = ((near[0] + dx, near[1] + dy) for dx in range(-20, 20) for dy in range(-9, 9))
    found = next((edge for at in around if (edge := edge_at(DEFAULT, ROOM, ALL, *at))), None)
    assert found is not None
    part = dragged(DEFAULT, found, x, y)
    made = areas(part, ROOM, ALL)
    assert set(made) == ALL
    assert all(width >= 12 and height >= 4 for _, _, width, height in made.values())
    assert sum(width * height for _, _, width, height in made.values()) == ROOM[2] * ROOM[3]


def test_only_the_two_neighbours_change() -> None:
    part = Split(down=False, parts=(1, 2, 3), weights=(1, 1, 1))
    edge = edge_at(part, (0, 0, 120, 30), {1, 2, 3}, 40, 3)
    assert edge is not None
    made = areas(dragged(part, edge, 60, 3), (0, 0, 120, 30), {1, 2, 3})
    assert [made[each][2] for each in (1, 2, 3)] == [60, 20, 40]


def test_the_mouse_drags_the_edge_between_panes() -> None:
    async def story(pilot: Pilot[int]) -> None:
        desk = pilot.app.screen.query_one(Desk)
        before = desk.pane.region
        await pilot.mouse_down(offset=(before.x, 5))
        await pilot.hover(offset=(before.x + 10, 6))
        await pilot.mouse_up(offset=(before.x + 10, 6))
        await pilot.pause()
        after = desk.pane.region
        assert after.x == before.x + 10
        assert after.right == before.right
        await pilot.hover(offset=(after.x + 20, 6))
        await pilot.pause()
        assert desk.pane.region == after

    show(living(), story, WIDE)
