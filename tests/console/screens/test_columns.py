"""Columns of a pane stay where they are, say when some are left out, and name the namespace where there are several."""

import pytest
from textual.pilot import Pilot

from k9lite.widgets.columns import Column, arrange
from k9lite.widgets.pane import Pane
from tests.builders import deployment, namespace, node, pod
from tests.console.showing import NARROW, WIDE, living, pass_time, show, shown, type_line


def titles(pilot: Pilot[int]) -> list[str]:
    head = next(line for line in shown(pilot).split("\n") if "RESTARTS" in line)
    return head.split("│")[-2].split()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_long_status_is_cut_and_pushes_nothing_out(size: tuple[int, int]) -> None:
    client = living(node("w1"), deployment("web", replicas=2))

    async def story(pilot: Pilot[int]) -> None:
        kept = ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"]
        assert [each for each in titles(pilot) if each in kept] == kept
        at = shown(pilot).index("STATUS")
        await type_line(pilot, "run toolbox --image=busybox:1.36")
        await pass_time(pilot, client, 1)
        assert shown(pilot).index("STATUS") == at, "what begins and ends moves no column"
        await type_line(pilot, "patch deploy web -p " + PATCH)
        await pass_time(pilot, client, 20)
        assert [each for each in titles(pilot) if each in kept] == kept and "CreateCon" in shown(pilot)

    show(client, story, size)


PATCH = (
    '\'{"spec":{"template":{"spec":{"containers":[{"name":"main",'
    '"envFrom":[{"configMapRef":{"name":"missing"}}]}]}}}}\''
)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_namespace_is_there_where_all_are_shown_and_goes_first_where_one_is(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert titles(pilot)[0] == "NAMESPACE"
        await type_line(pilot, "pods shop")
        assert "web-0123456789" in shown(pilot)
        assert titles(pilot)[0] == "NAME"

    show(living(namespace("shop"), node("w1"), pod("web-0123456789-abcde", namespace="shop")), story, size)


def test_what_there_is_no_room_for_is_counted_in_the_frame_with_the_key_that_shows_it() -> None:
    async def story(pilot: Pilot[int]) -> None:
        pane = pilot.app.screen.query_one("#pane-2", Pane)
        assert str(pane.border_subtitle) == "w: +11 columns" and "w: +11 columns" in shown(pilot)
        await pilot.press("w")
        await pilot.pause()
        assert not pane.border_subtitle and "›" in shown(pilot)
        await pilot.press("w")
        await pilot.resize_terminal(300, 16)
        await pilot.pause()
        assert not pane.border_subtitle

    show(living(), story)


def test_a_status_is_shortened_to_a_legible_width_before_another_column_goes() -> None:
    columns = (
        Column("NAMESPACE", narrowest=9),
        Column("NAME", flexible=True),
        Column("STATUS", legible=17, narrowest=12),
        Column("NODE", priority=4),
    )
    wished = (11, 20, 26, 6)
    assert arrange(columns, wished, 69).widths == wished
    assert arrange(columns, wished, 62).widths == (11, 20, 19, 6)
    assert arrange(columns, wished, 55).shown == (0, 1, 2)
    assert arrange(columns, wished, 55).widths == (11, 20, 20)
    assert arrange(columns, wished, 45).widths == (9, 16, 16)
    assert arrange(columns, wished, 41).widths == (9, 16, 12)
    assert arrange(columns, wished, 37).widths == (9, 12, 12)
