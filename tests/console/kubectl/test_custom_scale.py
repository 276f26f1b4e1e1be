"""The scale of custom kinds: its number lies where the definition says, and is all that a scale changes."""

import json

import pytest

from engine.api.writes import Create
from engine.kinds import from_manifest
from k9lite.clients.embedded import EmbeddedClient
from tests.builders import node
from tests.console.kubectl.test_describe_and_top import run
from tests.console.screens.test_custom_kinds import GROUP, definition, octopus
from tests.console.showing import living

SIZE = "get octopus paul -o jsonpath={.spec.tank.size}/{.spec.arms}/{.metadata.generation}"


@pytest.fixture
def client() -> EmbeddedClient:
    made = living(node("w1"), seconds=5)
    manifest = definition()
    version = manifest["spec"]["versions"][0]
    properties = version["schema"]["openAPIV3Schema"]["properties"]
    properties["spec"]["properties"]["tank"] = {
        "type": "object", "properties": {"size": {"type": "integer", "maximum": 9}}
    }  # fmt: skip
    version["subresources"] = {"scale": {
        "specReplicasPath": ".spec.tank.size", "statusReplicasPath": ".status.size",
    }}  # fmt: skip
    made.cluster.submit("user", [Create(from_manifest(manifest))])
    made.cluster.advance(made.now + 1)
    made.cluster.submit("user", [Create(from_manifest(octopus()))])
    return made


def test_a_scale_sets_the_number_where_it_lies(client: EmbeddedClient) -> None:
    assert run(client, "scale octopus/paul --replicas=4").out == f"octopus.{GROUP}/paul scaled\n"
    assert run(client, SIZE).out.strip() == "4/8/2"
    refused = run(client, "scale octopus/paul --replicas=5 --current-replicas=3")
    assert refused.err == "error: Expected replicas to be 3, was 4\n"
    assert run(client, "scale octopus/paul --replicas=5 --current-replicas=4").code == 0
    too_many = run(client, "scale octopus/paul --replicas=10")
    assert "spec.tank.size in body should be less than or equal to 9" in too_many.err
    assert run(client, SIZE).out.strip() == "5/8/3"


def test_a_scale_is_shown_and_patched_by_itself(client: EmbeddedClient) -> None:
    assert run(client, "scale octopus/paul --replicas=4").code == 0
    scale = json.loads(run(client, "get octopus paul --subresource=scale -o json").out)
    assert (scale["kind"], scale["spec"], scale["status"]) == ("Scale", {"replicas": 4}, {"replicas": 0})
    assert run(client, "get octopus paul --subresource=scale").out.splitlines()[1].split()[:3] == ["paul", "4", "0"]
    raw = run(client, f"get --raw /apis/{GROUP}/v1/namespaces/default/octopi/paul/scale")
    assert json.loads(raw.out)["spec"] == {"replicas": 4}
    patch = 'patch octopus paul --subresource=scale --type=merge -p {"spec":{"replicas":6,"arms":1}}'
    assert run(client, patch).code == 0, run(client, patch).err
    assert run(client, SIZE).out.strip() == "6/8/3"


def test_a_kind_without_a_scale_has_none() -> None:
    made = living(node("w1"), seconds=5)
    made.cluster.submit("user", [Create(from_manifest(definition()))])
    made.cluster.advance(made.now + 1)
    made.cluster.submit("user", [Create(from_manifest(octopus()))])
    missing = "Error from server (NotFound): the server could not find the requested resource\n"
    assert run(made, "scale octopus/paul --replicas=4").err == missing
    assert run(made, "get octopus paul --subresource=scale -o json").err == missing
