"""Xray: what is below an object, in order, with what is not well unfolded by itself; branches fold."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.kinds import Ref, from_manifest
from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.screens.main import MainScreen
from k9lite.screens.rows import RowsScreen
from k9lite.tracing.below import MOST, below, roots
from tests.builders import deployment, node, pod, pod_spec, service
from tests.console.showing import WIDE, living, pass_time, recorded, show, shown, type_line


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path)


def tree(pilot: Pilot[int]) -> list[str]:
    """The lines without their frame, outermost first."""
    screen = pilot.app.screen
    assert isinstance(screen, RowsScreen)
    lines = [line for line in shown(pilot).splitlines() if "/" in line]
    return [line.strip("│┃ ") for line in lines if "xray" not in line and "Filter" not in line]


def test_a_workload_that_is_not_well_is_unfolded_down_to_the_container_and_a_good_one_is_not(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "xray deploy")
        lines = tree(pilot)
        assert "▾ deployment/broken" in lines[0] and "replicaset/broken-" in lines[1] and "pod/broken-" in lines[2]
        assert "container/main" in lines[3] and "Image" in lines[3]
        assert "▸ deployment/web" in lines[-1]

    show(client, story, WIDE)


def test_branches_fold_and_unfold_and_the_cursor_goes_along(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "xray deploy")
        assert len(tree(pilot)) > 4
        await pilot.press("space")
        assert all("▸ " in line for line in tree(pilot)) and len(tree(pilot)) == 2
        await pilot.press("down", "right")
        assert "▸ replicaset/web-" in tree(pilot)[2]
        await pilot.press("right", "right")
        assert sum("pod/web-" in line for line in tree(pilot)) == 3
        await pilot.press("left", "left", "left")
        assert len(tree(pilot)) == 2
        await pilot.press("asterisk")
        assert sum("container/main" in line for line in tree(pilot)) == 4

    show(client, story, WIDE)


def test_typing_a_filter_is_not_folding(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "xray deploy")
        await pilot.press("slash", *"web", "space", *"x", "left", "backspace", "enter")
        assert "/webx" in shown(pilot)

    show(client, story, WIDE)


def test_a_service_leads_over_its_endpoints_to_pods_and_enter_to_the_object(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "xray svc/web")
        lines = tree(pilot)
        assert "service/web" in lines[0] and "endpointslice/web-" in lines[1]
        assert sum("pod/web-" in line for line in lines) == 3
        await pilot.press("down", "down", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and "pods(default) [1]" in shown(pilot)

    show(client, story, WIDE)


def test_the_selected_object_is_meant_where_nothing_is_typed(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "T")
        assert "xray node/w1" in shown(pilot) and "▾ node/w1" in tree(pilot)[0]

    show(client, story, WIDE)


def test_what_a_pod_needs_and_is_not_there_is_the_trouble() -> None:
    spec = pod_spec(envFrom=[{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "x", "optional": True}}])
    client = living(node("w1"), pod("needy", **spec))
    found = client.state.get(Ref("Pod", "default", "needy"))
    assert found is not None
    said = {each.label: (each.level, each.reason) for each in below(found, client.state, client.now)}
    assert said["configmap/settings"] == ("bad", "is not there")
    assert said["secret/x"] == ("dim", "is not there, and need not be")
    client.close()


def test_of_very_many_the_first_are_shown_and_the_rest_counted() -> None:
    def config_map(number: int) -> object:
        meta = {"name": f"c{number}", "namespace": "default"}
        return from_manifest({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})

    client = living(*(config_map(number) for number in range(MOST + 5)), seconds=0)  # type: ignore[arg-type]  # objects
    found = list(roots(client.state, client.now, "ConfigMap", ""))
    assert len(found) == MOST + 1 and found[-1].label.startswith("… more than 1,000")
    client.close()


def test_a_tree_keeps_up_with_the_cluster() -> None:
    client = living(node("w1"), deployment("web"), service("web"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "xray deploy/web")
        assert sum("pod/web-" in line for line in tree(pilot)) == 1
        assert run_command(client, ["scale", "deploy", "web", "--replicas=2"]) == 0
        await pass_time(pilot, client, 20)
        assert sum("pod/web-" in line for line in tree(pilot)) == 2

    show(client, story, WIDE)


def test_the_shop_has_no_branch_that_leads_nowhere(client: Client) -> None:
    for kind in ("Deployment", "Service", "Node", "Namespace"):
        for root in roots(client.state, client.now, kind, ""):
            obj = None if root.ref is None else client.state.get(root.ref)
            assert obj is not None
            for branch in below(obj, client.state, client.now):
                assert branch.ref is None or client.state.get(branch.ref) is not None, branch
    client.close()
