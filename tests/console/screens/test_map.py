"""The map: nodes as boxes with their pods as cells, what is seen of a move, and thousands of nodes as a heat map."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.kinds import Node, Pod, with_metadata
from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.mapping.draw import draw
from k9lite.mapping.picture import Picture
from k9lite.mapping.slots import GHOST_SECONDS, Slots
from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.screens.text import TextScreen
from tests.builders import deployment, node, pod
from tests.console.showing import NARROW, WIDE, living, pass_time, recorded, shop, show, shown, tell


def in_zone(name: str, zone: str) -> Node:
    made = node(name)
    return with_metadata(made, labels={**made.metadata.labels, "topology.kubernetes.io/zone": zone})


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path)


def text(picture: Picture) -> str:
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in picture.lines)


def drawn(client: Client, slots: Slots, width: int = 80) -> str:
    return text(draw(client.state, client.now, width, slots))


def the_map(pilot: Pilot[int]) -> MapScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MapScreen)
    return screen


def test_nodes_are_boxes_by_zone_and_their_pods_are_lettered_cells(client: Client) -> None:
    rows = drawn(client, Slots()).splitlines()
    assert rows[0] == "no zone  4 pods"
    assert rows[1].startswith("╭─ w1 ──") and "╭─ w2 ──" in rows[1]
    cells = rows[4].replace("│", " ").split()
    assert sorted("".join(cells)) == ["!", "R", "R", "R"]
    client.close()


def test_zones_stand_beside_each_other_where_there_is_room() -> None:
    client = living(*(in_zone(f"w{zone}", zone) for zone in "abc"), seconds=1)
    assert drawn(client, Slots()).splitlines()[0].split() == ["a", "0", "pods", "b", "0", "pods"]
    assert drawn(client, Slots(), 90).splitlines()[0].split()[::3] == ["a", "b", "c"]


def test_a_node_says_what_is_not_as_it_should_be() -> None:
    client = living()
    run_command(client, ["cordon", "w1"])
    run_command(client, ["taint", "node", "w2", "dedicated=gpu:NoSchedule"])
    assert "╰─ cordoned ──" in drawn(client, Slots()) and "╰─ dedicated ──" in drawn(client, Slots())


def test_what_fits_nowhere_stands_outside() -> None:
    client = living(node("w1"), deployment("web", replicas=2), seconds=30)
    assert "no node" not in drawn(client, Slots())
    run_command(client, ["cordon", "w1"])
    run_command(client, ["scale", "deploy", "web", "--replicas=4"])
    client.cluster.advance(client.now + 5)
    assert drawn(client, Slots()).splitlines()[-3:-1] == ["no node  pods 2", "PP"]


def test_a_pod_that_goes_leaves_its_place_and_the_others_stay() -> None:
    client = living(node("w1"), pod("a"), pod("b"), pod("c"))
    slots = Slots()
    assert "R R R" in drawn(client, slots)
    run_command(client, ["delete", "pod", "b", "--grace-period=0", "--force"])
    assert "│R · R " in drawn(client, slots)
    client.cluster.advance(client.now + GHOST_SECONDS)
    assert "│R   R " in drawn(client, slots), "no longer said to have just left"
    run_command(client, ["run", "d", "--image=nginx"])
    client.cluster.advance(client.now + 10)
    picture = draw(client.state, client.now, 80, slots)
    d = client.state.find(Pod, "d", "default")
    assert d is not None and "│R R R " in text(picture), "the newcomer is where b was"
    assert picture.targets[d.metadata.uid].x == 3


def test_arrows_go_from_object_to_object() -> None:
    picture = draw((client := living(node("w1"), node("w2"), pod("a"))).state, client.now, 80, Slots())
    uid = {obj.metadata.name: obj.metadata.uid for cls in (Node, Pod) for obj in client.state.all(cls)}
    assert picture.nearest(uid["w1"], 1, 0) == uid["w2"]
    assert picture.nearest(uid["w2"], 1, 0) == uid["w2"], "there is nothing beyond"
    assert picture.nearest(uid["w2"], 0, 1) == picture.nearest(uid["w1"], 0, 1) == uid["a"]
    assert picture.nearest(uid["a"], 0, -1) in (uid["w1"], uid["w2"])


def test_thousands_of_nodes_shrink_to_a_heat_map() -> None:
    nodes = [in_zone(f"n{number:04}", "ab"[number % 2]) for number in range(2_000)]
    client = living(*nodes, seconds=1)
    run_command(client, ["cordon", "n0001"])
    picture = draw(client.state, client.now, 100, Slots())
    assert len(picture.lines) == 2 * (1 + 20) + 1
    assert "c" in text(picture).splitlines()[22] and len(picture.targets) == 2_000


def test_a_heat_map_of_many_nodes_becomes_boxes_at_the_first_press() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("m")
        await pilot.pause()
        assert "requested" in shown(pilot) and "╭─ n0000" not in shown(pilot)
        await pilot.press("z")
        assert "╭─ n0000" in shown(pilot)
        await pilot.press("z")
        assert "╭─ n0000" not in shown(pilot)

    show(living(*(in_zone(f"n{number:04}", "a") for number in range(130)), seconds=1), story, WIDE)


def test_the_map_opens_on_the_selected_object_and_leads_back_to_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert isinstance(pilot.app.screen, MainScreen)
        await pilot.press("G")
        selected = pilot.app.screen.pane.selected()[0]
        await pilot.press("m")
        await pilot.pause()
        assert the_map(pilot).selected == selected and f"pod default/{selected.name}" in shown(pilot)
        await pilot.press("d")
        assert isinstance(pilot.app.screen, TextScreen) and f"Describe Pod default/{selected.name}" in shown(pilot)
        await pilot.press("escape", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and pilot.app.screen.pane.selected() == [selected]

    show(client, story, NARROW)


def test_the_cursor_stays_with_its_pod_while_others_move() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("j", "m")
        await pilot.pause()
        selected = the_map(pilot).selected
        run_command(client, ["drain", "w1", "--ignore-daemonsets"])
        await pass_time(pilot, client, 60)
        there = the_map(pilot).selected
        assert there is not None and selected is not None
        if client.state.get(selected) is not None:
            assert there == selected
        assert "cordoned" in shown(pilot)

    show(client, story, NARROW)


def test_a_drain_is_watched_from_the_map() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "m")
        await pilot.pause()
        await pilot.press("D", "ctrl+s")
        await tell(pilot)
        assert "▶ kubectl drain w1" in shown(pilot) and "T" in shown(pilot)
        await pilot.press("X")
        assert "▶ kubectl drain w1" not in shown(pilot) and "cordoned" in shown(pilot)

    show(client, story, NARROW)


def test_the_mouse_selects_and_opens() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("m")
        await pilot.pause()
        await pilot.click("NodeMap", offset=(5, 2))
        assert the_map(pilot).selected is not None and "node w1" in shown(pilot)
        await pilot.click("NodeMap", offset=(5, 2))
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen) and "nodes" in shown(pilot)

    show(living(*shop()), story, NARROW)


def test_of_thousands_of_nodes_boxes_are_drawn_for_those_on_the_screen() -> None:
    nodes = [in_zone(f"n{number:04}", "ab"[number % 2]) for number in range(1_000)]
    client = living(*nodes, seconds=1)

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "m")
        await pilot.pause()
        await pilot.press("z")
        screen = the_map(pilot)
        assert "nodes 1 to" in shown(pilot) and "of 1,000: up and down lead on" in shown(pilot)
        before = drawn_nodes(screen)
        assert 0 < len(before) < 60
        for _ in range(20):
            await pilot.press("down")
        after = drawn_nodes(screen)
        assert after and before != after and screen.selected is not None and screen.selected.name in after
        await pilot.press("z")
        assert screen.map.target is not None and screen.selected.name in after and len(drawn_nodes(screen)) == 1_000
        await pilot.press("z")
        assert screen.selected.name in drawn_nodes(screen)
        for _ in range(20):
            await pilot.press("up")
        assert "nodes 1 to" in shown(pilot)

    show(client, story, (120, 36))


def drawn_nodes(screen: MapScreen) -> list[str]:
    return [each.ref.name for each in screen.map._picture.targets.values() if each.ref.kind == "Node"]
