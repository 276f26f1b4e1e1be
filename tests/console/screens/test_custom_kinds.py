"""Custom kinds in the console: their own columns, live as definitions change, and what an operator does to them."""

from typing import Any

import pytest
from textual.pilot import Pilot

from engine.api.writes import Create, Delete, Patch
from engine.kinds import Ref, from_manifest, to_manifest
from k9lite.clients.embedded import EmbeddedClient
from k9lite.config.file import parse
from k9lite.screens.text import TextScreen
from k9lite.settings import Settings
from tests.builders import node
from tests.console.running import Session
from tests.console.showing import WIDE, living, pass_time, show, shown, told, type_line

GROUP = "stable.example.com"
KIND = f"Octopus.{GROUP}"
DEFINITION = Ref("CustomResourceDefinition", "", f"octopi.{GROUP}")


def column(name: str, path: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "jsonPath": path, **more}


def definition(*columns: dict[str, Any], scope: str = "Namespaced") -> dict[str, Any]:
    """Its plural is none that can be guessed."""
    spec = {"type": "object", "properties": {"arms": {"type": "integer"}, "ink": {"type": "string"}}}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    version = {
        "name": "v1", "served": True, "storage": True, "schema": schema, "additionalPrinterColumns": list(columns)
    }  # fmt: skip
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": DEFINITION.name},
        "spec": {
            "group": GROUP, "scope": scope, "versions": [version],
            "names": {"plural": "octopi", "singular": "octopus", "kind": "Octopus", "shortNames": ["octo"]},
        },
    }  # fmt: skip


def octopus(name: str = "paul") -> dict[str, Any]:
    head = {"apiVersion": f"{GROUP}/v1", "kind": "Octopus", "metadata": {"name": name}}
    return {**head, "spec": {"arms": 8, "ink": "black"}}


def aquarium(*columns: dict[str, Any], scope: str = "Namespaced") -> EmbeddedClient:
    made = living(node("w1"))
    made.cluster.submit("user", [Create(from_manifest(definition(*columns, scope=scope)))])
    made.cluster.advance(made.now + 1)
    obj = from_manifest(octopus())
    made.cluster.submit("user", [Create(obj)])
    made.cluster.advance(made.now + 5)
    return made


def test_a_custom_kind_is_opened_by_any_of_its_names_and_has_its_own_columns() -> None:
    client = aquarium(column("Arms", ".spec.arms"), column("Ink", ".spec.ink", priority=1))

    async def story(pilot: Pilot[int]) -> None:
        for word in ("octopi", "octopus", "octo", f"octopi.{GROUP}", f"octopi.v1.{GROUP}"):
            await type_line(pilot, word)
            text = shown(pilot)
            assert "octopi(all) [1]" in text and "ARMS" in text and "INK" in text
            row = next(line for line in text.splitlines() if "paul" in line)
            assert "8" in row and "black" in row
            await pilot.press("escape")

    show(client, story, WIDE)


def test_columns_follow_the_definition_as_it_is_changed_and_taken_away() -> None:
    client = aquarium(column("Arms", ".spec.arms"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "octopi")
        assert "ARMS" in shown(pilot) and "INK" not in shown(pilot)
        patch = [{"op": "add", "path": "/spec/versions/0/additionalPrinterColumns/-", "value":
                  column("Ink", ".spec.ink")}]  # fmt: skip
        client.cluster.submit("user", [Patch(DEFINITION, patch, "json")])
        await pass_time(pilot, client, 1)
        assert "INK" in shown(pilot) and "black" in shown(pilot)
        client.cluster.submit("user", [Delete(ref=DEFINITION)])
        await pass_time(pilot, client, 5)
        assert "paul" not in shown(pilot) and "ARMS" not in shown(pilot)
        client.cluster.submit("user", [Create(from_manifest(definition(column("Colour", ".spec.ink"))))])
        await pass_time(pilot, client, 1)
        client.cluster.submit("user", [Create(from_manifest(octopus("inky")))])
        await pass_time(pilot, client, 1)
        text = shown(pilot)
        assert "octopi(all) [1]" in text and "COLOUR" in text and "inky" in text

    show(client, story, WIDE)


def test_a_kind_of_the_whole_cluster_has_no_namespaces() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "octopi")
        title = next(line for line in shown(pilot).splitlines() if "octopi" in line)
        assert "octopi [1]" in title
        row = next(line for line in shown(pilot).splitlines() if "paul" in line)
        assert "default" not in row

    show(aquarium(scope="Cluster"), story, WIDE)


def test_an_object_of_a_custom_kind_is_described_labelled_and_deleted_by_keys() -> None:
    client = aquarium(column("Arms", ".spec.arms"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "octopi")
        await pilot.press("d")
        assert isinstance(pilot.app.screen, TextScreen)
        assert "Arms:  8" in shown(pilot)
        await pilot.press("escape", "y")
        assert "arms: 8" in shown(pilot)
        await pilot.press("escape")
        await type_line(pilot, "label octo paul tank=big")
        await pass_time(pilot, client, 1)
        found = client.state.get(Ref(KIND, "default", "paul"))
        assert found is not None and found.metadata.labels == {"tank": "big"}
        assert f"octopus.{GROUP}/paul labeled" in told(pilot)
        await type_line(pilot, "describe octopus paul")
        assert isinstance(pilot.app.screen, TextScreen) and "tank=big" in shown(pilot)
        await pilot.press("escape", "ctrl+d")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pass_time(pilot, client, 2)
        assert client.state.get(Ref(KIND, "default", "paul")) is None, told(pilot)

    show(client, story, WIDE)


def test_an_object_of_a_custom_kind_is_edited() -> None:
    client = aquarium()
    session = Session(client.state, editor=lambda text: text.replace("arms: 8", "arms: 9"))
    outcome = session.run("edit octo paul")
    assert (outcome.out, outcome.err) == (f"octopus.{GROUP}/paul edited", "")
    found = session.state.get(Ref(KIND, "default", "paul"))
    assert found is not None and to_manifest(found)["spec"]["arms"] == 9


@pytest.mark.parametrize("word", [DEFINITION.name, KIND])
def test_a_custom_kind_has_the_columns_that_a_user_wants(word: str) -> None:
    columns = "[NAME, arms, 'INKED:spec.ink', '{.metadata.uid}', HEARTS, AGE]"
    config = parse(f"columns:\n  {word}: {columns}", "config.yaml")
    client = aquarium(column("Arms", ".spec.arms"), column("Age", ".metadata.creationTimestamp", type="date"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "octopi")
        head, row = (line for line in shown(pilot).split("\n") if "INKED" in line or "paul" in line)
        assert head.split()[1:8] == ["NAMESPACE", "NAME", "ARMS", "INKED", "UID", "HEARTS", "AGE"]
        assert row.split()[2:5] == ["default", "paul", "8"] and "black" in row and "<none>" in row and "5s" in row
        client.cluster.submit("user", [Patch(DEFINITION, patch_of(column("Legs", ".spec.arms")), "merge")])
        await pass_time(pilot, client, 1)
        row = next(line for line in shown(pilot).split("\n") if "paul" in line)
        assert row.count("<none>") == 3, "neither ARMS nor AGE is a column of it any more"

    show(client, story, (150, 16), settings=Settings(config=config))


def patch_of(*columns: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"versions": definition(*columns)["spec"]["versions"]}}
