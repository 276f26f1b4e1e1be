"""Keys that come faster than what they open can take the focus belong to it, and are nobody else's command.

Each story is told in one go, and then with turns of the event loop between the keys: as a terminal sends what was
pasted, and as it is read on a busy machine, in the middle of what the key before set off.
"""

import asyncio
from collections.abc import Awaitable, Callable

from textual.events import Key, Paste
from textual.pilot import Pilot

from engine.kinds import Deployment, Pod
from k9lite.screens.editor import EditorScreen
from k9lite.screens.logs import LogsScreen
from k9lite.screens.main import MainScreen
from tests.builders import node
from tests.console.pressing import settle
from tests.console.showing import living, show

TURNS = (0, 1, 5)
_ARROWS = "↓→"
_NAMES = {
    ":": "colon", "/": "slash", " ": "space", "\r": "enter", "\t": "tab", "\b": "backspace", "\x1b": "escape",
    "?": "question_mark", "&": "ampersand", "↓": "down", "→": "right",
}  # fmt: skip


async def typed(pilot: Pilot[int], text: str, turns: int) -> None:
    """With so many ``turns`` of the event loop between two keys."""
    for char in text:
        printed = char if char.isprintable() and char not in _ARROWS else None
        pilot.app.post_message(Key(_NAMES.get(char, char), printed))
        for _ in range(turns):
            await asyncio.sleep(0)
    await settle(pilot)


def fast_and_slow(story: Callable[[Pilot[int], int], Awaitable[None]]) -> None:
    """From the first table, with nothing open."""

    async def each(pilot: Pilot[int]) -> None:
        for turns in TURNS:
            await story(pilot, turns)
            for key in "\x1b\x1b1":
                await typed(pilot, key, 0)

    show(living(), each)


def main_of(pilot: Pilot[int]) -> MainScreen:
    assert isinstance(pilot.app.screen, MainScreen), pilot.app.screen
    return pilot.app.screen


def test_a_command_typed_in_one_go_is_that_command_and_no_other_key() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        await typed(pilot, ":nodes\r:deployments\r", turns)
        assert main_of(pilot).pane.kind == "Deployment", "d describes, x deletes, s opens a shell: none may happen"

    fast_and_slow(story)


def test_a_line_is_mended_completed_and_entered_in_the_order_of_its_keys() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        for line in (":po\b\bsvc\r", ":servi\t\r", ":no\r:svc\r", ":svc\r:po\x1b"):
            await typed(pilot, ":cm\r", turns)
            await typed(pilot, line, turns)
            assert main_of(pilot).pane.kind == "Service", (line, turns)
            assert not main_of(pilot).is_typing

    fast_and_slow(story)


def test_what_is_pasted_behind_the_key_that_opens_a_line_is_in_the_line() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        pilot.app.post_message(Key("colon", ":"))
        pilot.app.post_message(Paste("deplo"))
        await typed(pilot, "y\r", turns)
        assert main_of(pilot).pane.kind == "Deployment"

    fast_and_slow(story)


def test_what_follows_a_line_is_a_key_of_the_table_again() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        await typed(pilot, ":nodes\r:pods\r↓↓", turns)
        assert main_of(pilot).pane.table.cursor_row == 2
        assert main_of(pilot).pane.kind == "Pod"
        await typed(pilot, ":nodes\r↓\r", turns)
        assert main_of(pilot).pane.listing.query.node == "w2", "Enter on a node leads to its pods"

    fast_and_slow(story)


def test_a_filter_typed_in_one_go_filters_and_two_escapes_undo_two_things() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        await typed(pilot, ":pods\r/nosuchxdq\r", turns)
        assert main_of(pilot).pane.listing.filter.text == "nosuchxdq"
        assert main_of(pilot).pane.current() is None
        await typed(pilot, "?\x1b\x1b", turns)
        assert main_of(pilot).pane.listing.filter.text == ""
        await typed(pilot, "/web\x1b", turns)
        assert main_of(pilot).pane.listing.filter.text == ""
        await typed(pilot, ":deploy\r\r/xdq\r\x1b\x1b", turns)
        assert main_of(pilot).pane.kind == "Deployment", "the first clears the filter, the second goes up"

    fast_and_slow(story)


def test_a_number_typed_behind_the_key_that_asks_for_it_is_the_answer() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        for turns in TURNS:
            await typed(pilot, f":deploy\r/web\rS\b{5 + turns}\r\x1b", turns)
            web = client.state.find(Deployment, "web", "default")
            assert web is not None and web.spec.replicas == 5 + turns
            main_of(pilot)

    show(client, story)


def test_a_dangerous_question_is_answered_by_the_keys_behind_it() -> None:
    client = living()

    def broken() -> int:
        pods = client.state.objects(Pod.kind)
        return sum("broken" in pod.metadata.name and pod.metadata.deletion_timestamp is None for pod in pods)

    async def story(pilot: Pilot[int]) -> None:
        for turns in TURNS:
            for answer, left in (("\r", 1), ("\x1b", 1), ("→\r", 0)):
                await typed(pilot, ":pods\r/broken\rx" + answer, turns)
                main_of(pilot)
                assert broken() == left, (answer, turns)
            client.cluster.advance(client.now + 60)  # its ReplicaSet makes another

    show(client, story)


def test_keys_behind_one_that_opens_a_screen_are_that_screens() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        await typed(pilot, ":deploy\r/web\rl&GET\rw", turns)
        logs = pilot.app.screen
        assert isinstance(logs, LogsScreen)
        assert "&GET" in str(logs.view.border_subtitle) and logs.view.wrap
        await typed(pilot, "\x1b\x1b", turns)
        assert main_of(pilot).pane.listing.filter.text == "web"
        await typed(pilot, ":pods\rm↓\r", turns)
        assert main_of(pilot).pane.current() is not None
        await typed(pilot, "?q?\x1b", turns)
        main_of(pilot)

    fast_and_slow(story)


def test_what_is_typed_behind_the_key_of_the_editor_is_in_its_text() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        await typed(pilot, ":deploy\r/web\re# dxs\r", turns)
        screen = pilot.app.screen
        assert isinstance(screen, EditorScreen)
        assert screen.area.text.startswith("# dxs\n")
        await typed(pilot, "abc\b\bxyz→d", turns)
        assert screen.area.text.startswith("# dxs\naxyz"), "letters go on at once, and nothing overtakes them"
        await typed(pilot, "\x1b↓↓\r", turns)
        main_of(pilot)

    fast_and_slow(story)


def test_a_pane_that_a_line_opens_has_the_keys_behind_the_line() -> None:
    async def story(pilot: Pilot[int], turns: int) -> None:
        before = main_of(pilot).pane.number
        await typed(pilot, ":split nodes\r↓", turns)
        opened = main_of(pilot).pane
        assert (opened.kind, opened.table.cursor_row) == ("Node", 1) and opened.number != before
        await typed(pilot, ":close\r:nodes\r", turns)
        assert main_of(pilot).pane.number != opened.number and main_of(pilot).pane.kind == "Node"

    fast_and_slow(story)


def test_a_key_held_down_moves_as_often_as_it_came_and_what_follows_comes_after() -> None:
    client = living(*(node(f"n{number:02}") for number in range(60)))

    async def story(pilot: Pilot[int]) -> None:
        for turns in TURNS:
            await typed(pilot, ":pods\r:nodes\r" + "↓" * 40, turns)
            assert main_of(pilot).pane.table.cursor_row == 40
            await typed(pilot, "g" + "j" * 30 + ":" + "\b" + "j" * 3 + "\x1b", turns)
            assert main_of(pilot).pane.table.cursor_row == 30, "what follows the colon is typed"
            await typed(pilot, "kkk" * 5 + ":svc\r", turns)
            assert main_of(pilot).pane.kind == "Service"

    show(client, story)
