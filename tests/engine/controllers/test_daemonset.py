"""DaemonSets in a whole cluster: a pod on every eligible node (rules 4)."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Patch, UpdateStatus
from engine.cluster import Cluster
from engine.kinds import (
    ControllerRevision,
    DaemonSet,
    DaemonSetStatus,
    Event,
    Pod,
    Ref,
    evolve,
    from_manifest,
)
from tests.builders import cluster, daemon_set, node, pod, pod_spec, settled

AGENT = Ref("DaemonSet", "default", "agent")
SURGE = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
BROKEN = {"containers": [{"name": "main", "image": "nginx:broken", "command": ["false"]}]}


def the_set(made: Cluster) -> DaemonSet:
    found = made.state.get(AGENT)
    assert isinstance(found, DaemonSet)
    return found


def status(made: Cluster) -> DaemonSetStatus:
    return the_set(made).status


def pods(made: Cluster) -> list[Pod]:
    return list(made.state.all(Pod))


def nodes(made: Cluster) -> list[str]:
    """Where the pods that stay are, one word a pod."""
    return sorted(each.spec.node_name for each in pods(made) if each.metadata.deletion_timestamp is None)


def pod_on(made: Cluster, name: str) -> Pod:
    (found,) = made.state.pods_on(name)
    return found


def images(made: Cluster) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in pods(made):
        found.setdefault(each.spec.node_name, []).append(each.spec.containers[0].image)
    return {name: sorted(found[name]) for name in sorted(found)}


def change(made: Cluster, spec: dict[str, Any]) -> None:
    made.submit("user", [Patch(AGENT, {"spec": spec}, "merge")])
    made.settle()


def change_image(made: Cluster, image: str) -> None:
    containers = [{"name": "main", "image": image}]
    made.submit("user", [Patch(AGENT, {"spec": {"template": {"spec": {"containers": containers}}}})])
    made.settle()


def change_node(made: Cluster, name: str, body: dict[str, Any]) -> None:
    made.submit("user", [Patch(Ref("Node", "", name), body, "merge")])
    made.settle()


def taint(effect: str, key: str = "dedicated") -> dict[str, Any]:
    return {"spec": {"taints": [{"key": key, "value": "db", "effect": effect}]}}


def wait(made: Cluster, seconds: int = 120) -> None:
    made.advance(made.now + seconds)


def said(made: Cluster, reason: str) -> list[str]:
    return [each.message for each in made.state.all(Event) if each.reason == reason]


def most_missing(made: Cluster, seconds: int = 120) -> int:
    """How many nodes were without an available pod at the worst of times."""
    worst = 0
    for _ in range(seconds):
        worst = max(worst, status(made).number_unavailable)
        wait(made, 1)
    return worst


def test_every_node_has_one_pod() -> None:
    made = settled(node("w1"), node("w2"), node("w3"), daemon_set())
    assert nodes(made) == ["w1", "w2", "w3"]
    assert status(made) == DaemonSetStatus(
        current_number_scheduled=3,
        number_misscheduled=0,
        desired_number_scheduled=3,
        number_ready=3,
        observed_generation=1,
        updated_number_scheduled=3,
        number_available=3,
    )


def test_a_pod_names_its_node_and_tolerates_a_node_in_trouble() -> None:
    template = {**pod_spec(), "hostNetwork": True, "tolerations": [{"key": "gpu", "operator": "Exists"}]}
    made = settled(node("w1"), daemon_set(template=template))
    found = pod_on(made, "w1").spec
    assert found.affinity is not None
    assert found.affinity.node_affinity is not None
    required = found.affinity.node_affinity.required_during_scheduling_ignored_during_execution
    assert required is not None
    (term,) = required.node_selector_terms
    assert [(each.key, each.operator, each.values) for each in term.match_fields] == [("metadata.name", "In", ("w1",))]
    assert [(each.key, each.effect, each.toleration_seconds) for each in found.tolerations] == [
        ("gpu", "", None),
        ("node.kubernetes.io/not-ready", "NoExecute", None),
        ("node.kubernetes.io/unreachable", "NoExecute", None),
        ("node.kubernetes.io/disk-pressure", "NoSchedule", None),
        ("node.kubernetes.io/memory-pressure", "NoSchedule", None),
        ("node.kubernetes.io/pid-pressure", "NoSchedule", None),
        ("node.kubernetes.io/unschedulable", "NoSchedule", None),
        ("node.kubernetes.io/network-unavailable", "NoSchedule", None),
    ]


def test_a_toleration_of_the_template_that_would_run_out_does_not() -> None:
    key = "node.kubernetes.io/not-ready"
    limited = {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    made = settled(node("w1"), daemon_set(template={**pod_spec(), "tolerations": [limited]}))
    found = [each for each in pod_on(made, "w1").spec.tolerations if each.key == key]
    assert [each.toleration_seconds for each in found] == [None]


def test_a_pod_carries_the_hash_of_its_revision_and_the_number_of_its_template() -> None:
    made = settled(node("w1"), daemon_set())
    (revision,) = made.state.all(ControllerRevision)
    hash_ = revision.metadata.name.removeprefix("agent-")
    assert revision.metadata.labels == {"app": "agent", "controller-revision-hash": hash_}
    assert pod_on(made, "w1").metadata.labels == {
        "app": "agent", "controller-revision-hash": hash_, "pod-template-generation": "1",
    }  # fmt: skip


def test_only_nodes_that_the_selector_and_the_affinity_allow_have_a_pod() -> None:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}],
    }}  # fmt: skip
    template = {**pod_spec(), "nodeSelector": {"disk": "ssd"}, "affinity": {"nodeAffinity": required}}
    machines = (node("w1", disk="ssd", zone="a"), node("w2", disk="ssd", zone="b"), node("w3", zone="a"))
    made = settled(*machines, daemon_set(template=template))
    assert nodes(made) == ["w1"]
    assert status(made).desired_number_scheduled == 1


def test_a_new_node_gets_its_pod_by_itself() -> None:
    made = settled(node("w1"), daemon_set())
    made.submit("user", [Create(node("w2"))])
    wait(made, 30)
    assert nodes(made) == ["w1", "w2"]
    assert (status(made).desired_number_scheduled, status(made).number_available) == (2, 2)


def test_a_node_that_goes_is_no_longer_counted() -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    made.submit("user", [Delete(ref=Ref("Node", "", "w2"))])
    wait(made)
    assert nodes(made) == ["w1"]
    assert status(made).desired_number_scheduled == 1


def test_a_node_that_stops_matching_loses_its_pod_and_one_that_starts_gets_one() -> None:
    machines = (node("w1", disk="ssd"), node("w2"))
    made = settled(*machines, daemon_set(template={**pod_spec(), "nodeSelector": {"disk": "ssd"}}))
    assert nodes(made) == ["w1"]
    change_node(made, "w2", {"metadata": {"labels": {"disk": "ssd"}}})
    change_node(made, "w1", {"metadata": {"labels": {"disk": None}}})
    wait(made)
    assert nodes(made) == ["w2"]
    assert len(said(made, "SuccessfulDelete")) == 1


def test_a_taint_no_schedule_keeps_the_pod_that_is_there_and_counts_it_misscheduled() -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    change_node(made, "w1", taint("NoSchedule"))
    wait(made)
    assert nodes(made) == ["w1", "w2"]
    assert (status(made).desired_number_scheduled, status(made).number_misscheduled) == (1, 1)
    made.submit("user", [Delete(ref=Ref("Pod", "default", pod_on(made, "w1").metadata.name))])
    wait(made)
    assert nodes(made) == ["w2"]
    assert status(made).number_misscheduled == 0


def test_a_taint_no_execute_takes_the_pod_and_brings_no_other() -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    change_node(made, "w1", taint("NoExecute"))
    wait(made)
    assert nodes(made) == ["w2"]
    assert status(made).desired_number_scheduled == 1


def test_a_taint_that_the_template_tolerates_changes_nothing() -> None:
    template = {**pod_spec(), "tolerations": [{"operator": "Exists"}]}
    made = settled(node("w1"), daemon_set(template=template))
    before = the_set(made), pod_on(made, "w1")
    change_node(made, "w1", taint("NoExecute"))
    wait(made)
    assert (the_set(made), pod_on(made, "w1")) == before


def test_a_cordoned_node_keeps_its_pod_and_gets_a_new_one_for_a_deleted_one() -> None:
    made = settled(node("w1"), daemon_set())
    change_node(made, "w1", {"spec": {"unschedulable": True}})
    before = pod_on(made, "w1").metadata.name
    made.submit("user", [Delete(ref=Ref("Pod", "default", before))])
    wait(made)
    assert nodes(made) == ["w1"]
    assert pod_on(made, "w1").metadata.name != before


def test_a_daemon_stays_on_a_node_that_died_though_no_new_one_would_come() -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    fault = {
        "apiVersion": "k9lite.dev/v1", "kind": "Fault", "metadata": {"name": "f"},
        "spec": {"type": "NodeDown", "node": "w1"},
    }  # fmt: skip
    made.submit("user", [Create(from_manifest(fault))])
    wait(made, 900)
    assert nodes(made) == ["w1", "w2"]
    assert (status(made).desired_number_scheduled, status(made).number_misscheduled) == (1, 1)


def test_a_node_without_room_keeps_its_pod_pending_there() -> None:
    template = pod_spec(resources={"requests": {"cpu": "3"}})
    made = settled(node("w1"), node("w2", cpu="2"), daemon_set(template=template))
    (waiting,) = (each for each in pods(made) if not each.spec.node_name)
    assert waiting.status.phase == "Pending"
    assert (status(made).current_number_scheduled, status(made).number_ready) == (2, 1)
    made.submit("user", [Delete(ref=Ref("Node", "", "w2"))])
    wait(made)
    assert nodes(made) == ["w1"], "the pod that waited for the node goes with it"


def failing(made: Cluster, name: str) -> None:
    """The pod on the node fails."""
    found = pod_on(made, name)
    made.submit("user", [UpdateStatus(evolve(found, status=evolve(found.status, phase="Failed")))])
    made.settle()


def test_a_failed_pod_is_replaced_at_once_and_then_ever_more_slowly() -> None:
    made = settled(node("w1"), daemon_set())
    first = pod_on(made, "w1").metadata.name
    failing(made, "w1")
    assert said(made, "FailedDaemonPod") == [
        f"Found failed daemon pod default/{first} on node w1, will try to kill it"
    ]
    waited = []
    for _ in range(5):
        failing(made, "w1")
        seconds = 0
        while pod_on(made, "w1").status.phase == "Failed":
            wait(made, 1)
            seconds += 1
        waited.append(seconds)
    assert waited == [1, 2, 4, 8, 16]


def test_a_pod_that_succeeded_is_replaced() -> None:
    made = settled(node("w1"), daemon_set())
    found = pod_on(made, "w1")
    made.submit("user", [UpdateStatus(evolve(found, status=evolve(found.status, phase="Succeeded")))])
    wait(made)
    assert nodes(made) == ["w1"]
    name = found.metadata.name
    assert said(made, "SucceededDaemonPod") == [
        f"Found succeeded daemon pod default/{name} on node w1, will try to delete it"
    ]


def test_a_rolling_update_replaces_one_pod_after_the_other() -> None:
    made = settled(node("w1"), node("w2"), node("w3"), daemon_set())
    change_image(made, "nginx:1.28")
    assert most_missing(made) == 1
    assert images(made) == {"w1": ["nginx:1.28"], "w2": ["nginx:1.28"], "w3": ["nginx:1.28"]}
    assert status(made).updated_number_scheduled == 3


def test_so_many_pods_are_replaced_at_once_as_may_be_missing() -> None:
    machines = [node(f"w{number}") for number in range(8)]
    made = settled(*machines, daemon_set(updateStrategy={"rollingUpdate": {"maxUnavailable": "30%"}}))
    change_image(made, "nginx:1.28")
    assert most_missing(made) == 3, "30% of 8, rounded up"
    assert set(images(made)) == {each.metadata.name for each in machines}
    assert all(found == ["nginx:1.28"] for found in images(made).values())


def test_a_broken_update_stops_when_as_many_are_missing_as_may_be() -> None:
    made = settled(node("w1"), node("w2"), node("w3"), daemon_set())
    change(made, {"template": {"spec": BROKEN}})
    wait(made, 300)
    assert sorted(images(made).values()) == [["nginx:1.27"], ["nginx:1.27"], ["nginx:broken"]]
    assert (status(made).updated_number_scheduled, status(made).number_available) == (1, 2)


def test_pods_that_serve_nobody_are_replaced_whatever_may_be_missing() -> None:
    made = settled(node("w1"), node("w2"), node("w3"), daemon_set(template=BROKEN))
    change(made, {"template": {"spec": pod_spec("nginx:1.28")}})
    wait(made, 10)
    assert images(made) == {"w1": ["nginx:1.28"], "w2": ["nginx:1.28"], "w3": ["nginx:1.28"]}


def test_a_surge_brings_the_new_pod_before_the_old_one_goes() -> None:
    made = settled(node("w1"), node("w2"), daemon_set(updateStrategy=SURGE))
    change_image(made, "nginx:1.28")
    assert images(made) == {"w1": ["nginx:1.27", "nginx:1.28"], "w2": ["nginx:1.27"]}
    assert most_missing(made) == 0
    assert images(made) == {"w1": ["nginx:1.28"], "w2": ["nginx:1.28"]}


def test_on_delete_nothing_is_replaced_that_nobody_deletes() -> None:
    made = settled(node("w1"), node("w2"), daemon_set(updateStrategy={"type": "OnDelete"}))
    change_image(made, "nginx:1.28")
    wait(made)
    assert images(made) == {"w1": ["nginx:1.27"], "w2": ["nginx:1.27"]}
    assert status(made).updated_number_scheduled == 0
    made.submit("user", [Delete(ref=Ref("Pod", "default", pod_on(made, "w1").metadata.name))])
    wait(made)
    assert images(made) == {"w1": ["nginx:1.28"], "w2": ["nginx:1.27"]}


def test_a_pod_counts_only_when_it_was_ready_for_min_ready_seconds() -> None:
    made = settled(node("w1"), node("w2"), daemon_set(minReadySeconds=30), seconds=20)
    assert (status(made).number_ready, status(made).number_available) == (2, 0)
    wait(made, 40)
    assert (status(made).number_ready, status(made).number_available) == (2, 2)


def test_only_so_many_old_revisions_are_kept() -> None:
    made = settled(node("w1"), daemon_set(revisionHistoryLimit=1))
    for version in range(24, 28):
        change_image(made, f"nginx:1.{version}")
        wait(made)
    assert sorted(each.revision for each in made.state.all(ControllerRevision)) == [4, 5]


def test_a_rollback_takes_the_old_revision_up_again_with_a_new_number() -> None:
    made = settled(node("w1"), daemon_set())
    change_image(made, "nginx:1.28")
    wait(made)
    change_image(made, "nginx:1.27")
    wait(made)
    assert sorted(each.revision for each in made.state.all(ControllerRevision)) == [2, 3]
    assert images(made) == {"w1": ["nginx:1.27"]}


def test_a_revision_of_the_same_name_costs_a_collision() -> None:
    (mine,) = settled(node("w1"), daemon_set()).state.all(ControllerRevision)
    stranger = from_manifest({
        "apiVersion": "apps/v1", "kind": "ControllerRevision", "data": {"spec": {}}, "revision": 7,
        "metadata": {"name": mine.metadata.name, "namespace": "default"},
    })  # fmt: skip
    made = settled(node("w1"), stranger, daemon_set())
    assert status(made).collision_count == 1
    assert nodes(made) == ["w1"]


def test_pods_that_are_refused_are_told_and_tried_again() -> None:
    made = settled(node("w1"), node("w2"), daemon_set(template={**pod_spec(), "priorityClassName": "gold"}))
    (failed,) = (each for each in made.state.all(Event) if each.reason == "FailedCreate")
    assert failed.message == 'Error creating: pods "agent-" is forbidden: no PriorityClass with name gold was found'
    assert failed.count == 8, "after 1, 2, 4, 8, 16, 32 and 64 seconds"
    assert (status(made).desired_number_scheduled, status(made).current_number_scheduled) == (2, 0)
    gold = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "gold"}, "value": 7}
    made.submit("user", [Create(from_manifest(gold))])
    wait(made, 200)
    assert nodes(made) == ["w1", "w2"]


def test_a_pod_left_by_another_daemon_set_of_the_name_is_adopted() -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    made.submit("user", [Delete(ref=AGENT, propagation="Orphan")])
    wait(made, 5)
    kept = [each.metadata.uid for each in pods(made)]
    assert [each.metadata.owner_references for each in pods(made)] == [(), ()]
    made.submit("user", [Create(daemon_set())])
    wait(made)
    assert [each.metadata.uid for each in pods(made)] == kept
    assert all(each.metadata.controller is not None for each in pods(made))
    assert len(list(made.state.all(ControllerRevision))) == 1


def test_a_bare_pod_with_the_labels_becomes_the_daemon_of_its_node() -> None:
    made = cluster(node("w1"), node("w2"))
    made.submit("user", [Create(pod("mine", labels={"app": "agent"}, nodeName="w2"))])
    wait(made)
    made.submit("user", [Create(daemon_set())])
    wait(made)
    assert nodes(made) == ["w1", "w2"]
    assert pod_on(made, "w2").metadata.controller is not None
    assert pod_on(made, "w2").metadata.name != "mine", "it has no revision, so it is replaced"


def test_a_pod_that_lost_its_label_is_let_go_and_another_comes() -> None:
    made = settled(node("w1"), daemon_set())
    name = pod_on(made, "w1").metadata.name
    made.submit("user", [Patch(Ref("Pod", "default", name), {"metadata": {"labels": {"app": "other"}}}, "merge")])
    wait(made)
    owners = {each.metadata.name: each.metadata.controller for each in pods(made)}
    assert len(owners) == 2
    assert owners.pop(name) is None


def test_of_two_pods_on_a_node_the_younger_goes() -> None:
    made = settled(node("w1"), daemon_set())
    first = pod_on(made, "w1")
    spec = evolve(first.spec, node_name="w1")
    twin = Pod(metadata=evolve(first.metadata, name="twin", resource_version="", uid=""), spec=spec)
    made.submit("user", [Create(twin)])
    wait(made)
    assert pod_on(made, "w1").metadata.uid == first.metadata.uid


@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_with_a_daemon_set_its_pods_and_revisions_go(propagation: str) -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    made.submit("user", [Delete(ref=AGENT, propagation=propagation)])
    wait(made)
    assert (pods(made), list(made.state.all(ControllerRevision)), made.state.get(AGENT)) == ([], [], None)


def test_a_settled_daemon_set_is_left_alone_when_everything_is_woken() -> None:
    made = settled(node("w1"), node("w2"), daemon_set())
    before = made.state.revision
    made.jump(made.now)
    made.settle()
    assert made.state.revision == before + 1, "the jump alone"


def test_many_nodes_get_their_pods_in_a_few_commits() -> None:
    made = cluster(*(node(f"w{number:03}") for number in range(300)))
    before = made.state.revision
    made.submit("user", [Create(daemon_set())])
    made.settle()
    commits = [each for each in range(before, made.state.revision) if each]
    assert len(pods(made)) == 300
    assert len(said(made, "SuccessfulCreate")) < 25, "most are told together"
    assert len(commits) < 300 * 2 + 50
