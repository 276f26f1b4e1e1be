"""The containers of a pod: what each is for and how it is doing, and keys that act on one of them."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.api.writes import Delete
from engine.kinds import Pod, Ref
from k9lite.client import Client
from k9lite.containers.of_a_pod import parts_of, state_of_part
from k9lite.screens.logs import LogsScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.rows import RowsScreen
from tests.builders import node, pod
from tests.console.showing import WIDE, living, recorded, show, shown, tell, type_line


def mixed() -> Pod:
    """An init container, a sidecar, one that serves and one that cannot be pulled."""
    return pod(
        "mixed",
        initContainers=[
            {"name": "prepare", "image": "busybox", "command": ["sh", "-c", "true"]},
            {"name": "proxy", "image": "envoyproxy/envoy:v1.30", "restartPolicy": "Always"},
        ],
        containers=[
            {
                "name": "app", "image": "nginx:1.27", "ports": [{"name": "http", "containerPort": 80}],
                "readinessProbe": {"httpGet": {"path": "/", "port": 80}},
                "resources": {"limits": {"memory": "128Mi"}},
            },
            {"name": "gone", "image": "nginx:no-such-tag"},
        ],
    )  # fmt: skip


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    objects = (node("w1"), mixed())
    return living(*objects) if request.param == "living" else recorded(tmp_path, *objects)


def row(pilot: Pilot[int], name: str) -> str:
    return next(line for line in shown(pilot).splitlines() if f" {name} " in line)


def test_parts_come_in_the_order_in_which_they_start_each_with_its_state(client: Client) -> None:
    found = client.state.find(Pod, "mixed", "default")
    assert found is not None
    said = {part.container.name: (part.role, state_of_part(part).words) for part in parts_of(found)}
    assert list(said) == ["prepare", "proxy", "app", "gone"]
    assert said["prepare"] == ("init", "Completed") and said["proxy"] == ("sidecar", "Running")
    assert said["app"] == ("main", "Running") and said["gone"][1] in ("ErrImagePull", "ImagePullBackOff")
    client.close()


def test_enter_on_a_pod_leads_to_its_containers_and_enter_there_to_the_logs_of_one(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, RowsScreen) and "containers pod/mixed [4]" in shown(pilot)
        assert "128Mi" in row(pilot, "app") and "http:80" in row(pilot, "app") and "✗" in row(pilot, "gone")
        await pilot.press("down", "down", "enter")
        assert isinstance(pilot.app.screen, LogsScreen) and "(app" in shown(pilot)
        await pilot.press("escape", "escape")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story, WIDE)


def test_keys_of_logs_mean_the_container_under_the_cursor(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "containers mixed")
        await pilot.press("down", "l")
        assert isinstance(pilot.app.screen, LogsScreen) and "(proxy" in shown(pilot)
        await pilot.press("escape", "p")
        assert "previous" in shown(pilot)

    show(client, story, WIDE)


def test_a_pod_that_is_gone_stays_as_it_was() -> None:
    client = living(node("w1"), pod("short"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "containers short")
        client.cluster.submit("user", [Delete(ref=Ref("Pod", "default", "short"))])
        client.cluster.advance(client.now + 60)
        await tell(pilot)
        assert "containers pod/short [1]" in shown(pilot) and "is gone" in shown(pilot)

    show(client, story, WIDE)


def test_what_is_no_pod_has_no_containers(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "no")
        await type_line(pilot, "containers")
        assert isinstance(pilot.app.screen, MainScreen)
        assert "for pods" in [note.message for note in pilot.app._notifications][-1]

    show(client, story, WIDE)
