"""What the screens look like, colours and all: SVGs kept beside this file.

``K9LITE_UPDATE_SNAPSHOTS=1`` draws them anew. The text is asserted first: a picture only holds the rest.
"""

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from k9lite.client import Client
from k9lite.settings import Settings
from tests.console.showing import NARROW, WIDE, Story, living, recorded, show, shown, svg, type_line
from tests.screens.picture import PICTURE, main

PICTURES = Path(__file__).parent / "snapshots"
DEEDS = ("cordon w1", "scale deploy web --replicas=5")


def picture(
    name: str, client: Client, story: Story, size: tuple[int, int], *expected: str, theme: str = "dark"
) -> None:
    """Plays ``story``, then compares text and picture."""

    async def then_draw(pilot: Pilot[int]) -> None:
        await story(pilot)
        await pilot.pause()
        text = shown(pilot)
        for each in expected:
            assert each in text
        drawn = svg(pilot, name)
        path = PICTURES / f"{name}-{size[0]}x{size[1]}.svg"
        if os.environ.get("K9LITE_UPDATE_SNAPSHOTS") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(drawn)
        assert path.exists(), "no such picture yet: K9LITE_UPDATE_SNAPSHOTS=1 draws it"
        assert drawn == path.read_text(), f"{path.name} differs; K9LITE_UPDATE_SNAPSHOTS=1 draws it anew"

    show(client, then_draw, size, settings=Settings(theme=theme))


def keys(*pressed: str) -> Story:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press(*pressed)

    return story


def typed(line: str) -> Story:
    return lambda pilot: type_line(pilot, line)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_main_screen(size: tuple[int, int]) -> None:
    picture("main", living(), keys("j"), size, "k9lite test", "nodes 2/2", "web-")


@pytest.mark.parametrize(("name", "theme"), [("replay", "dark"), ("replay-light", "light")])
def test_a_recording(name: str, theme: str, tmp_path: Path) -> None:
    client = recorded(tmp_path, deeds=DEEDS)
    back_twice = keys("1", "left_square_bracket", "left_square_bracket")
    picture(name, client, back_twice, NARROW, "REPLAY", "kubectl cordon w1", "◆", theme=theme)


CASES: dict[str, tuple[Story, tuple[int, int], tuple[str, ...]]] = {
    "drain-dialog": (keys("1", "D"), NARROW, ("Drain node w1", "[x] Leave DaemonSet pods alone", "Esc cancel")),
    "drain-progress": (typed("drain w1"), NARROW, ("X cancels", "evicting pod default/web-")),
    "describe": (keys("d"), NARROW, ("Describe Pod default/broken-", "Namespace:")),
    "filter": (keys("slash", *"web"), NARROW, ("[3/4]", "/ web")),
    "help": (keys("question_mark"), NARROW, ("Help", "Set or remove labels")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_screen(name: str) -> None:
    story, size, expected = CASES[name]
    picture(name, living(), story, size, *expected)


def test_the_picture_of_the_readme_shows_a_rollout_that_stalls(tmp_path: Path) -> None:
    main(tmp_path / "console.svg")
    drawn = (tmp_path / "console.svg").read_text().replace("&#160;", " ")
    for text in (drawn, PICTURE.read_text().replace("&#160;", " ")):
        assert "k9lite sample-cluster" in text and "ImagePullBackOff" in text and "3 deployments(all) [10]" in text
