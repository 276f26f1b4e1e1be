"""The table on a pilot: keys stay with their objects, and only what is on the screen is formatted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

from k9lite.widgets.table import Cell, Column, ObjectTable

COLUMNS = (
    Column("NAME", flexible=True),
    Column("STATUS"),
    Column("CPU", right=True),
    Column("AGE", right=True, quiet=True),
)


class TableApp(App[None]):
    def __init__(self, table: ObjectTable) -> None:
        super().__init__()
        self.animation_level = "none"
        self.table = table
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table
        yield Static("below", id="below")

    def on_object_table_cursor_moved(self, message: ObjectTable.CursorMoved) -> None:
        self.heard.append(message)

    def on_object_table_row_selected(self, message: ObjectTable.RowSelected) -> None:
        self.heard.append(message)

    def on_object_table_header_selected(self, message: ObjectTable.HeaderSelected) -> None:
        self.heard.append(message)


class Pods:
    """Cells by key, counting what is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status: dict[str, str] = {}

    def __call__(self, key: str) -> tuple[Cell, ...]:
        self.asked.append(key)
        return Cell(f"pod-{key}"), Cell(self.status.get(key, "● Running"), "ok"), Cell("5"), Cell("3m", "dim")


Story = Callable[[Pilot[None], ObjectTable], Awaitable[None]]


def play(story: Story, table: ObjectTable | None = None, size: tuple[int, int] = (80, 24)) -> list[Message]:
    shown = table or ObjectTable(COLUMNS, empty_text="No pods")
    app = TableApp(shown)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(pilot, shown)

    asyncio.run(run())
    return app.heard


def names(count: int, start: int = 0) -> list[str]:
    return [f"{i:06}" for i in range(start, start + count)]


def lines(table: ObjectTable) -> list[str]:
    return [table.render_line(y).text.rstrip() for y in range(table.size.height)]


def cursor_line(table: ObjectTable) -> int:
    return next(y for y, line in enumerate(lines(table)) if line.startswith("▌"))


def moved_to(messages: Sequence[Message]) -> list[str | None]:
    return [message.key for message in messages if isinstance(message, ObjectTable.CursorMoved)]


def test_a_table_shows_a_header_and_its_rows() -> None:
    async def story(_pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(2), Pods())
        assert lines(table)[:4] == [
            "  NAME        STATUS     CPU  AGE",
            "▌ pod-000000  ● Running    5   3m",
            "  pod-000001  ● Running    5   3m",
            "",
        ]

    play(story)


def test_only_rows_on_the_screen_are_formatted() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        pods = Pods()
        table.set_rows(names(150_000), pods)
        await pilot.pause()
        assert len(set(pods.asked)) == len(pods.asked) == table.size.height - 1
        await pilot.press("pagedown")
        assert len(pods.asked) == 2 * (table.size.height - 1)
        await pilot.press("G")
        assert lines(table)[-1].startswith("▌ pod-149999")
        assert len(pods.asked) == 3 * (table.size.height - 1)

    play(story)


def test_a_changed_row_off_the_screen_is_not_formatted() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        pods = Pods()
        keys = names(150_000)
        table.set_rows(keys, pods)
        await pilot.pause()
        pods.asked.clear()
        table.update_rows(keys, {keys[3], keys[100_000]})
        assert pods.asked == [keys[3]]

    play(story)


def test_only_lines_that_differ_are_painted_again() -> None:
    painted: list[int] = []

    class WatchedTable(ObjectTable):
        def refresh(self, *regions: Region, **how: Any) -> Self:
            for region in regions or (self.size.region,):
                painted.extend(region.line_range)
            return super().refresh(*regions, **how)

    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        pods = Pods()
        table.set_rows(names(150_000), pods)
        await pilot.pause()
        await pilot.pause()
        painted.clear()
        pods.status["000004"] = "✗ Failed"
        table.update_rows(names(150_000), set(names(1000)))
        table.invalidate()
        await pilot.pause()
        assert set(painted) == {5}
        painted.clear()
        await pilot.press("j")
        assert set(painted) == {1, 2}

    play(story, WatchedTable(COLUMNS, highlight_changes=False))


def test_the_cursor_follows_its_object_when_rows_move() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.press("j", "j", "down")
        assert table.cursor_key == "000003"
        table.update_rows(list(reversed(names(10))))
        assert (table.cursor_key, table.cursor_row) == ("000003", 6)
        assert lines(table)[7].startswith("▌ pod-000003")

    play(story)


def test_the_cursor_stays_at_its_place_on_the_screen_when_rows_above_change() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(100, start=100), Pods())
        table.move_to("000150")
        await pilot.press("up", "up", "up")
        line = cursor_line(table)
        table.update_rows(names(200))
        assert (table.cursor_key, cursor_line(table)) == ("000147", line)
        table.update_rows(names(70, start=120))
        assert (table.cursor_key, cursor_line(table)) == ("000147", line)

    play(story)


def test_a_screen_the_user_scrolled_away_from_the_cursor_stays_where_it_is() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(200, start=100), Pods())
        await pilot.press("down")
        table.scroll_to(y=50, animate=False)
        assert lines(table)[1].strip().startswith("pod-000150")
        table.update_rows(names(300))
        assert lines(table)[1].strip().startswith("pod-000150")
        assert table.cursor_key == "000101"

    play(story)


def test_a_deleted_objects_neighbour_gets_the_cursor() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.press("j", "j", "j")
        table.update_rows([key for key in names(10) if key not in ("000003", "000001")])
        assert table.cursor_key == "000004"
        table.update_rows(names(4))
        assert table.cursor_key == "000002"
        table.update_rows([])
        assert table.cursor_key is None
        table.update_rows(names(1))
        assert table.cursor_key == "000000"

    play(story)


def test_cursor_moves_arrive_as_messages() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.pause()
        for _ in range(5):
            table.action_move(1)
        await pilot.pause()

    assert moved_to(play(story))[-1] == "000005"


def test_moves_made_at_once_arrive_as_one() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(1000), Pods())
        await pilot.pause()
        for _ in range(500):
            table.action_move(1)
        await pilot.pause()

    assert len(moved_to(play(story))) < 10


def test_enter_opens_the_cursors_object() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.press("j", "enter")

    opened = [m.key for m in play(story) if isinstance(m, ObjectTable.RowSelected)]
    assert opened == ["000001"]


def test_a_click_moves_and_a_second_click_opens() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.pause()
        await pilot.click(ObjectTable, offset=(5, 4))
        assert table.cursor_key == "000003"
        await pilot.click(ObjectTable, offset=(5, 4))
        await pilot.click(ObjectTable, offset=(5, 20))
        assert table.cursor_key == "000003"

    opened = [m.key for m in play(story) if isinstance(m, ObjectTable.RowSelected)]
    assert opened == ["000003"]


def test_a_header_click_asks_for_that_columns_order() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.pause()
        await pilot.click(ObjectTable, offset=(15, 0))

    asked = [m.column for m in play(story) if isinstance(m, ObjectTable.HeaderSelected)]
    assert asked == ["STATUS"]


def test_the_sort_arrow_stands_beside_its_column() -> None:
    async def story(_pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(2), Pods())
        table.show_sort("CPU")
        assert lines(table)[0] == "  NAME        STATUS     CPU↑  AGE"
        table.show_sort("NAME", reverse=True)
        assert lines(table)[0] == "  NAME↓       STATUS     CPU  AGE"

    play(story)


def test_space_marks_and_moves_on() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.press("j", "space", "space", "j", "space", "k", "k")
        assert table.marked == ("000001", "000002", "000004")
        assert lines(table)[2].startswith(" ◆pod-000001")
        assert lines(table)[4].startswith("▌ pod-000003")
        await pilot.press("k", "space")
        assert table.selected_keys() == ("000001", "000004")
        await pilot.press("escape")
        assert not table.marked
        assert table.selected_keys() == ("000003",)

    play(story)


def test_escape_clears_the_marks_before_it_means_anything_else() -> None:
    class EscapeApp(TableApp):
        BINDINGS = [("escape", "note_escape", "Back")]
        escapes = 0

        def action_note_escape(self) -> None:
            self.escapes += 1

    app = EscapeApp(ObjectTable(COLUMNS))

    async def run() -> None:
        async with app.run_test() as pilot:
            app.table.set_rows(names(3), Pods())
            await pilot.press("space", "escape")
            assert (len(app.table.marked), app.escapes) == (0, 0)
            await pilot.press("escape")
            assert app.escapes == 1

    asyncio.run(run())


def test_a_range_is_marked_with_plain_keys_or_with_shift() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.press("space", "j", "j", "V")
        assert table.marked == tuple(names(4))
        await pilot.press("escape", "g", "shift+down", "shift+down")
        assert table.marked == tuple(names(3))
        await pilot.press("asterisk")
        assert table.marked == tuple(names(10))
        await pilot.press("asterisk")
        assert not table.marked

    play(story)


def test_marks_stay_with_their_objects() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(10), Pods())
        await pilot.press("space", "space")
        table.update_rows(list(reversed(names(10))))
        assert table.marked == ("000001", "000000")
        table.update_rows(names(9, start=1))
        assert list(table.marked) == ["000001"]

    play(story)


def test_a_changed_cell_is_marked_until_its_time_is_up() -> None:
    now = [100.0]
    shown = ObjectTable(COLUMNS, highlight_seconds=3, clock=lambda: now[0])

    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        pods = Pods()
        table.set_rows(names(3), pods)
        await pilot.pause()
        plain = table.render_line(2)
        pods.status["000001"] = "✗ Failed"
        table.update_rows(names(3), {"000001"})
        assert "✗ Failed" in table.render_line(2).text
        assert bold_texts(table, 2) == ["✗ Failed "]
        assert table.render_line(2) != plain
        now[0] = 102.9
        table.forget_changes()
        assert bold_texts(table, 2) == ["✗ Failed "]
        now[0] = 103.0
        table.forget_changes()
        assert bold_texts(table, 2) == []

    play(story, shown)


def test_changes_can_go_unmarked() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        pods = Pods()
        table.set_rows(names(3), pods)
        await pilot.pause()
        pods.status["000001"] = "✗ Failed"
        table.update_rows(names(3), {"000001"})
        assert bold_texts(table, 2) == []
        pods.status["000002"] = "✗ Failed"
        table.invalidate()
        assert "✗ Failed" in lines(table)[3]

    play(story, ObjectTable(COLUMNS, highlight_changes=False))


def bold_texts(table: ObjectTable, y: int) -> list[str]:
    return [text for text, style, _ in table.render_line(y) if style is not None and style.bold]


def test_hostile_text_is_shown_and_never_obeyed() -> None:
    async def story(_pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(["a"], lambda _key: (Cell("\x1b[31m[red]x[/]\x07\u202e\ud800"), Cell("[b]\ty")))
        text = table.render_line(1).text
        assert text.startswith("▌ ␛[31m[red]x[/]␇\ufffd\ufffd  [b]     y ")
        assert text.isprintable()

    play(story)


def test_wide_characters_keep_columns_aligned() -> None:
    async def story(_pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(["a"], lambda _key: (Cell("网关" * 40), Cell("ok")))
        for y in range(3):
            assert table.render_line(y).cell_length == 80
        assert "  ok" in table.render_line(1).text

    play(story)


def test_a_narrow_table_shortens_names_then_drops_optional_columns() -> None:
    columns = (
        Column("NAME", flexible=True),
        Column("STATUS"),
        Column("NODE", priority=2),
        Column("IP", priority=1),
    )

    def row(_key: str) -> tuple[Cell, ...]:
        return Cell("web-7d9f8b6c5d-x2xqk-and-more"), Cell("Running"), Cell("node-0001"), Cell("10.244.0.1")

    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(["a"], row)
        assert lines(table)[1] == "▌ web-7d9f8b6c5d-x2xqk-and-more  Running  node-0001  10.244.0.1"
        await pilot.resize_terminal(55, 24)
        await pilot.pause()
        assert lines(table)[1] == "▌ web-7d9f8b6c5d-x2xqk-and-more  Running  10.244.0.1"
        assert lines(table)[0].endswith("+1")
        await pilot.resize_terminal(30, 24)
        await pilot.pause()
        assert "IP" not in lines(table)[0] and "NODE" not in lines(table)[0]
        assert "…d-more" in lines(table)[1]

    play(story, ObjectTable(columns))


def test_a_wide_table_scrolls_sideways_by_columns() -> None:
    columns = tuple(Column(f"COLUMN-{i}", priority=i) for i in range(12))

    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(["a"], lambda _key: tuple(Cell(f"cell-{i}") for i in range(12)))
        table.wide = True
        await pilot.pause()
        assert table.virtual_size.width > 120
        await pilot.press("right")
        assert lines(table)[0].startswith("COLUMN-1")
        assert lines(table)[0].endswith("›")
        await pilot.press("right", "left", "left")
        assert lines(table)[0].startswith("  COLUMN-0")

    play(story, ObjectTable(columns))


def test_widths_come_from_the_rows_in_view_and_only_grow() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        def row(key: str) -> tuple[Cell, ...]:
            return Cell("long-name-at-the-end" if key == "000099" else "short"), Cell("x")

        table.set_rows(names(100), row)
        await pilot.pause()
        assert lines(table)[0].startswith("  NAME   STATUS")
        await pilot.press("G")
        assert lines(table)[0].startswith("  NAME                  STATUS")
        await pilot.press("g")
        assert lines(table)[0].startswith("  NAME                  STATUS")

    play(story)


def test_room_a_wide_text_took_is_given_back_when_it_is_gone() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        texts = {"a": "short"}
        table.set_rows(["a"], lambda key: (Cell(texts[key]), Cell("x")))
        texts["a"] = "a-much-longer-name"
        table.update_rows(["a"], {"a"})
        wide = lines(table)[0]
        texts["a"] = "short"
        table.update_rows(["a"], {"a"})
        assert lines(table)[0] == wide
        await pilot.pause(0.2)
        assert lines(table)[0].startswith("  NAME   STATUS")

    play(story, ObjectTable(COLUMNS, highlight_seconds=0.1))


def test_a_tiny_screen_breaks_nothing() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(100), Pods())
        for width, height in ((4, 2), (9, 3), (80, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            await pilot.press("pagedown", "right", "k")
            width = table.scrollable_content_region.width
            assert all(table.render_line(y).cell_length == width for y in range(table.size.height))
        table.set_rows([], Pods())
        await pilot.resize_terminal(5, 3)
        await pilot.press("j", "pagedown", "space", "V", "asterisk", "shift+down", "enter")
        assert not table.marked

    play(story)


def test_an_empty_table_says_so() -> None:
    async def story(_pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows([], Pods())
        assert "No pods" in lines(table)[table.size.height // 2]
        table.empty_text = "No pods match /web/"
        assert "No pods match /web/" in lines(table)[table.size.height // 2]
        assert table.selected_keys() == ()

    play(story)


def test_other_columns_start_an_other_table() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(200), Pods())
        await pilot.press("space", "G")
        table.set_columns((Column("KIND"),))
        table.set_rows(["a"], lambda _key: (Cell("Service"),))
        await pilot.pause()
        assert lines(table)[:3] == ["  KIND", "▌ Service", ""]
        assert table.selected_keys() == ("a",)

    play(story)


def test_a_page_keeps_the_cursor_on_its_line() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(1000), Pods())
        await pilot.press("j", "j", "pagedown")
        page = table.size.height - 1
        assert (table.cursor_row, cursor_line(table)) == (2 + page, 3)
        await pilot.press("ctrl+b")
        assert (table.cursor_row, cursor_line(table)) == (2, 3)
        await pilot.press("pageup")
        assert table.cursor_row == 0

    play(story)


def test_a_column_widens_for_a_changed_text() -> None:
    async def story(_pilot: Pilot[None], table: ObjectTable) -> None:
        pods = Pods()
        table.set_rows(names(2), pods)
        pods.status["000000"] = "▲ Ready,SchedulingDisabled"
        table.update_rows(names(2), {"000000"})
        assert "▲ Ready,SchedulingDisabled" in lines(table)[1]

    play(story)


def test_lines_are_put_together_once_for_as_long_as_nothing_about_them_changes() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(150_000), Pods())
        await pilot.pause()
        whole = Region(0, 0, *table.outer_size)
        sent = table.render_lines(whole)
        assert table.render_lines(whole) is sent
        await pilot.press("j")
        moved = table.render_lines(whole)
        assert [after is before for before, after in zip(sent, moved, strict=True)].count(False) == 2
        assert all(line.cell_length == whole.width for line in moved)

    play(story)


def test_rows_that_come_and_go_lay_nothing_out_anew_while_there_are_more_than_fit() -> None:
    laid_out: list[int] = []

    class WatchedTable(ObjectTable):
        def refresh(self, *regions: Region, **how: Any) -> Self:
            if how.get("layout"):
                laid_out.append(self.row_count)
            return super().refresh(*regions, **how)

    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        table.set_rows(names(1000), Pods())
        await pilot.pause()
        laid_out.clear()
        table.update_rows(names(900))
        assert (table.row_count, table.vertical_scrollbar.window_virtual_size) == (900, 901)
        await pilot.press("G")
        table.update_rows(names(100))
        await pilot.pause()
        assert lines(table)[-1].startswith("▌ pod-000099")
        assert not laid_out
        table.update_rows(names(3))
        assert laid_out == [3]
        await pilot.pause()
        assert lines(table)[3].startswith("▌ pod-000002")

    play(story, WatchedTable(COLUMNS, highlight_changes=False))


def test_the_scroll_bar_is_painted_when_it_moves_and_not_for_every_row() -> None:
    async def story(pilot: Pilot[None], table: ObjectTable) -> None:
        painted: list[float] = []
        table.set_rows(names(150_000), Pods())
        await pilot.pause()
        bar = table.vertical_scrollbar
        table.watch(bar, "position", lambda position: painted.append(position), init=False)
        await pilot.press("pagedown", "pagedown")
        assert (bar.position, painted) == (2 * (table.size.height - 1), [])
        table.action_last()
        assert painted == [table.max_scroll_y] and bar.position == table.max_scroll_y
        table.set_rows(names(40), Pods())
        await pilot.pause()
        table.action_first()
        painted.clear()
        await pilot.press("pagedown")
        assert painted == [table.scroll_offset.y]

    play(story)
