"""Where only ASCII can be shown, nothing else is sent, and nothing moves; states stay apart without any colour."""

import re

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from k9lite.settings import Settings
from k9lite.widgets.ascii import ascii_text
from tests.builders import node, pod
from tests.console.every_screen import OPENERS, home
from tests.console.showing import NARROW, WIDE, lines, living, paint_what_is_looked_at, show, shown

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_screen_is_shown_in_ascii_alone_and_names_keys_as_they_are(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An arrow or ⏎ would come out as another key: ``<``, ``^``."""
    paint_what_is_looked_at(monkeypatch)

    async def story(pilot: Pilot[int]) -> None:
        for name in list(OPENERS)[part::PARTS]:
            await home(pilot)
            await OPENERS[name].open(pilot)
            await pilot.pause()
            text = shown(pilot)
            assert text.isascii(), name
            assert text.strip()
            assert not re.search(r"(^| )[<^] (Open|Fold|Lines|Enter|choose)", text), name

    show(living(), story, NARROW, settings=Settings(ascii=True))


def test_ascii_takes_the_same_cells() -> None:
    with_glyphs: list[list[str]] = []

    async def story(pilot: Pilot[int]) -> None:
        with_glyphs.append(lines(pilot))

    show(living(), story, WIDE)
    show(living(), story, WIDE, settings=Settings(ascii=True))
    rich, plain = with_glyphs
    assert [ascii_text(line) for line in rich[:-1]] == plain[:-1]
    assert "⏎ Open" in rich[-1] and "Enter Open" in plain[-1]
    assert any(line.startswith("+- 1 nodes") for line in plain)


@pytest.mark.parametrize("text", ["网关 ● ready", "café", "a…b", "ﬁne", "✓▓░╭─╮"])
def test_what_has_no_ascii_is_marked_and_as_wide(text: str) -> None:
    assert ascii_text(text).isascii()
    assert cell_len(ascii_text(text)) == cell_len(text)


def test_accents_are_dropped_and_other_scripts_marked() -> None:
    assert ascii_text("café 网") == "cafe ??"


def test_the_glyphs_of_states_stay_apart() -> None:
    assert len({ascii_text(glyph) for glyph in "●▲✗✓○"}) == 5


def test_a_state_is_told_by_a_glyph_and_a_word_as_well_as_by_colour() -> None:
    """A node that is cordoned, a pod that runs and one that cannot: read without any colour."""

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        rows = lines(pilot)
        well = next(line for line in rows if "well" in line)
        bad = next(line for line in rows if "stuck" in line and "0/1" in line)
        assert "●" in well and "Running" in well
        assert "Pending" in bad and any(f"{glyph}  default    stuck" in bad for glyph in "▲✗○")
        await pilot.press("1", "c")
        await pilot.pause()
        assert "SchedulingDisabled" in shown(pilot)

    show(living(node("w1"), pod("well"), pod("stuck", nodeSelector={"no": "such"})), story, (120, 24))
