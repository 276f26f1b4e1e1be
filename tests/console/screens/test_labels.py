"""Labels edited first-class: of one object or many, and whom that joins and parts, before it is done."""

from textual.pilot import Pilot

from engine.kinds import Node, Pod, Ref, ref_of
from k9lite.client import Client
from k9lite.memberships import Relabelling, relabelling, turns
from k9lite.screens.labels import LabelsScreen
from k9lite.screens.main import MainScreen
from k9lite.widgets.table import ObjectTable
from tests.builders import daemon_set, deployment, node, pod, pod_spec
from tests.console.showing import NARROW, WIDE, living, shop, show, shown, told


def refs_of(client: Client, prefix: str) -> list[Ref]:
    return [ref_of(each) for each in client.state.all(Pod) if each.metadata.name.startswith(prefix)]


def told_of(client: Client, refs: list[Ref], text: str) -> list[str]:
    return [turn.text for turn in turns(client.state, refs, relabelling(text))]


def labels(client: Client, ref: Ref) -> dict[str, str]:
    obj = client.state.get(ref)
    assert obj is not None
    return dict(obj.metadata.labels)


def test_what_is_typed_is_understood_as_far_as_it_goes() -> None:
    assert relabelling("env=prod tier- hal") == Relabelling({"env": "prod"}, ("tier",))
    assert relabelling("env=prod env-") == Relabelling({"env": "prod"})


def test_a_service_loses_and_gains_pods() -> None:
    client = living(*shop(), pod("alone", labels={"app": "other"}))
    one, *_ = refs_of(client, "web-")
    lines = told_of(client, [one], "app=other")
    assert lines[0] == f"service/web loses pod {one.name}: 2 stay"
    assert told_of(client, refs_of(client, "web-"), "app=other")[0].endswith(": none stays")
    assert told_of(client, refs_of(client, "alone"), "app=web")[0] == "service/web gains pod alone"


def test_a_replica_set_lets_go_of_its_pod_and_takes_another_for_its_own() -> None:
    client = living(*shop(), pod("alone"))
    one, *_ = refs_of(client, "web-")
    owner = next(each for each in client.state.all(Pod) if ref_of(each) == one).metadata.controller
    assert owner is not None
    assert f"replicaset/{owner.name} lets go of pod {one.name}, which nobody then keeps, and makes 1 anew" in told_of(
        client, [one], "app-"
    )
    template_hash = labels(client, one)["pod-template-hash"]
    assert any(
        line == f"replicaset/{owner.name} takes pod alone for its own, and may delete what is too many"
        for line in told_of(client, refs_of(client, "alone"), f"app=web pod-template-hash={template_hash}")
    )


def test_nodes_open_and_shut_for_workloads() -> None:
    wanting = {**pod_spec(), "nodeSelector": {"gpu": "true"}}
    agents = daemon_set("agent", template=wanting)
    train = deployment("train", template={**pod_spec(), "nodeSelector": {"gpu": "true"}})
    client = living(node("w1"), node("w2", gpu="true"), agents, train)
    w1, w2 = (ref_of(each) for each in client.state.all(Node))
    assert told_of(client, [w1], "gpu=true") == [
        "daemonset/agent puts a pod on node w1", "deployment/train may run on node w1 too"
    ]  # fmt: skip
    assert told_of(client, [w2], "gpu-") == [
        "daemonset/agent takes its pod from node w2",
        "deployment/train gets no more pods on node w2; those that run there stay",
    ]


def test_nobody_is_named_where_nobody_selects_by_it() -> None:
    client = living()
    assert told_of(client, refs_of(client, "web-"), "env=prod") == []


def test_the_dialog_shows_what_follows_while_one_types_and_does_it() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("j", "L", *"app=wed")
        text = shown(pilot)
        assert isinstance(pilot.app.screen, LabelsScreen)
        assert "Labels of pod default/web-" in text and "service/web loses pod web-" in text and ": 2 stay" in text
        assert "wed" in text and "1/1" in text
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story, NARROW)
    assert sum(each.metadata.labels.get("app") == "wed" for each in client.state.all(Pod)) == 1


def test_a_label_of_many_is_changed_and_removed_from_the_table() -> None:
    client = living(node("w1", disk="hdd"), node("w2", disk="ssd", rack="7"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "asterisk", "L", "down")
        text = shown(pilot)
        assert "hdd | ssd" in text and "2/2" in text and "1/2" in text
        table = pilot.app.screen.query_one(ObjectTable)
        table.move_to("rack")
        await pilot.press("x")
        assert "removed" in shown(pilot)
        await pilot.press("down")
        table.move_to("disk")
        await pilot.press("enter", *["backspace"] * 3, *"nvme", "enter")

    show(client, story, WIDE)
    found = {each.metadata.name: each.metadata.labels for each in client.state.all(Node)}
    assert all(each["disk"] == "nvme" and "rack" not in each for each in found.values())


def test_esc_leaves_all_as_it_is() -> None:
    client = living()
    before = {ref: labels(client, ref) for ref in refs_of(client, "")}

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("L", *"app=wed", "escape")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story, NARROW)
    assert {ref: labels(client, ref) for ref in refs_of(client, "")} == before


def test_what_is_refused_is_told_in_kubectls_words() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("L", *"app=not/allowed", "enter")
        assert any("invalid label value" in line for line in told(pilot))

    show(living(), story, WIDE)



def test_words_that_say_nothing_of_a_label_are_told_and_keep_the_dialog_open() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "L", *"rack ", *"team=", "a", "enter")
        assert "▲ rack: key=value, or key- to remove it?" in shown(pilot) and "Labels of node w1" in shown(pilot)
        await pilot.press("home", *["right"] * 4, "minus", "enter")
        assert "Labels of" not in shown(pilot)

    show(living(), story, NARROW)
