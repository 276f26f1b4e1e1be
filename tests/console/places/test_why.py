"""Why a row is red: the cause in lines, and the object that leads on, for what students and operators meet most."""

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from engine.api.writes import Create
from engine.kinds import Object, Ref, from_manifest
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from k9lite.screens.rows import RowsScreen
from k9lite.why import causes, leads_on
from k9lite.why.cause import Cause
from tests.builders import deployment, node, pod, pod_spec, service
from tests.console.showing import NARROW, living, shop, show, shown, told, type_line


def asked(client: Client, kind: str, name: str) -> Sequence[Cause]:
    obj = only(client, kind, name)
    return causes(obj, client.state, client.now)


def only(client: Client, kind: str, name: str) -> Object:
    return next(obj for obj in client.state.objects(kind) if obj.metadata.name.startswith(name))


def texts(found: Sequence[Cause]) -> list[str]:
    return [cause.text for cause in found]


def test_nothing_is_wrong_with_what_is_well() -> None:
    assert texts(asked(living(), "Deployment", "web")) == ["deployment/web: nothing is wrong with it"]


def test_a_pod_that_fits_nowhere_shows_the_verdict_of_each_node() -> None:
    client = living(node("w1", cpu="1"), node("w2"), pod("big", **pod_spec(resources={"requests": {"cpu": "64"}})))
    run_command(client, ["cordon", "w2"])
    client.cluster.advance(client.now + 5)
    found = asked(client, "Pod", "big")
    assert "w1: Insufficient cpu (wants 64; of 1, 0 are requested)" in texts(found)
    assert "w2: node(s) were unschedulable" in texts(found)
    assert [cause.ref for cause in found[1:3]] == [Ref("Node", "", "w1"), Ref("Node", "", "w2")]


def test_a_container_that_cannot_start_says_what_it_waits_for() -> None:
    found = texts(asked(living(), "Pod", "broken"))
    assert any("container main waits: " in text and "ImagePull" in text for text in found)
    assert any("Failed: " in text for text in found), "what was reported about it"


def test_a_container_that_crashes_shows_its_last_words() -> None:
    command = ["sh", "-c", "echo no database; exit 3"]
    found = texts(asked(living(node("w1"), pod("crash", **pod_spec(command=command))), "Pod", "crash"))
    assert any("ended with exit code 3 (Error), restarted" in text for text in found)
    assert "it printed: no database" in found


def test_a_service_names_the_label_that_does_not_match() -> None:
    client = living(node("w1"), deployment("web", replicas=2), service("web", selector={"app": "wed"}))
    found = asked(client, "Service", "web")
    assert found[1].text.startswith("it selects app=wed; 2 pods have app=web: web-") and len(found) == 2
    assert found[1].ref is not None and found[1].ref.kind == "Pod"


def test_a_service_names_the_port_that_does_not_match() -> None:
    ports = [{"containerPort": 80, "name": "http"}]
    web = deployment("web", template=pod_spec(ports=ports))
    named = service("web", ports=[{"port": 80, "targetPort": "htttp"}])
    found = asked(living(node("w1"), web, named), "Service", "web")
    assert any("names a port htttp (named: http)" in cause.text for cause in found)
    number = service("web", ports=[{"port": 80, "targetPort": 8080}])
    found = asked(living(node("w1"), web, number), "Service", "web")
    assert any("port 80 leads to 8080, which web-" in cause.text for cause in found)


def test_a_service_whose_pods_are_not_ready_leads_to_one() -> None:
    client = living(node("w1"), deployment("broken", template=pod_spec("nginx:no-such-tag")), service("broken"))
    found = asked(client, "Service", "broken")
    assert "is selected and not ready" in found[1].text
    assert leads_on(only(client, "Service", "broken"), client.state, client.now) == found[1].ref


def test_a_rollout_that_hangs_names_the_pod_and_its_reason() -> None:
    client = living(seconds=900)
    found = asked(client, "Deployment", "broken")
    assert any("Progressing is False" in text for text in texts(found))
    culprit = next(cause for cause in found if cause.ref is not None and cause.ref.kind == "Pod")
    assert culprit.text.startswith("pod broken-") and "no-such-tag" in culprit.text


def test_a_node_says_what_keeps_pods_away() -> None:
    client = living()
    run_command(client, ["cordon", "w1"])
    run_command(client, ["taint", "node", "w1", "dedicated=gpu:NoSchedule"])
    found = texts(asked(client, "Node", "w1"))
    assert "it is cordoned: u uncordons it" in found and "taint dedicated=gpu:NoSchedule" in found


def test_a_fault_is_to_blame_while_it_lasts() -> None:
    client = living()
    assert isinstance(client, EmbeddedClient)
    spec = {"type": "NodeDown", "node": "w1"}
    fault = {"apiVersion": "k9lite.dev/v1", "kind": "Fault", "metadata": {"name": "power"}, "spec": spec}
    client.cluster.submit("fault", [Create(from_manifest(fault))])
    client.cluster.advance(client.now + 60)
    assert "fault power: NodeDown, until it is deleted" in texts(asked(client, "Node", "w1"))


def test_W_opens_it_on_the_selection_and_enter_leads_on() -> None:
    client = living(*shop(), service("lost", selector={"app": "wed"}))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("4")
        assert "W Why" in shown(pilot)
        await pilot.press("W")
        assert isinstance(pilot.app.screen, RowsScreen)
        assert "it selects app=wed; 3 pods have app=web: web-" in shown(pilot)
        await pilot.press("j", "enter")
        assert "pods(default)" in shown(pilot) and "web-" in shown(pilot)
        await pilot.press("W")
        assert "nothing is wrong with it" in shown(pilot)

    show(client, story, NARROW)


def test_why_of_an_object_that_is_typed() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "why deploy broken")
        assert "why deployment/broken" in shown(pilot)
        await pilot.press("G", "W")
        await pilot.press("escape", "escape")
        await type_line(pilot, "why deploy nowhere")
        assert told(pilot)[-1] == 'deployments.apps "nowhere" not found'

    show(living(), story, NARROW)


@pytest.mark.parametrize("kind", ["ConfigMap", "Namespace", "PersistentVolumeClaim"])
def test_every_kind_has_an_answer(kind: str) -> None:
    claim = {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }  # fmt: skip
    client = living(node("w1"), from_manifest(claim), from_manifest({"apiVersion": "v1", "kind": "ConfigMap",
                                                                     "metadata": {"name": "settings"}}))  # fmt: skip
    obj = next(iter(client.state.objects(kind)))
    assert causes(obj, client.state, client.now)[0].text.startswith(f"{kind.lower()}/")


def test_the_whole_reason_is_read_in_a_narrow_window() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "why deploy broken")
        text = shown(pilot)
        assert "…" not in text.split("container main waits")[1].split("╰")[0]
        assert ": not found" in " ".join(line.strip("│ ▌✗▲") for line in text.splitlines())

    show(living(), story, NARROW)
