"""Esc leads from what a place led to back to the place, as it was left; from there to where one came from."""

from textual.pilot import Pilot

from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.screens.rows import RowsScreen
from tests.console.showing import NARROW, WIDE, living, show, shown, type_line


def _rows(pilot: Pilot[int]) -> RowsScreen:
    assert isinstance(pilot.app.screen, RowsScreen)
    return pilot.app.screen


def _is_main(pilot: Pilot[int]) -> bool:
    return isinstance(pilot.app.screen, MainScreen)


def test_esc_leads_back_to_the_pulses_and_then_to_the_table() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("B", "j", "j")
        at = _rows(pilot).table.cursor_key
        await pilot.press("enter")
        assert _is_main(pilot) and "pods(all)" in shown(pilot)
        await pilot.press("escape", "escape")  # the first one clears what narrowed it
        assert _rows(pilot).table.cursor_key == at and "pulses" in shown(pilot)
        await pilot.press("escape")
        assert _is_main(pilot)
        await pilot.press("escape")
        assert _is_main(pilot)

    show(living(), story, NARROW)


def test_a_tree_is_as_it_was_folded_filtered_and_with_its_cursor() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "xray deploy")
        await pilot.press("G", "right", "right")
        before, at = shown(pilot), _rows(pilot).table.cursor_key
        assert "replicaset/web" in before
        await pilot.press("enter", "d", "escape", "escape")
        assert _rows(pilot).table.cursor_key == at and shown(pilot) == before

    show(living(), story, NARROW)


def test_esc_leads_through_the_places_that_one_came_through() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "access")
        await pilot.press("enter")
        assert "rights" in shown(pilot)
        await pilot.press("escape")
        assert "access" in shown(pilot).splitlines()[0]
        await pilot.press("escape")
        assert _is_main(pilot)

    show(living(), story, NARROW)


def test_what_is_typed_in_a_place_leads_away_from_it() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("B")
        await type_line(pilot, "services")
        assert _is_main(pilot)
        await pilot.press("escape")
        assert _is_main(pilot)

    show(living(), story, NARROW)


def test_only_some_places_are_kept_and_the_one_left_last_is_found_again() -> None:
    async def story(pilot: Pilot[int]) -> None:
        for _ in range(7):
            await pilot.press("m", "enter")
        for _ in range(7):
            await pilot.press("escape")
            if isinstance(pilot.app.screen, MapScreen):
                await pilot.press("escape")
        assert _is_main(pilot) and not pilot.app.screen.query("NodeMap")
        assert len(pilot.app.screen_stack) <= 2

    show(living(), story, WIDE)
