"""describe, events, top and api-resources on a living cluster."""

import io

import pytest
from attrs import frozen

from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.builders import deployment, node, pod, settled


@frozen
class Printed:
    out: str
    err: str
    code: int

    @property
    def rows(self) -> list[list[str]]:
        return [line.split() for line in self.out.splitlines()]


@pytest.fixture(scope="module")
def client() -> EmbeddedClient:
    cluster = settled(node("w1"), node("w2"), deployment("web", replicas=2), pod("alone", nodeName="w1"))
    return EmbeddedClient(cluster, read_only=True)


def run(client: EmbeddedClient, line: str) -> Printed:
    out, err = io.StringIO(), io.StringIO()
    code = run_command(client, line.split(), out=out, err=err)
    return Printed(out.getvalue(), err.getvalue(), code)


def test_describe_shows_one_object_with_its_events(client: EmbeddedClient) -> None:
    shown = run(client, "describe pod alone")
    assert shown.out.startswith("Name:             alone\n")
    assert "\nEvents:" in shown.out
    assert shown.code == 0


def test_describe_takes_a_prefix_and_separates_objects_by_two_lines(client: EmbeddedClient) -> None:
    shown = run(client, "describe pod web")
    assert shown.out.count("Name:  ") == 2
    assert "\n\nName:" in shown.out and "\n\n\nName:" not in shown.out, "by a prefix one line is enough"
    assert "\n\n\nName:" in run(client, "describe pods").out
    assert "Events:" not in shown.out
    assert run(client, "describe pod nope").err == 'Error from server (NotFound): pods "nope" not found\n'


def test_describe_shows_the_events_of_several_objects_when_asked_to(client: EmbeddedClient) -> None:
    assert "Events:" not in run(client, "describe pods -l app=web").out
    assert run(client, "describe pods -l app=web --show-events").out.count("Events:") == 2
    assert run(client, "describe pod web --show-events=true").out.count("\nEvents:") == 2
    assert "Events:" not in run(client, "describe pod alone --show-events=false").out
    one_is_missing = run(client, "describe pod/alone pod/nope node/nope")
    assert "Name:  " in one_is_missing.out and "Events:" not in one_is_missing.out
    assert 'pods "nope" not found' in one_is_missing.err
    assert run(client, "describe pod/alone pod/nope").out == "", "two words are a kind and a prefix"


def test_describe_takes_kinds_and_selectors(client: EmbeddedClient) -> None:
    assert run(client, "describe nodes").out.count("Name:  ") == 2
    assert run(client, "describe pods -l app=web").out.count("Controlled By:") == 2
    assert run(client, "describe cm").err == "No resources found in default namespace.\n"
    assert run(client, "describe").err.startswith("error: You must specify the type of resource to describe.")


def test_top_node_shows_use_and_shares(client: EmbeddedClient) -> None:
    rows = run(client, "top node").rows
    assert rows[0] == ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    assert [row[0] for row in rows[1:]] == ["w1", "w2"]
    assert all(row[1].endswith("m") and row[3].endswith("Mi") for row in rows[1:])
    assert run(client, "top node w2 --no-headers").rows[0][0] == "w2"
    assert run(client, "top node w9").err == 'Error from server (NotFound): nodes "w9" not found\n'


def test_top_pod_sorts_and_splits_into_containers(client: EmbeddedClient) -> None:
    assert len(run(client, "top pod").rows) == 4
    memory = [int(row[2].removesuffix("Mi")) for row in run(client, "top pod --sort-by=memory --no-headers").rows]
    assert memory == sorted(memory, reverse=True)
    assert run(client, "top pod alone --containers").rows[1][:2] == ["alone", "main"]
    assert run(client, "top pod -n kube-system").err == "No resources found in kube-system namespace.\n"
    assert run(client, "top pod -A").rows[0][0] == "NAMESPACE"


def test_events_are_listed_oldest_first_and_narrowed(client: EmbeddedClient) -> None:
    everything = run(client, "events").rows
    assert everything[0] == ["LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    about = run(client, "events --for=deployment/web --no-headers").rows
    assert [row[2] for row in about] == ["ScalingReplicaSet"]
    assert run(client, "events --types=Warning").err == "No events found in default namespace.\n"
    assert run(client, "events --types=Bad").err == "error: valid --types are Normal or Warning\n"


def test_api_resources_lists_every_kind(client: EmbeddedClient) -> None:
    rows = run(client, "api-resources").rows
    assert rows[0] == ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    assert ["pods", "po", "v1", "true", "Pod"] in rows
