"""The menu of actions: all that has a key or a word is in it, fits the selection, and does what the key does."""

from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from engine.kinds import Deployment, Node, Ref, from_manifest
from engine.kinds.batch import CronJob, Job
from k9lite.client import Client
from k9lite.kubectl import argvs
from k9lite.places import PLACES
from k9lite.screens.form import FormScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.main_keys import MAIN_BINDINGS
from k9lite.screens.rows import RowsScreen
from k9lite.screens.text import TextScreen
from k9lite.verbs import VERBS, WITH_A_KEY
from k9lite.widgets.command_line import CommandLine
from tests.builders import deployment, node, pod_spec
from tests.console.showing import NARROW, living, pass_time, recorded, show, shown, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path)


def rows(pilot: Pilot[int]) -> RowsScreen:
    assert isinstance(pilot.app.screen, RowsScreen), shown(pilot)
    return pilot.app.screen


def nightly() -> CronJob:
    template = {"spec": {**pod_spec(), "restartPolicy": "Never"}}
    spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}}
    meta = {"name": "nightly", "namespace": "default"}
    made = from_manifest({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": spec})
    assert isinstance(made, CronJob)
    return made


async def choose(pilot: Pilot[int], what: str) -> None:
    """In the menu: narrows it to what is meant, and takes it."""
    await pilot.press("a", "slash")
    pilot.app.screen.query_one(CommandLine).value = what
    await pilot.press("enter", "enter")
    await pilot.pause()


def test_everything_that_has_a_key_is_in_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("a")
        keys = set(rows(pilot)._lines)
        assert {f"place {place.word}" for place in PLACES} - keys == {"place actions"}
        assert {"word faults", "word split", "key E", "key z", "key o", "key g"} <= keys
        alone = [each for each in MAIN_BINDINGS if isinstance(each, Binding) and each.key in ("plus", "X", "colon")]
        assert {f"key {each.key}" for each in alone} <= keys and len(alone) == 3
        offered = {key.removeprefix("verb ") for key in keys if key.startswith("verb ")}
        fitting = {name for name in WITH_A_KEY if not VERBS[name].kinds or "Pod" in VERBS[name].kinds}
        if client.read_only:
            assert not any(VERBS[name].writes for name in offered)
        else:
            assert fitting <= offered and "cordon" not in offered and "annotate" in offered

    show(client, story, NARROW)


def test_looking_and_going_do_what_the_keys_do(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await choose(pilot, "describe")
        assert isinstance(pilot.app.screen, TextScreen) and "Describe Pod" in shown(pilot)
        await pilot.press("escape")
        await choose(pilot, "workloads")
        assert "workloads(all)" in shown(pilot)
        await pilot.press("escape")
        await choose(pilot, "Only what is not well")
        assert isinstance(pilot.app.screen, MainScreen) and "/health:warn|bad" in shown(pilot)
        await pilot.press("f")
        await choose(pilot, "Reverse the order")
        assert pilot.app.screen.pane.listing.sort.reverse

    show(client, story, NARROW)


def test_verbs_without_a_key_ask_and_are_done() -> None:
    client = living(node("w1"), deployment("web"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1")
        await choose(pilot, "taint")
        assert isinstance(pilot.app.screen, FormScreen)
        await pilot.press(*"gpu", "enter")
        await pass_time(pilot, client, 5)
        found = client.state.find(Node, "w1")
        assert found is not None and [(each.key, each.effect) for each in found.spec.taints] == [("gpu", "NoSchedule")]
        await pilot.press("3")
        await choose(pilot, "rollout pause")
        await pass_time(pilot, client, 1)
        paused = client.state.find(Deployment, "web", "default")
        assert paused is not None and paused.spec.paused
        await choose(pilot, "annotate")
        await pilot.press(*"note", "tab", *"ab", "enter")
        await pass_time(pilot, client, 1)
        noted = client.state.find(Deployment, "web", "default")
        assert noted is not None and noted.metadata.annotations["note"] == "ab"

    show(client, story, NARROW)


def test_a_cron_job_is_triggered_and_suspended() -> None:
    client = living(node("w1"), nightly())

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "cj")
        await choose(pilot, "trigger")
        assert "nightly-by-hand" in shown(pilot)
        await pilot.press("enter")
        await pass_time(pilot, client, 2)
        assert client.state.find(Job, "nightly-by-hand", "default") is not None
        await choose(pilot, "suspend")
        await pilot.press("enter")
        await pass_time(pilot, client, 1)
        found = client.state.find(CronJob, "nightly", "default")
        assert found is not None and found.spec.suspend

    show(client, story, NARROW)


def test_lines_are_those_that_kubectl_would_be_given() -> None:
    web, cron = Ref("Deployment", "shop", "web"), Ref("CronJob", "shop", "nightly")
    assert argvs(VERBS["rollout status"], [web], {}) == [["rollout", "status", "deployment/web", "-n", "shop"]]
    assert argvs(VERBS["autoscale"], [web], {"min": "1", "max": "3", "cpu": "80%"}) == [
        ["autoscale", "deployment/web", "-n", "shop", "--min=1", "--max=3", "--cpu=80%"]
    ]
    assert argvs(VERBS["expose"], [web], {"port": "80", "name": "", "target-port": "", "type": "NodePort"}) == [
        ["expose", "deployment/web", "-n", "shop", "--port=80", "--type=NodePort"]
    ]
    assert argvs(VERBS["patch --suspend"], [cron], {"suspend": "false"}) == [
        ["patch", "cronjobs.batch", "nightly", "-n", "shop", "-p", '{"spec":{"suspend":false}}']
    ]
    assert argvs(VERBS["taint"], [Ref("Node", "", "w1")], {"key": "gpu=1", "effect": ""}) == [
        ["taint", "nodes", "w1", "gpu-"]
    ]
    assert argvs(VERBS["port-forward"], [Ref("Service", "shop", "web")], {"ports": "8080:80"}) == [
        ["port-forward", "service/web", "8080:80", "-n", "shop"]
    ]
