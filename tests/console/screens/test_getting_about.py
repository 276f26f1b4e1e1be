"""Getting about in panes: only faults, to the owner, back to the last view, to a namespace; names, rows and pictures
taken along."""

import csv
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.kinds import from_manifest, load_yaml
from engine.store.state import State
from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.filters import toggled
from k9lite.places import BY_WORD
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from k9lite.screens.main import MainScreen
from k9lite.screens.rows import RowsScreen
from k9lite.trail import Trail
from tests.builders import deployment, namespace, node, pod
from tests.console.showing import NARROW, WIDE, living, pass_time, recorded, show, shown, told, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path, deeds=["label deploy web tier=front"])


def main(pilot: Pilot[int]) -> MainScreen:
    assert isinstance(pilot.app.screen, MainScreen)
    return pilot.app.screen


def test_only_faults_are_left_and_the_filter_that_was_there_stays(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("f")
        assert "pods(all) [1/4]  /health:warn|bad" in shown(pilot) and "broken-" in shown(pilot)
        await pilot.press("f")
        assert "pods(all) [4]" in shown(pilot)
        await pilot.press("slash", *"web", "enter", "f")
        assert "[0/4]  /web health:warn|bad" in shown(pilot)
        await pilot.press("f")
        assert "[3/4]  /web" in shown(pilot) and "health" not in shown(pilot)

    show(client, story, NARROW)


def test_faults_are_asked_for_in_every_alternative_of_a_filter() -> None:
    assert toggled("") == "health:warn|bad" and toggled("health:warn|bad") == ""
    assert toggled("a | b or c") == "a health:warn|bad | b health:warn|bad | c health:warn|bad"
    assert toggled(toggled("a | b")) == "a | b"


def test_a_fault_that_comes_is_shown_and_one_that_is_mended_goes() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "f")
        assert "deployments(all) [1/2]" in shown(pilot)
        assert run_command(client, ["set", "image", "deploy", "broken", "main=nginx:1.27"]) == 0
        await pass_time(pilot, client, 60)
        assert "deployments(all) [0/2]" in shown(pilot)

    show(client, story, NARROW)


def test_one_goes_up_to_the_owner_and_back(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("J")
        assert "replicasets(default) [1]" in shown(pilot) and "owner of pod/" in shown(pilot)
        await pilot.press("J")
        assert "deployments(default) [1]" in shown(pilot)
        await pilot.press("J")
        assert told(pilot)[-1].endswith("belongs to nothing")
        await pilot.press("escape", "escape")
        assert "pods(all) [4]" in shown(pilot)

    show(client, story, NARROW)


def test_the_last_view_comes_back_with_its_filter_and_so_does_the_one_before(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("b")
        assert told(pilot) == ["this pane has shown nothing else yet"]
        await pilot.press("slash", *"web", "enter")
        await type_line(pilot, "svc")
        assert "services(all)" in shown(pilot)
        await pilot.press("b")
        assert "pods(all) [3/4]  /web" in shown(pilot)
        await type_line(pilot, "back")
        assert "services(all)" in shown(pilot)

    show(client, story, NARROW)


def test_namespaces_are_chosen_from_a_list_with_those_looked_at_lately_first() -> None:
    client = living(namespace("shop"), node("w1"), deployment("cart", namespace="shop", replicas=2), pod("alone"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("n")
        assert isinstance(pilot.app.screen, RowsScreen)
        row = next(line for line in shown(pilot).splitlines() if " shop " in line)
        assert row.split()[3:7] == ["2", "1", "0", "0"]
        await pilot.press("slash", *"shop", "enter", "enter")
        assert "pods(shop) [2]" in shown(pilot)
        await pilot.press("n")
        assert isinstance(pilot.app.screen, RowsScreen)
        assert list(pilot.app.screen.table.shown_keys())[:2] == ["all", "shop"]
        await pilot.press("enter")
        assert "pods(all) [3]" in shown(pilot)

    show(client, story, NARROW)


def test_names_and_the_last_line_are_copied(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("C")
        obj = main(pilot).pane.current()
        assert obj is not None and told(pilot)[-1] == f"copied: {obj.metadata.name}"
        await pilot.press("Y")
        expected = "nothing was done yet: there is no line to copy"
        if client.read_only:
            expected = "copied: kubectl label deploy web tier=front"
        assert told(pilot)[-1] == expected

    show(client, story, NARROW)


def test_the_table_is_saved_as_rows_or_objects(client: Client, tmp_path: Path) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"web", "enter")
        await type_line(pilot, f"save {tmp_path}/rows.csv")
        await type_line(pilot, f"save {tmp_path}/objects.yaml")
        await pilot.pause(0.1)
        assert told(pilot)[-1].startswith("saved 3 rows in")
        await type_line(pilot, f"save {tmp_path}/rows.csv")
        assert told(pilot)[-1].endswith("is there already: nothing was written")
        await type_line(pilot, f"save {tmp_path}/rows.doc")
        assert told(pilot)[-1].startswith("save FILE.csv")

    show(client, story, NARROW)
    rows = list(csv.reader((tmp_path / "rows.csv").read_text().splitlines()))
    assert rows[0][:3] == ["HEALTH", "NAMESPACE", "NAME"] and [row[0] for row in rows[1:]] == ["ok"] * 3
    assert [each["kind"] for each in load_yaml((tmp_path / "objects.yaml").read_text(), "objects.yaml")] == ["Pod"] * 3


def test_what_is_on_the_screen_is_saved_as_picture_or_text(client: Client, tmp_path: Path) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, f"screenshot {tmp_path}/a.txt")
        await type_line(pilot, f"screenshot {tmp_path}/a.svg")
        await type_line(pilot, f"screenshot {tmp_path}/a.gif")
        assert told(pilot)[-1].startswith("screenshot FILE.svg")

    show(client, story, NARROW)
    kept = (tmp_path / "a.txt").read_text()
    assert "pods(all) [4]" in kept and ": screenshot" not in kept
    assert (tmp_path / "a.svg").read_text().startswith("<svg")


def test_any_screen_is_kept_as_a_picture_of_itself(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "ledger")
        await type_line(pilot, "screenshot ledger.txt")
        assert isinstance(pilot.app.screen, RowsScreen)
        await pilot.press("escape", "y", "ctrl+p", "ctrl+p")
        assert told(pilot)[-1].startswith("what is on the screen is in k9lite-")

    show(client, story, NARROW)
    assert "ledger [" in (tmp_path / "ledger.txt").read_text()
    pictures = sorted(tmp_path.glob("k9lite-*.svg"), key=lambda path: len(path.name))
    assert [path.name.count("-") for path in pictures] == [6, 7], "the second has a number behind its name"
    assert all("YAML" in path.read_text() for path in pictures)


def test_a_trail_knows_what_a_pane_listed_before_and_a_filter_alone_is_no_other_view() -> None:
    trail = Trail()
    pods, nodes = Query(kind="Pod", namespace="shop"), Query(kind="Node")
    trail.note(1, (pods, "", None))
    trail.note(1, (pods, "web", "uid-7"))
    assert trail.before(1) is None
    trail.note(1, (nodes, "", None))
    assert trail.before(1) == (pods, "web", "uid-7") and trail.before(2) is None
    assert trail.namespaces == ["shop"]


def test_a_kind_is_asked_for_with_its_filter(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "po default /restarts<1 web")
        assert "pods(default) [3/4]  /restarts<1 web" in shown(pilot)

    show(client, story, WIDE)


def test_enter_leads_to_places_that_there_are() -> None:
    led = {kind: resource.place for kind, resource in RESOURCES.items() if resource.place}
    assert set(led.values()) <= set(BY_WORD)
    assert led["Pod"] == "containers" and led["PersistentVolumeClaim"] == "used-by" and led["Role"] == "rights"


def test_a_volume_leads_to_its_claim_and_a_budget_to_its_pods() -> None:
    meta = {"name": "v1"}
    claim = {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data"}
    volume = from_manifest(
        {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": meta, "spec": {"claimRef": claim}}
    )
    led = RESOURCES["PersistentVolume"].drill(volume, State())
    assert led is not None and (led.kind, led.namespace, led.name) == ("PersistentVolumeClaim", "shop", "data")
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    meta = {"name": "web", "namespace": "shop"}
    budget = from_manifest(
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": spec}
    )
    led = RESOURCES["PodDisruptionBudget"].drill(budget, State())
    assert led is not None and led.kind == "Pod" and led.namespace == "shop" and led.selector is not None


def test_the_last_view_comes_back_with_the_cursor_on_the_object_it_was_on(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("j", "j")
        await pilot.pause()
        at = main(pilot).pane.table.cursor_key
        await type_line(pilot, "nodes")
        await pilot.press("j")
        await pilot.pause()
        node_at = main(pilot).pane.table.cursor_key
        await pilot.press("minus")
        await pilot.pause()
        assert main(pilot).pane.kind == "Pod" and main(pilot).pane.table.cursor_key == at
        await pilot.press("minus")
        await pilot.pause()
        assert main(pilot).pane.kind == "Node" and main(pilot).pane.table.cursor_key == node_at

    show(client, story)
