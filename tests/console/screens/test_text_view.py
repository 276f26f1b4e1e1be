"""The text view on a pilot, and the bookkeeping of its lines."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

from k9lite.widgets.lines import Lines, word_starts
from k9lite.widgets.text_view import TextView

Story = Callable[[Pilot[None], TextView], Awaitable[None]]


class TextApp(App[None]):
    def __init__(self, view: TextView) -> None:
        super().__init__()
        self.animation_level = "none"
        self.view = view
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.view
        yield Static("below")

    def on_text_view_mode_changed(self, message: TextView.ModeChanged) -> None:
        self.heard.append(message)

    def on_text_view_copied(self, message: TextView.Copied) -> None:
        self.heard.append(message)


def play(story: Story, view: TextView | None = None, size: tuple[int, int] = (40, 11)) -> TextApp:
    shown = view or TextView()
    app = TextApp(shown)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(pilot, shown)

    asyncio.run(run())
    return app


def numbered(count: int, start: int = 0) -> list[str]:
    return [f"line {i}" for i in range(start, start + count)]


def rows(view: TextView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def test_text_is_shown_from_its_start() -> None:
    async def story(_pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["apiVersion: v1\n", "kind: Pod", "", "spec:\r\n"])
        assert rows(view)[:5] == ["▌apiVersion: v1", " kind: Pod", "", " spec:", ""]

    play(story)


def test_hostile_text_is_shown_and_never_obeyed() -> None:
    async def story(_pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["\x1b]0;owned\x07[red]x[/red]\ty\x9b1m\u202e\ud800"])
        text = view.render_line(0).text
        assert text.startswith("▌␛]0;owned␇[red]x[/red]  y\ufffd1m\ufffd\ufffd ")
        assert text.isprintable()

    play(story)


def test_the_cursor_moves_by_line_page_and_to_the_ends() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(numbered(100))
        await pilot.press("j", "down", "k")
        assert view.cursor_text == "line 1"
        await pilot.press("pagedown")
        assert rows(view)[:2] == [" line 10", "▌line 11"]
        await pilot.press("G")
        assert rows(view)[-1] == "▌line 99"
        await pilot.press("ctrl+b", "home")
        assert rows(view)[0] == "▌line 0"

    play(story)


def test_a_log_follows_its_end_until_the_user_looks_up() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.append_lines(numbered(100))
        assert rows(view)[-1] == "▌line 99"
        view.append_lines(numbered(3, start=100))
        assert rows(view)[-1] == "▌line 102"
        await pilot.press("k")
        assert not view.follow
        view.append_lines(numbered(3, start=103))
        assert rows(view)[-2:] == ["▌line 101", " line 102"]
        await pilot.press("G")
        assert view.follow
        view.append_lines(["last"])
        assert rows(view)[-1] == "▌last"

    app = play(story, TextView(follow=True))
    assert any(isinstance(message, TextView.ModeChanged) for message in app.heard)


def test_the_wheel_stops_following_and_f_starts_it_again() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.append_lines(numbered(100))
        await pilot.pause()
        view.scroll_up(animate=False)
        await pilot.pause()
        assert not view.follow
        await pilot.press("f")
        assert view.follow
        assert rows(view)[-1] == "▌line 99"

    play(story, TextView(follow=True))


def test_a_log_that_drops_its_oldest_lines_keeps_what_is_in_sight() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.append_lines(numbered(100))
        await pilot.press("g", "j")
        assert rows(view)[:2] == [" line 0", "▌line 1"]
        await pilot.press("pagedown", "pagedown")
        before = rows(view)
        view.append_lines(numbered(10, start=100))
        view.drop_first(10)
        view.notice = "10 earlier lines are no longer kept"
        assert rows(view) == before
        await pilot.press("g")
        assert rows(view)[0] == "▌line 10"
        view.scroll_to(y=0, animate=False)
        assert rows(view)[:2] == [" 10 earlier lines are no longer kept", "▌line 10"]
        assert view.line_count == 100

    play(story, TextView(follow=True))


def test_older_lines_are_put_before_those_in_sight() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.append_lines(numbered(50, start=100))
        await pilot.press("g", "j")
        view.find(re.compile("line 9[0-9]|line 10[0-9]"))
        before = rows(view)
        view.prepend_lines(numbered(100))
        assert rows(view) == before and view.match_count == 20
        view.wrap = True
        view.prepend_lines(["x" * 100])
        assert rows(view) == before
        await pilot.press("g")
        assert [row[:2] for row in rows(view)[:4]] == ["▌x", "▌x", "▌x", " l"]

    play(story, TextView(follow=True))


def test_a_long_text_is_searched_by_and_by_from_the_cursor_on() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(numbered(45_000))
        await pilot.press("G")
        assert view.find(re.compile("line [0-9]*77$")) < 450
        assert view.cursor_text == "line 44977" and not view.is_searched
        while not view.is_searched:
            await pilot.pause(0.01)
        assert (view.match_count, view.match_number) == (450, 450)

    play(story)


def test_long_lines_wrap_on_demand() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["a" * 50, "b", "c" * 39, "d" * 40])
        assert rows(view)[:2] == ["▌" + "a" * 39, " b"]
        await pilot.press("w")
        await pilot.pause()
        assert rows(view)[:6] == [
            "▌" + "a" * 39,
            "▌" + "a" * 11,
            " b",
            " " + "c" * 39,
            " " + "d" * 39,
            " d",
        ]
        view.append_lines(["e" * 80])
        assert rows(view)[6:9] == [" " + "e" * 39, " " + "e" * 39, " ee"]
        await pilot.press("w")
        assert rows(view)[1] == " b"

    play(story)


def test_wide_characters_wrap_whole() -> None:
    async def story(_pilot: Pilot[None], view: TextView) -> None:
        text = "x" + "网关" * 30
        view.set_lines([text])
        view.wrap = True
        assert all(view.render_line(y).cell_length == 40 for y in range(view.size.height))
        assert "".join(row[1:] for row in rows(view)) == text

    play(story)


def test_long_lines_scroll_sideways() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["0123456789" * 10, "网" * 50, "short"])
        await pilot.pause()
        await pilot.press("l")
        assert rows(view)[0].startswith("▌6789")
        assert rows(view)[2] == ""
        assert view.render_line(1).cell_length == 40
        await pilot.press("h")
        assert rows(view)[0].startswith("▌0123")

    play(story)


def test_matches_are_found_shown_and_stepped_through() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(numbered(100))
        assert view.find(re.compile("line [0-9]*5$")) == 10
        assert (view.cursor_text, view.match_number, view.match_count) == ("line 5", 1, 10)
        await pilot.press("n", "n")
        assert view.cursor_text == "line 25"
        assert "▌line 25" in rows(view)
        await pilot.press("N", "N", "N")
        assert (view.cursor_text, view.match_number) == ("line 95", 10)
        view.append_lines(["line 105"])
        assert view.match_count == 11
        assert view.find(None) == 0

    play(story)


def test_a_match_stands_out_from_its_line() -> None:
    async def story(_pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["first", "an error here", "x"])
        view.find(re.compile("error"))
        strip = view.render_line(1)
        assert [segment.text.strip() for segment in strip] == ["▌an", "error", "here"]
        styles = [segment.style for segment in strip]
        assert styles[0] == styles[2] != styles[1]

    play(story)


def test_a_highlight_styles_parts_of_a_line() -> None:
    def yaml_key(line: str) -> list[tuple[int, int, str]]:
        return [(0, line.index(":"), "key"), (0, 3, "no-such-style")] if ":" in line else []

    async def story(_pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["kind: Pod", "nothing"])
        view.set_lines(["kind: Pod", "kind: Pod"], keep_place=True)
        assert [segment.text.strip() for segment in view.render_line(1)] == ["", "kind", ": Pod"]

    play(story, TextView(highlight=yaml_key))


def test_marked_lines_are_copied_or_else_the_cursors() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(numbered(10))
        await pilot.press("j", "c")
        assert pilot.app.clipboard == "line 1"
        await pilot.press("m", "j", "j", "m", "j", "c")
        assert pilot.app.clipboard == "line 1\nline 3"
        assert rows(view)[:4] == [" line 0", "◆line 1", " line 2", "◆line 3"]

    heard = play(story).heard
    assert [message.line_count for message in heard if isinstance(message, TextView.Copied)] == [1, 2]


def test_other_text_can_keep_the_users_place() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(numbered(100))
        await pilot.press("pagedown", "pagedown")
        top = rows(view)[0]
        view.set_lines(numbered(90), keep_place=True)
        assert rows(view)[0] == top
        view.set_lines(numbered(5), keep_place=True)
        await pilot.pause()
        assert rows(view)[4] == "▌line 4"

    play(story)


def test_a_resize_keeps_the_cursor_on_the_screen() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["x" * 100] * 50)
        view.wrap = True
        await pilot.press("pagedown", "pagedown", "pagedown")
        number = view.cursor_line
        await pilot.resize_terminal(25, 11)
        await pilot.pause()
        assert view.cursor_line == number
        assert any(row.startswith("▌") for row in rows(view))

    play(story)


def test_a_tiny_screen_breaks_nothing() -> None:
    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(["网关 " * 20, "a" * 50, "", "b"])
        view.find(re.compile("a|网"))
        for width, height in ((4, 2), (9, 3), (40, 11)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            await pilot.press("pagedown", "l", "k", "w", "n")
            room = view.scrollable_content_region.width
            assert all(view.render_line(y).cell_length >= room for y in range(view.size.height))
        view.set_lines([])
        await pilot.press("j", "pagedown", "pageup", "m", "c", "n", "w", "G", "f")
        assert view.cursor_text == ""

    play(story)


def test_lines_know_their_rows_whatever_is_wrapped_or_cut_or_comes_before() -> None:
    lines = Lines()
    lines.wrap(4)
    lines.append(["a" * 9, "", "网关x", "b"])
    assert [lines.at(row) for row in range(lines.row_count)] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (2, 1), (3, 0),
    ]
    lines.append(["c" * 8] * 3)
    assert lines.drop_first(1) == 3
    assert [lines.at(row)[0] for row in range(lines.row_count)] == [1, 2, 2, 3, 4, 4, 5, 5, 6, 6]
    assert [lines.row_of(number) for number in range(1, 7)] == [0, 1, 3, 4, 6, 8]
    assert lines.prepend(["d" * 5, "e"]) == 3
    assert [lines.at(row) for row in range(5)] == [(-1, 0), (-1, 1), (0, 0), (1, 0), (2, 0)]
    assert [lines.row_of(number) for number in range(-1, 4)] == [0, 2, 3, 4, 6]
    assert (lines.text(-1), lines.row_count) == ("ddddd", 13)


def test_a_hundred_thousand_lines_paint_only_the_screen() -> None:
    seen: list[str] = []

    def highlight(line: str) -> list[tuple[int, int, str]]:
        seen.append(line)
        return []

    async def story(pilot: Pilot[None], view: TextView) -> None:
        view.set_lines(numbered(100_000))
        await pilot.pause()
        await pilot.press("w", "pagedown")
        view.append_lines(numbered(10, start=100_000))
        await pilot.press("G")
        assert rows(view)[-1] == "▌line 100009"
        assert len(seen) < 200

    play(story, TextView(highlight=highlight))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("one two three", ["one two", "three"]),
        ("one two thr", ["one two", "thr"]),
        ("eleven ab", ["eleven", "ab"]),
        ("abcdefghijkl m", ["abcdefgh", "ijkl m"]),
        ("  abcdefghij", ["  abcdef", "ghij"]),
        ("网关 网关网关 a", ["网关", "网关网关", "a"]),
        ("", [""]),
    ],
)
def test_a_text_to_be_read_wraps_between_words(text: str, rows: list[str]) -> None:
    starts = word_starts(text, 8)
    parts = [text[start:end] for start, end in zip(starts, (*starts[1:], len(text)), strict=True)]
    assert [part.rstrip() for part in parts] == rows and "".join(parts) == text
    lines = Lines()
    lines.append([text])
    lines.wrap(8, whole_words=True)
    assert lines.row_count >= len(rows) and lines.part(0, 0, 0, 8)[0] == 0
