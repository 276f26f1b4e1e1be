"""What the mouse does: wheel, rows, headers, tabs, the parts of the first line, crumbs, and keys that are shown."""

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot
from textual.widget import Widget

from k9lite.screens.main import MainScreen
from k9lite.widgets.desk import Desk
from k9lite.widgets.footer import Footer
from k9lite.widgets.header import Header
from k9lite.widgets.pressing import KeyLine, key_of
from k9lite.widgets.text_view import TextView
from tests.builders import node, pod
from tests.console.showing import NARROW, WIDE, lines, living, show, shown

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


async def click_on(pilot: Pilot[int], text: str, line: int) -> None:
    """On the first place where the text stands in a line of the screen, -1 for the last."""
    rows = lines(pilot)
    rows += [""] * (pilot.app.size.height - len(rows))
    x = rows[line].index(text)
    await pilot.click(offset=(x, line % len(rows)))
    await pilot.pause()


async def wheel_down(pilot: Pilot[int], widget: Widget) -> None:
    x, y = widget.region.x + 3, widget.region.y + 3
    for _ in range(3):
        pilot.app.screen._forward_event(MouseScrollDown(widget, x, y, 0, 1, 0, False, False, False, x, y))
    await pilot.pause(0.2)


@SIZES
def test_a_click_on_a_key_in_the_footer_presses_it(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await click_on(pilot, "l Logs", -1)
        assert "Filter" in lines(pilot)[-1]
        await click_on(pilot, "Esc Back", -1)
        assert isinstance(pilot.app.screen, MainScreen)
        await click_on(pilot, "? Help", -1)
        assert "─ Help ─" in shown(pilot)

    show(living(), story, size)


def test_a_click_beside_the_keys_or_on_the_reason_presses_nothing() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.click(Footer, offset=(5, 0))
        await pilot.click(Footer, offset=(79, 1))
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)

    show(living(), story)


@SIZES
def test_parts_of_the_first_line_lead_on(size: tuple[int, int]) -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await click_on(pilot, "nodes 2/2", 0)
        assert pilot.app.screen.query_one(Desk).pane.kind == "Node"
        await click_on(pilot, "pods 4", 0)
        assert pilot.app.screen.query_one(Desk).pane.kind == "Pod"
        await pilot.click(Header, offset=(0, 0))
        assert isinstance(pilot.app.screen, MainScreen)
        before = client.speed
        await click_on(pilot, "1x", 0)
        assert client.speed != before

    show(client, story, size)


def test_tabs_rows_and_headers_are_clicked() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await click_on(pilot, "3 deployments", 1)
        desk = pilot.app.screen.query_one(Desk)
        assert desk.pane.kind == "Deployment"
        table = desk.pane.table
        await pilot.click(table, offset=(8, 2))
        assert table.cursor_row == 1
        await click_on(pilot, "READY", 3)
        assert desk.pane.listing.sort.column == "READY"

    show(living(), story)


@SIZES
def test_the_way_back_is_in_the_frame(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "j", "enter")
        await pilot.pause()
        pane = pilot.app.screen.query_one(Desk).pane
        assert pane.kind == "Pod"
        await pilot.click(pane, offset=(6, 0))
        await pilot.pause()
        assert pane.kind == "Deployment"

    show(living(), story, size)


@SIZES
def test_the_wheel_scrolls_tables_and_texts(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        table = pilot.app.screen.query_one(Desk).pane.table
        await wheel_down(pilot, table)
        assert table.scroll_offset.y > 0
        await pilot.press("y")
        await pilot.pause()
        view = pilot.app.screen.query_one(TextView)
        await wheel_down(pilot, view)
        assert view.scroll_offset.y > 0

    show(living(node("w1"), *(pod(f"p-{number:02}") for number in range(60))), story, size)


def test_the_keys_of_a_text_are_pressed_by_a_click() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("y")
        await pilot.pause()
        await pilot.click(KeyLine, offset=(11, 0))
        await pilot.pause()
        assert pilot.app.screen.query_one("#search").has_focus

    show(living(), story)


@pytest.mark.parametrize(
    ("written", "key"),
    [("?", "question_mark"), ("⏎", "enter"), ("Esc", "escape"), ("/", "slash"), ("d", "d"), ("G", "G"), ("f1", "f1")],
)
def test_what_is_written_on_a_key_is_a_key(written: str, key: str) -> None:
    assert key_of(written) == key
