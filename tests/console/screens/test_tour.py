"""The tour over the sample cluster: it moves on when a step was done, Esc ends it, and it never comes unasked."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from k9lite.preferences import Preferences
from k9lite.settings import Settings, wants_tour
from k9lite.tour import STEPS, Seen, Tour
from k9lite.widgets.tour_line import TourLine
from tests.console.showing import NARROW, WIDE, lines, living, show, shown, tell, told, type_line
from tests.scenarios.sample import sample_client

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])


async def step(pilot: Pilot[int], *keys: str) -> int:
    """Which step it is on after these keys; 0 where there is no tour."""
    await pilot.press(*keys)
    await tell(pilot)
    await pilot.pause(0.25)
    first = lines(pilot)[0]
    return int(first.split("/")[0].split()[-1]) if " Tour " in f" {first}" else 0


@SIZES
def test_each_step_is_done_by_what_it_says(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "tour")
        assert await step(pilot) == 1
        assert await step(pilot, "slash", *"shop") == 1
        assert await step(pilot, "enter") == 2
        await step(pilot, "escape", "3", "enter")
        assert await step(pilot) == 3
        assert await step(pilot, "d") == 4
        await step(pilot, "escape", "4")
        for _ in range(8):
            if await step(pilot, "j") == 5:
                break
        assert await step(pilot) == 5
        assert await step(pilot, "W") == 6
        await step(pilot, "escape")
        await type_line(pilot, "set selector svc cart app=cart -n shop")
        assert await step(pilot) == 7
        await step(pilot, "3", "escape")
        await type_line(pilot, "label deploy web tour=yes -n shop")
        assert await step(pilot) == 8
        await type_line(pilot, "scale deploy web --replicas=6 -n shop")
        assert await step(pilot) == 9
        await type_line(pilot, "rollout restart deploy web -n shop")
        assert await step(pilot) == 9
        await type_line(pilot, "rollout undo deploy web -n shop")
        assert await step(pilot) == 10
        assert await step(pilot, "m") == 11
        assert await step(pilot, "escape", "H") == len(STEPS)
        await step(pilot, "escape")
        assert await step(pilot, "escape", "escape") == 0

    show(sample_client(), story, size)


@SIZES
def test_escape_ends_it_where_there_is_nothing_else_to_leave(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "tour")
        assert await step(pilot, "y") == 1
        assert await step(pilot, "escape") == 1
        assert await step(pilot, "escape") == 0
        assert not pilot.app.screen.query(TourLine)
        assert any(":tour begins it again" in text for text in told(pilot)), "Esc may have been pressed once too often"
        await type_line(pilot, "tour")
        assert await step(pilot) == 1
        await type_line(pilot, "tour")
        assert await step(pilot) == 0

    show(living(), story, size)


def test_it_never_comes_unasked() -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert await step(pilot) == 0

    show(living(), story)


def test_only_the_first_start_of_a_user_wants_it(tmp_path: Path) -> None:
    fresh = Preferences(tmp_path / "k9lite")
    assert wants_tour(fresh, {})
    assert not wants_tour(fresh, {"CI": "true"})
    assert not wants_tour(fresh, {"K9LITE_TOUR": "no"})
    assert not wants_tour(Preferences(), {})

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "tour")

    show(living(), story, preferences=fresh)
    assert not wants_tour(fresh, {})


def test_in_the_linear_mode_it_is_told() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "tour")
        await step(pilot, "slash", "w", "enter")
        assert "Tour 2/" in shown(pilot)

    show(living(), story, settings=Settings(linear=True))


def test_a_line_that_was_run_before_a_step_does_not_end_it() -> None:
    seen = Seen(screen="MainScreen", kind="Deployment", name="web", filter="", depth=0, line="kubectl scale deploy web")
    at = next(number for number, each in enumerate(STEPS) if each.says.startswith("Press S"))
    assert Tour(at, seen.line).after(seen).step == at
    assert Tour(at, "kubectl label deploy web a=b").after(seen).step == at + 1


def test_every_step_fits_a_narrow_screen() -> None:
    assert all(len(Tour(number).text) <= NARROW[0] - 2 for number in range(len(STEPS)))
