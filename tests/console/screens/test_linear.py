"""The linear mode: what has the focus is told in words, in the first line, and nothing stands beside anything."""

import pytest
from textual.pilot import Pilot

from k9lite.mapping.words import in_words
from k9lite.settings import Settings
from k9lite.widgets.announcement import Announcement
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.spoken import of_row
from tests.builders import deployment, node, pod_spec
from tests.console.every_screen import OPENERS, home
from tests.console.showing import NARROW, WIDE, lines, living, paint_what_is_looked_at, show, shown, type_line

LINEAR = Settings(linear=True)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


async def heard(pilot: Pilot[int], *keys: str) -> str:
    """What is told after these keys, in full."""
    await pilot.press(*keys)
    await pilot.pause(0.25)
    line = pilot.app.screen.query_one(Announcement)
    assert line.region.y == 0 and line.region.height == 1
    assert lines(pilot)[0][:40].rstrip("…") in line.text
    return line.text


@SIZES
def test_the_selected_row_is_told_in_words_at_a_fixed_place(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        first = await heard(pilot)
        assert (
            first.startswith("broken-")
            and ", not well; row 1 of 4; main: " in first
            and "; in 2 pods(all) [4]; " in first
        )
        assert "READY 0/1, STATUS ImagePullBackOff" in first
        assert not set("●▲✗✓○▌◆") & set(first)
        second = await heard(pilot, "j")
        assert second.startswith("web-") and ", well; row 2 of 4" in second
        assert "marked" in await heard(pilot, "space")
        assert "in 3 deployments(all)" in await heard(pilot, "3")

    show(living(), story, size, settings=LINEAR)


@SIZES
def test_texts_forms_fields_and_lines_are_told_too(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert "line 1 of " in await heard(pilot, "y")
        assert (await heard(pilot, "j")).startswith("kind: Pod; line 2 of ")
        await heard(pilot, "escape", "3")
        assert await heard(pilot, "S") == "Replicas: 1; in Scale"
        assert "button" in await heard(pilot, "tab")
        await heard(pilot, "escape")
        assert await heard(pilot, "colon", "p", "o") == "command: po"
        assert (await heard(pilot, "escape", "slash", "w")).startswith("filter: w")
        await heard(pilot, "escape")
        assert (await heard(pilot, "m")).startswith("w1: Ready; cpu ")

    show(living(), story, size, settings=LINEAR)


def test_what_is_told_in_passing_is_told_first_and_floats_over_nothing() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "cordon nosuch")
        assert (await heard(pilot)).startswith('Error from server (NotFound): nodes "nosuch" not found; ')
        assert shown(pilot).count("nosuch") == 1

    show(living(), story, WIDE, settings=LINEAR)


def test_nothing_stands_beside_anything_and_nothing_is_framed() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await heard(pilot)
        assert not set("╭│╰┃━") & set(shown(pilot))
        assert "NAMESPACE" in shown(pilot) and "TAINTS" not in shown(pilot)
        await heard(pilot, "1")
        assert "TAINTS" in shown(pilot)
        assert pilot.app.animation_level == "none"

    show(living(), story, (200, 60), settings=LINEAR)


PARTS = 4
FRAMES = set("╭╮╰╯│─┏┓┗┛┃━┌┐└┘├┤▔▁")


@pytest.mark.parametrize("part", range(PARTS))
def test_no_screen_is_framed_and_each_says_in_words_where_one_is(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    paint_what_is_looked_at(monkeypatch)

    async def story(pilot: Pilot[int]) -> None:
        for name in list(OPENERS)[part::PARTS]:
            await home(pilot)
            await OPENERS[name].open(pilot)
            await heard(pilot)
            text = shown(pilot)
            assert not FRAMES & set(text), (name, FRAMES & set(text))
            line = pilot.app.screen.query_one(Announcement).text
            assert line.strip(), f"{name} says nothing"
            assert not set("●▲✗✓○◆") & set(line.partition(";")[0]), (name, line)

    show(living(), story, WIDE, settings=LINEAR)


def test_the_map_is_lines_of_words_that_are_told_one_after_the_other() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "cordon w2")
        await heard(pilot, "m")
        told = [await heard(pilot, key) for key in "gjjj"]
        assert any("w1: Ready; cpu " in each and "% requested" in each and " pods: " in each for each in told)
        assert any("w2: Ready cordoned; cpu " in each for each in told)
        assert any("default/broken-" in each and ": failing" in each for each in told)
        assert " running" in shown(pilot)
        assert not set("▓░╭│") & set(shown(pilot))

    show(living(), story, WIDE, settings=LINEAR)


def test_pods_that_are_on_no_node_are_lines_as_well() -> None:
    state = living(node("w1"), deployment("big", template=pod_spec(resources={"requests": {"cpu": "900"}}))).state
    picture = in_words(state, state.time, 200)
    lines = ["".join(piece.text for piece in line) for line in picture.lines]
    assert lines[0].startswith("w1: Ready; ") and lines[0].endswith("no pods")
    assert lines[1] == "no node: 1 pod"
    assert lines[2].startswith("  default/big-") and lines[2].endswith(": pending")
    assert [each.line for each in picture.targets.values()] == [0, 2]
    narrow = in_words(state, state.time, 60)
    assert all(len(line[0].text) <= 60 for line in narrow.lines)
    assert narrow.lines[1][0].text.startswith("    ") and narrow.told == picture.told


def test_a_row_is_told_without_what_says_nothing() -> None:
    columns = (Column(""), Column("NAMESPACE"), Column("NAME"), Column("IP"), Column("AGE"))
    cells = (Cell("▲"), Cell("shop"), Cell("web"), Cell("-"), Cell("2m"))
    assert of_row(columns, cells) == ("web", "warning", "NAMESPACE shop, AGE 2m")


def test_without_it_there_is_no_such_line() -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert not pilot.app.screen.query(Announcement)

    show(living(), story)
