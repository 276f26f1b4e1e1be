"""Every key of every screen can be another: it does the same there, and help, hints and footers name it."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine.errors import UsageError
from k9lite.config.file import parse
from k9lite.config.keys import actions, look_for_mistakes
from k9lite.config.shown import in_force
from k9lite.hints import hints
from k9lite.screens import choose, editor, form, labels, review, shell, text
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.log_keys import STRIP, WIDE_STRIP
from k9lite.screens.logs import LogsScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.text import TextScreen
from k9lite.settings import Settings, settled
from k9lite.widgets.command_line import CommandLine
from k9lite.widgets.pressing import KeyLine, key_of, line_of
from k9lite.widgets.text_view import TextView
from k9lite.widgets.yaml_area import YamlArea
from tests.console.every_screen import OPENERS, home
from tests.console.pressing import hit, line
from tests.console.showing import WIDE, living, show, shown, told

Check = Callable[[Pilot[int]], object]


def settings(keys: dict[str, str]) -> Settings:
    text = "keys:\n" + "".join(f"  {action}: {key}\n" for action, key in keys.items())
    config = parse(text, "config.yaml", look_for_mistakes)
    return settled(config.asked, {"TERM": "xterm-256color"}, config=config)


def at(kind: type) -> Check:
    return lambda pilot: isinstance(pilot.app.screen, kind)


def says(text: str) -> Check:
    return lambda pilot: text in shown(pilot)


def manifest(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one(YamlArea).text


def typed(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one(CommandLine).value


CASES: dict[str, tuple[str, tuple[str, ...], str, str, Check]] = {
    "main.help": ("pane-pod", (), "question_mark", "f8 Help", at(TextScreen)),
    "verb.describe": ("place-xray", (), "d", "f8 Describe", at(TextScreen)),
    "rows.filter": ("place-pulses", (), "slash", "f8 Filter", lambda pilot: isinstance(pilot.app.focused, Input)),
    "map.heat": ("place-map", (), "z", "", says("░▒▓█ requested")),
    "text.close": ("verb-describe", (), "q", "f8 Back", at(MainScreen)),
    "text.wrap": ("verb-describe", (), "w", "f8 Wrap", lambda pilot: pilot.app.screen.query_one(TextView).wrap),
    "logs.numbers": ("verb-logs", (), "number_sign", "", says("    1 ")),
    "logs.search": ("verb-logs", (), "slash", "f8 Find", lambda pilot: isinstance(pilot.app.focused, Input)),
    "edit.review": ("verb-edit", ("x",), "ctrl+s", "f8 Apply", lambda pilot: "line 1: " in "".join(told(pilot))),
    "edit.close": ("verb-edit", ("x",), "escape", "f8 Back", at(ChooseScreen)),
    "yaml.complete": ("verb-edit", (), "tab", "f8 Complete", lambda pilot: manifest(pilot).startswith("  ")),
    "labels.cancel": ("verb-label", (), "escape", "f8 cancel", at(MainScreen)),
    "labels.remove": ("verb-label", ("down",), "x", "f8 remove it", says("removed")),
    "form.cancel": ("verb-scale", (), "escape", "f8 cancel", at(MainScreen)),
    "form.confirm": ("verb-scale", (), "ctrl+s", "f8 do it", at(MainScreen)),
    "form.help": ("verb-drain", (), "f1", "", says("In this dialog")),
    "choose.cancel": ("verb-logs", ("C",), "escape", "f8 cancels", at(LogsScreen)),
    "shell.clear": ("verb-exec", (*"echo hi", "enter"), "ctrl+l", "", lambda pilot: "echo hi" not in shown(pilot)),
    "shell.close": ("verb-exec", (), "escape", "", at(MainScreen)),
    "line.complete": ("pane-pod", ("colon", *"deploym"), "f9", "", lambda pilot: "deployment" in typed(pilot)),
    "line.close": ("pane-pod", ("colon",), "escape", "", lambda pilot: not isinstance(pilot.app.focused, Input)),
    "ledger.copy": ("place-ledger", (), "Y", "f8 Copy", lambda pilot: "kubectl cordon" in pilot.app.clipboard),
    "xray.fold": ("place-xray", (), "space", "f8 Fold", says("▸")),
    "containers.logs": ("place-containers", (), "f9", "f8 Logs", at(LogsScreen)),
}
"""An action: where it is, what is pressed first, its key as it was, what a hint says, and what it does."""


@pytest.mark.parametrize("action", CASES)
def test_a_key_that_was_given_does_the_same(action: str) -> None:
    name, before, was, hint, did = CASES[action]
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await line(pilot, "cordon w2")
        await OPENERS[name].open(pilot)
        for key in before:
            await hit(pilot, key)
        await pilot.pause()
        assert hint in shown(pilot)
        assert not did(pilot)
        await hit(pilot, was)
        await pilot.pause()
        assert not did(pilot), f"{was} does it still"
        await hit(pilot, "f8")
        await pilot.pause()
        assert did(pilot)

    show(client, story, WIDE, settings=settings({action: "f8"}))


@pytest.mark.parametrize("name", ["pane-pod", "place-map", "place-ledger", "verb-logs", "verb-describe"])
def test_a_help_page_shows_the_key_that_was_given(name: str) -> None:
    given = {"main.help": "f8", "map.help": "f8", "rows.help": "f8", "logs.help": "f8", "text.help": "f8"}

    async def story(pilot: Pilot[int]) -> None:
        await OPENERS[name].open(pilot)
        await hit(pilot, "f8")
        page = pilot.app.screen
        assert isinstance(page, TextScreen)
        assert "f8                     What every key does" in page.view.text()
        assert "question_mark" not in page.view.text()

    show(living(), story, WIDE, settings=settings(given))


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("edit.close: ctrl+s", "line 2: edit.close and edit.review both want the key ctrl+s in the editor"),
        ("edit.review: ctrl+k", "line 2: edit.review and “Delete to line end” both want the key ctrl+k in the editor"),
        ("edit.review: x", "line 2: the key x is typed into a manifest: edit.review needs one that is not"),
        ("line.close: space", "line 2: the key space is typed into a command: line.close needs one that is not"),
        ("labels.add: x", "line 2: labels.add and labels.remove both want the key x in the table of labels"),
        ("form.cancel: ctrl+s", "line 2: form.cancel and form.confirm both want the key ctrl+s in a form"),
        ("shell.clear: ctrl+c", "line 2: shell.clear and shell.interrupt both want the key ctrl+c in a shell"),
        ("ledger.copy: d", "line 2: ledger.copy and verb.describe both want the key d in the list of ledger"),
        ("verb.describe: t", "line 2: verb.describe and"),
        ("choose.down: k", "line 2: choose.down and choose.up both want the key k in a choice"),
        ("line.earlier: down", "line 2: line.earlier and line.later both want the key down in the command line"),
    ],
)
def test_a_conflict_within_one_screen_is_told_with_its_line(keys: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(f"keys:\n  {keys}\n", "config.yaml", look_for_mistakes)
    assert says in str(raised.value)


def test_what_overlapped_before_anybody_was_asked_is_no_conflict() -> None:
    parse("keys: {containers.logs: [l, f8], main.back: [escape, f9]}", "config.yaml", look_for_mistakes)


def test_every_hint_of_a_line_names_the_key_of_its_action() -> None:
    there = actions()
    dialogs = (form.HINTS, labels.HINTS, review.HINTS, choose.HINTS)
    lines = (STRIP, WIDE_STRIP, text.HINTS, editor.HINTS, shell.HINTS, *dialogs)
    for keys, _, names in (hint for each in lines for hint in each):
        for key, name in zip(keys.split(), names.split(), strict=False):
            assert key_of(key).lower() in there[name].key.lower().split(","), name


def test_hints_of_rows_name_the_keys_of_their_actions() -> None:
    there, shown = actions(), {what: key_of(key) for key, what in hints([], "Pod", read_only=False)}
    assert shown["Events"] in there["main.events"].key.split(",")
    assert shown["Open"] in there["table.select"].key.split(",")


def test_lines_of_keys_are_as_they_were_where_nothing_was_given() -> None:
    assert line_of(None, STRIP) == "Esc Back  / Find  & Filter  f Follow  w Wrap  e Error  J JSON  S Save  ? Keys"


def test_each_of_several_keys_of_a_hint_is_pressed_by_a_click_on_it() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await home(pilot)
        await OPENERS["verb-describe"].open(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, TextScreen)
        text = str(screen.query_one(KeyLine).render())
        await pilot.click(KeyLine, offset=(1 + text.index("G Ends"), 0))
        await pilot.pause()
        assert screen.view.cursor_line == screen.view.line_count - 1
        await pilot.click(KeyLine, offset=(1 + text.index("g G Ends"), 0))
        await pilot.pause()
        assert screen.view.cursor_line == 0

    show(living(), story, WIDE)


def test_all_that_is_given_is_in_force() -> None:
    found = {each.name: each.value for each in in_force(settings({"edit.review": "f8", "ledger.copy": "f9"}))}
    assert found["keys edit.review"] == "f8" and found["keys ledger.copy"] == "f9"
