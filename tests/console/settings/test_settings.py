"""Who is asked first about the look of the console, and what a terminal is believed to show."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from rich.color import Color
from textual.pilot import Pilot

from engine.errors import UsageError
from k9lite.preferences import Preferences
from k9lite.settings import Asked, Settings, colours_of, kept_theme, of_environment, settled, writes_unicode
from tests.console.showing import NARROW, WIDE, living, show, shown, told, type_line

RICH = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}


def sent(pilot: Pilot[int]) -> Iterator[Color]:
    """Every colour that goes to the terminal."""
    for strip in pilot.app.screen._compositor.render_strips(pilot.app.screen.size):
        for segment in strip:
            if segment.style is not None:
                yield from (each for each in (segment.style.color, segment.style.bgcolor) if each is not None)


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm"}, 16),
        ({}, 16),
        ({"TERM": "tmux-256color"}, 256),
        ({"TERM": "xterm-kitty"}, 256),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, 1 << 24),
    ],
)
def test_a_terminal_says_how_many_colours_it_shows(environ: Mapping[str, str], colours: int) -> None:
    assert colours_of(environ) == colours


@pytest.mark.parametrize(
    ("environ", "unicode"),
    [
        ({}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
    ],
)
def test_a_locale_that_is_not_utf_8_gets_ascii(environ: Mapping[str, str], unicode: bool) -> None:
    assert writes_unicode(environ) == unicode
    assert settled([], {"TERM": "xterm-256color", **environ}).ascii == (not unicode)


def test_the_command_line_is_heard_before_the_environment_and_that_before_what_was_kept() -> None:
    flags, environ = Asked(source="the command line", theme="light"), {**RICH, "K9LITE_THEME": "tritanopia"}
    assert settled([flags, *of_environment(environ)], environ, chosen_theme="high-contrast").theme == "light"
    assert settled(of_environment(environ), environ, chosen_theme="high-contrast").theme == "tritanopia"
    kept = settled([], RICH, chosen_theme="high-contrast")
    assert (kept.theme, kept.source("theme"), kept.source("ascii")) == ("high-contrast", ":theme", "by itself")
    assert settled([], RICH, chosen_theme="gone").theme == "dark"


def test_sixteen_colours_are_the_terminals_own_unless_a_theme_is_asked_for() -> None:
    assert settled([], {"TERM": "xterm"}, chosen_theme="light").theme == "terminal"
    assert settled([Asked(source="the command line", theme="light")], {"TERM": "xterm"}).theme == "light"


def test_no_color_is_heard_before_all_else() -> None:
    found = settled([Asked(source="the command line", theme="light")], {**RICH, "NO_COLOR": "1"})
    assert (found.theme, found.colourless) == ("terminal", True)
    assert not settled([], {**RICH, "NO_COLOR": ""}).colourless


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("K9LITE_THEME", "pink", 'K9LITE_THEME: there is no theme "pink": dark, light'),
        ("K9LITE_ASCII", "perhaps", "K9LITE_ASCII: 'perhaps' is neither yes nor no"),
    ],
)
def test_a_mistake_in_the_environment_is_one_line(variable: str, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        of_environment({variable: text})


def test_a_theme_is_chosen_by_name_by_key_and_from_the_list_and_is_kept(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path)

    async def story(pilot: Pilot[int]) -> None:
        assert pilot.app.theme == "dark"
        await type_line(pilot, "theme light")
        assert (pilot.app.theme, kept_theme(preferences)) == ("light", "light")
        await pilot.press("ctrl+t")
        assert pilot.app.theme == "high-contrast"
        await type_line(pilot, "theme")
        assert "✓  high-contrast" in shown(pilot)
        await pilot.press("g", "enter")
        await pilot.pause()
        assert (pilot.app.theme, kept_theme(Preferences(tmp_path))) == ("dark", "dark")
        assert "✓  dark" in shown(pilot)
        await pilot.press("escape")
        await type_line(pilot, "theme pink")
        assert pilot.app.theme == "dark"
        assert any('there is no theme "pink"' in line for line in told(pilot))

    show(living(), story, NARROW, preferences=preferences)


def test_a_theme_asked_for_elsewhere_comes_back_and_the_choice_says_so() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "theme dark")
        assert told(pilot)[-1] == "theme dark, until you leave: K9LITE_THEME asks for light"

    show(living(), story, settings=settled(of_environment({"K9LITE_THEME": "light"}), RICH))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_without_colour_no_colour_is_sent(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def story(pilot: Pilot[int]) -> None:
        assert "web-" in shown(pilot)
        assert all(colour.is_default for colour in sent(pilot))

    show(living(), story, size, settings=settled([], {**RICH, "NO_COLOR": "1"}))


def test_the_terminal_theme_takes_no_colour_but_the_sixteen() -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert all(colour.triplet is None for colour in sent(pilot))

    show(living(), story, WIDE, settings=Settings(theme="terminal"))
