"""The editor on the pilot: what is wrong while it is typed, what changes before it does, conflicts, nothing lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.api.writes import Delete, Patch
from engine.kinds import ConfigMap, Deployment, Ref
from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.editor import EditorScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.review import ReviewScreen
from tests.builders import deployment, node
from tests.console.showing import NARROW, WIDE, living, pass_time, recorded, show, shown, told, type_line

WEB = Ref("Deployment", "default", "web")


def cluster(*, read_only: bool = False) -> EmbeddedClient:
    return living(node("w1"), deployment("web", replicas=2), read_only=read_only)


def replicas(client: EmbeddedClient) -> int:
    found = client.state.find(Deployment, "web", "default")
    assert found is not None and found.spec.replicas is not None
    return found.spec.replicas


def editor(pilot: Pilot[int]) -> EditorScreen:
    screen = pilot.app.screen
    assert isinstance(screen, EditorScreen)
    return screen


async def opened(pilot: Pilot[int]) -> EditorScreen:
    await pilot.press("3", "e")
    await pilot.pause()
    return editor(pilot)


async def change(pilot: Pilot[int], old: str, new: str) -> None:
    area = editor(pilot).area
    assert old in area.text
    area.text = area.text.replace(old, new, 1)
    await pilot.pause()


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    while not holds():
        await pilot.pause(0.02)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_is_changed_is_shown_before_it_is_done(size: tuple[int, int]) -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        await opened(pilot)
        assert "Edit deployment/web" in shown(pilot) and "apiVersion: apps/v1" in shown(pilot)
        assert "status" not in editor(pilot).area.text and "nothing wrong is known" in shown(pilot)
        await change(pilot, "replicas: 2", "replicas: 3")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReviewScreen)
        assert "-  replicas: 2" in shown(pilot) and "+  replicas: 3" in shown(pilot)
        assert replicas(client) == 2
        await pilot.press("enter")
        await pilot.pause()
        assert replicas(client) == 3 and isinstance(pilot.app.screen, MainScreen)
        assert "deployment.apps/web edited" in told(pilot)
        assert client.done()[-1].deed == "kubectl edit deployment.apps/web -n default"

    show(client, story, size)


def test_mistakes_are_told_while_they_are_typed_and_nothing_wrong_is_applied() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        await change(pilot, "replicas: 2", "replicas: two")
        await until(pilot, lambda: bool(screen.problems))
        assert "spec.replicas: a whole number was expected, not text" in shown(pilot)
        await pilot.press("ctrl+s")
        assert pilot.app.screen is screen
        assert screen.area.document.get_line(screen.area.cursor_location[0]) == "  replicas: two"
        await pilot.press("end", "ctrl+s", "backspace", "ctrl+s", "backspace")
        assert "  replicas: t\n" in screen.area.text, "the cursor stays in the line that is being mended"
        await change(pilot, "replicas: t\n", "replicas: -1\n")
        await until(pilot, lambda: "Invalid value" in shown(pilot))
        assert "spec.replicas: Invalid value: -1: must be greater than or equal to 0" in shown(pilot)
        await pilot.press("ctrl+s")
        assert pilot.app.screen is screen and replicas(client) == 2
        await change(pilot, "replicas: -1", "replicas: [")
        await until(pilot, lambda: "YAML" in shown(pilot))
        await pilot.press("ctrl+home", "ctrl+g")
        assert screen.area.cursor_location[0] > 5

    show(client, story)


def test_names_are_completed_explained_and_lines_go_on_as_far_in() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        row = screen.area.text.split("\n").index("  replicas: 2")
        screen.area.move_cursor((row, len("  replicas: 2")))
        await pilot.pause()
        assert "spec.replicas <integer>: How many pods" in shown(pilot)
        await pilot.press("enter", *"minR", "tab", *"5")
        assert screen.area.document.get_line(row + 1) == "  minReadySeconds: 5"
        await pilot.press("enter", *"re", "tab")
        assert screen.area.document.get_line(row + 2) in ("  re", "  revisionHistoryLimit: ", "  replicas: ")

    show(client, story)


def test_what_the_cluster_refused_is_in_the_ledger() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        await change(pilot, "replicas: 2", "replicas: -2")
        await until(pilot, lambda: bool(screen.problems))
        await pilot.press("ctrl+s")
        await pilot.press("escape", "end", "enter")
        await pilot.pause()
        await type_line(pilot, "ledger")
        row = next(line for line in shown(pilot).splitlines() if "kubectl edit" in line)
        assert "✗" in row and "deployment" in row

    show(client, story, WIDE)


def test_changes_are_not_lost_unasked() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        await change(pilot, "replicas: 2", "replicas: 3")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ChooseScreen) and "Changes not applied" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert editor(pilot) is screen
        await pilot.press("escape", "end", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen) and replicas(client) == 2
        await opened(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story)


def test_changes_of_two_are_merged_where_they_are_in_different_fields() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await change(pilot, "replicas: 2", "replicas: 3")
        client.submit([Patch(WEB, {"metadata": {"labels": {"tier": "front"}}}, "merge")])
        await pass_time(pilot, client, 1)
        assert "changed on the server meanwhile" in shown(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "+    tier: front" in shown(pilot) and "Keep both" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert "+  replicas: 3" in shown(pilot) and "tier: front" in editor_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        found = client.state.find(Deployment, "web", "default")
        assert replicas(client) == 3 and found is not None and found.metadata.labels["tier"] == "front"

    show(client, story)


def editor_text(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen_stack[-2]
    assert isinstance(screen, EditorScreen)
    return screen.area.text


def test_where_two_changed_the_same_one_chooses() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        await change(pilot, "replicas: 2", "replicas: 3")
        client.submit([Patch(WEB, {"spec": {"replicas": 7}}, "merge")])
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "Overwrite theirs in spec.replicas" in shown(pilot) and "You both changed:" in shown(pilot)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen and "replicas: 7" in screen.area.text
        await change(pilot, "replicas: 7", "replicas: 4")
        client.submit([Patch(WEB, {"spec": {"replicas": 8}}, "merge")])
        await pilot.press("ctrl+s", "enter")
        await pilot.pause()
        assert "-  replicas: 8" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert replicas(client) == 4

    show(client, story)


def test_a_new_object_is_written_from_a_draft_or_by_hand() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "new configmap")
        assert "kind: ConfigMap" in shown(pilot)
        await change(pilot, "name: new", "name: settings")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "configmap/settings (new)" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        found = client.state.find(ConfigMap, "settings", "default")
        assert found is not None and found.data == {"key": "value"}
        await type_line(pilot, "create")
        assert editor(pilot).area.text == ""
        await pilot.press(*"kind: X", "ctrl+s")
        assert "apiVersion is missing" in shown(pilot)
        await pilot.press("escape", "end", "enter")
        await type_line(pilot, "new nonsense")
        assert any("nonsense is no kind" in line for line in told(pilot))
        await type_line(pilot, "edit configmap/settings")
        assert "Edit configmap/settings" in shown(pilot)

    show(client, story)


def test_where_nothing_may_be_changed_it_is_only_read(tmp_path: Path) -> None:
    async def story(pilot: Pilot[int]) -> None:
        screen = await opened(pilot)
        before = screen.area.text
        await pilot.press(*"abc", "tab", "enter", "ctrl+o", "ctrl+s", "delete", "backspace")
        assert screen.area.text == before and pilot.app.screen is screen
        assert "read-only" in shown(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MainScreen)

    show(cluster(read_only=True), story)
    show(recorded(tmp_path, node("w1"), deployment("web")), story)


def test_what_is_gone_can_not_be_edited_any_more() -> None:
    client = cluster()

    async def story(pilot: Pilot[int]) -> None:
        await opened(pilot)
        await change(pilot, "replicas: 2", "replicas: 3")
        client.submit([Delete(ref=WEB)])
        await pass_time(pilot, client, 1)
        assert "it is gone" in shown(pilot)
        await pilot.press("ctrl+s")
        assert any("is gone" in line for line in told(pilot))

    show(client, story)
