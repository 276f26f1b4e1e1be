"""StatefulSets in a whole cluster: order, identity, claims, revisions (rules 3)."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Patch, UpdateStatus
from engine.cluster import Cluster
from engine.kinds import (
    ControllerRevision,
    Event,
    Object,
    Pod,
    Ref,
    StatefulSet,
    evolve,
    from_manifest,
    owner_reference,
    with_metadata,
)
from tests.builders import cluster, node, pod, pod_spec, settled, stateful_set
from tests.engine.volumes_given import storage_class

WEB = Ref("StatefulSet", "default", "web")
NODES = (node("w1"), node("w2"), storage_class(default=True))
BROKEN = {"containers": [{"name": "main", "image": "nginx:broken", "command": ["false"]}]}


def claim_template(name: str = "www") -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return {"metadata": {"name": name, "labels": {"disk": "ssd"}}, "spec": spec}


def the_set(made: Cluster) -> StatefulSet:
    found = made.state.get(WEB)
    assert isinstance(found, StatefulSet)
    return found


def pods(made: Cluster) -> dict[str, Pod]:
    return {each.metadata.name: each for each in made.state.all(Pod)}


def names(made: Cluster, kind: str = "Pod") -> list[str]:
    return [each.metadata.name for each in made.state.objects(kind)]


def images(made: Cluster) -> list[str]:
    return [each.spec.containers[0].image for each in made.state.all(Pod)]


def change(made: Cluster, spec: dict[str, Any]) -> None:
    made.submit("user", [Patch(WEB, {"spec": spec}, "merge")])
    made.settle()


def change_image(made: Cluster, image: str) -> None:
    containers = [{"name": "main", "image": image}]
    made.submit("user", [Patch(WEB, {"spec": {"template": {"spec": {"containers": containers}}}})])
    made.settle()


def wait(made: Cluster, seconds: int = 120) -> None:
    made.advance(made.now + seconds)


def said(made: Cluster, reason: str = "") -> list[str]:
    events = sorted(made.state.all(Event), key=lambda event: int(event.metadata.resource_version))
    kinds = (each for each in events if each.involved_object.kind == "StatefulSet")
    return [each.message for each in kinds if reason in ("", each.reason)]


def histories(made: Cluster) -> list[tuple[str, ...]]:
    """At each second in which the pods changed: their names and whether they are ready or leave."""
    seen: list[tuple[str, ...]] = []
    for _ in range(200):
        shown = tuple(_shown(each) for each in made.state.all(Pod))
        if not seen or seen[-1] != shown:
            seen.append(shown)
        wait(made, 1)
    return seen


def _shown(each: Pod) -> str:
    ready = any(found.type == "Ready" and found.status == "True" for found in each.status.conditions)
    mark = "-" if each.metadata.deletion_timestamp is not None else "+" if ready else "?"
    return each.metadata.name + mark


def test_pods_come_one_after_the_other_each_ready_before_the_next() -> None:
    made = cluster(*NODES, stateful_set(replicas=3))
    assert histories(made) == [
        ("web-0?",),
        ("web-0+", "web-1?"),
        ("web-0+", "web-1+", "web-2?"),
        ("web-0+", "web-1+", "web-2+"),
    ]
    status = the_set(made).status
    assert (status.replicas, status.ready_replicas, status.available_replicas) == (3, 3, 3)
    assert (status.current_replicas, status.updated_replicas, status.collision_count) == (3, 3, 0)
    assert status.current_revision == status.update_revision == names(made, "ControllerRevision")[0]
    assert status.observed_generation == 1


def test_events_name_each_pod_in_kubernetes_words() -> None:
    made = settled(*NODES, stateful_set(replicas=2))
    assert said(made) == [
        "create Pod web-0 in StatefulSet web successful",
        "create Pod web-1 in StatefulSet web successful",
    ]
    change(made, {"replicas": 1})
    assert said(made, "SuccessfulDelete") == ["delete Pod web-1 in StatefulSet web successful"]


def test_a_pod_knows_its_name_its_number_its_revision_and_its_host_name() -> None:
    made = settled(*NODES, stateful_set(replicas=2, serviceName="nginx"))
    revision = the_set(made).status.update_revision
    found = pods(made)["web-1"]
    assert found.metadata.labels == {
        "app": "web",
        "statefulset.kubernetes.io/pod-name": "web-1",
        "apps.kubernetes.io/pod-index": "1",
        "controller-revision-hash": revision,
    }
    assert found.spec.extra == {"hostname": "web-1", "subdomain": "nginx"}
    assert found.metadata.owner_references == (owner_reference(the_set(made)),)
    (stored,) = made.state.all(ControllerRevision)
    assert stored.metadata.labels == {
        "app": "web", "controller.kubernetes.io/hash": stored.metadata.name.removeprefix("web-"),
    }  # fmt: skip


def test_a_pod_that_does_not_become_ready_holds_the_others_back() -> None:
    made = settled(*NODES, stateful_set(replicas=3, template=BROKEN))
    assert names(made) == ["web-0"]


def test_parallel_pods_do_not_wait_for_each_other() -> None:
    made = settled(*NODES, stateful_set(replicas=5, podManagementPolicy="Parallel", template=BROKEN), seconds=1)
    assert len(names(made)) == 5


def test_the_last_pod_goes_first_and_the_next_when_it_is_gone() -> None:
    made = settled(*NODES, stateful_set(replicas=3))
    change(made, {"replicas": 1})
    assert histories(made) == [
        ("web-0+", "web-1+", "web-2-"),
        ("web-0+", "web-1-"),
        ("web-0+",),
    ]


def test_parallel_pods_go_together() -> None:
    made = settled(*NODES, stateful_set(replicas=4, podManagementPolicy="Parallel"))
    change(made, {"replicas": 1})
    assert histories(made)[0] == ("web-0+", "web-1-", "web-2-", "web-3-")


def test_no_pod_is_taken_away_while_one_before_it_is_not_available() -> None:
    made = settled(*NODES, stateful_set(replicas=3))
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-0"))])
    change(made, {"replicas": 1})
    assert _shown(pods(made)["web-2"]) == "web-2+"
    wait(made)
    assert names(made) == ["web-0"]


def test_a_deleted_pod_comes_back_under_its_name() -> None:
    made = settled(*NODES, stateful_set(replicas=2))
    before = pods(made)["web-0"].metadata.uid
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-0"))])
    wait(made)
    assert names(made) == ["web-0", "web-1"]
    assert pods(made)["web-0"].metadata.uid != before


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
def test_a_pod_that_finished_is_made_again(phase: str) -> None:
    made = settled(*NODES, stateful_set(replicas=1))
    old = pods(made)["web-0"]
    made.submit("user", [UpdateStatus(evolve(old, status=evolve(old.status, phase=phase)))])
    wait(made)
    assert pods(made)["web-0"].metadata.uid != old.metadata.uid
    assert said(made, "SuccessfulDelete") == ["delete Pod web-0 in StatefulSet web successful"]


def test_a_rolling_update_goes_from_the_last_pod_to_the_first() -> None:
    made = settled(*NODES, stateful_set(replicas=3))
    change_image(made, "nginx:1.28")
    assert histories(made) == [
        ("web-0+", "web-1+", "web-2-"),
        ("web-0+", "web-1+", "web-2?"),
        ("web-0+", "web-1-", "web-2+"),
        ("web-0+", "web-1?", "web-2+"),
        ("web-0-", "web-1+", "web-2+"),
        ("web-0?", "web-1+", "web-2+"),
        ("web-0+", "web-1+", "web-2+"),
    ]
    status = the_set(made).status
    assert status.current_revision == status.update_revision
    assert (status.current_replicas, status.updated_replicas) == (3, 3)


def test_in_the_middle_of_an_update_both_revisions_are_counted() -> None:
    made = settled(*NODES, stateful_set(replicas=3))
    old = the_set(made).status.update_revision
    change_image(made, "nginx:1.28")
    counts: list[tuple[int, int]] = []
    while the_set(made).status.current_revision == old:
        status = the_set(made).status
        assert status.update_revision != old
        if not counts or counts[-1] != (status.current_replicas, status.updated_replicas):
            counts.append((status.current_replicas, status.updated_replicas))
        wait(made, 1)
    assert counts == [(2, 0), (2, 1), (1, 1), (1, 2), (0, 2), (0, 3)]


def test_pods_below_the_partition_keep_their_revision_even_when_they_are_made_again() -> None:
    made = settled(*NODES, stateful_set(replicas=3, updateStrategy={"rollingUpdate": {"partition": 2}}))
    change_image(made, "nginx:1.28")
    wait(made)
    assert images(made) == ["nginx:1.27", "nginx:1.27", "nginx:1.28"]
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-0"))])
    wait(made)
    assert images(made) == ["nginx:1.27", "nginx:1.27", "nginx:1.28"]
    change(made, {"updateStrategy": {"rollingUpdate": {"partition": 0}}})
    wait(made, 200)
    assert images(made) == ["nginx:1.28"] * 3


def test_a_set_is_scaled_before_it_is_updated() -> None:
    made = settled(*NODES, stateful_set(replicas=2))
    first = {each.metadata.uid for each in pods(made).values()}
    grown = {"replicas": 4, "template": {"spec": {"containers": [{"name": "main", "image": "nginx:1.28"}]}}}
    made.submit("user", [Patch(WEB, {"spec": grown})])
    made.settle()
    while len(pods(made)) < 4:
        assert first <= {each.metadata.uid for each in pods(made).values() if each.active}
        wait(made, 1)
    wait(made, 300)
    assert images(made) == ["nginx:1.28"] * 4


def test_a_broken_update_stops_at_its_first_pod() -> None:
    made = settled(*NODES, stateful_set(replicas=3))
    change(made, {"template": {"spec": BROKEN}})
    wait(made, 300)
    assert images(made) == ["nginx:1.27", "nginx:1.27", "nginx:broken"]


def test_with_max_unavailable_several_pods_are_replaced_at_once() -> None:
    strategy = {"rollingUpdate": {"maxUnavailable": 2}}
    made = settled(*NODES, stateful_set(replicas=4, podManagementPolicy="Parallel", updateStrategy=strategy))
    change_image(made, "nginx:1.28")
    assert histories(made)[0] == ("web-0+", "web-1+", "web-2-", "web-3-")
    assert images(made) == ["nginx:1.28"] * 4


def test_on_delete_nothing_is_replaced_that_nobody_deletes() -> None:
    made = settled(*NODES, stateful_set(replicas=2, updateStrategy={"type": "OnDelete"}))
    change_image(made, "nginx:1.28")
    wait(made)
    assert images(made) == ["nginx:1.27", "nginx:1.27"]
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-0"))])
    wait(made)
    assert images(made) == ["nginx:1.28", "nginx:1.27"]


def test_ordinals_start_where_they_are_told_to() -> None:
    made = settled(*NODES, stateful_set(replicas=2, ordinals={"start": 5}))
    assert names(made) == ["web-5", "web-6"]
    change(made, {"ordinals": {"start": 6}})
    wait(made)
    assert names(made) == ["web-6", "web-7"]


def test_a_pod_counts_only_when_it_was_ready_for_min_ready_seconds() -> None:
    made = settled(*NODES, stateful_set(replicas=2, minReadySeconds=30), seconds=20)
    assert names(made) == ["web-0"]
    status = the_set(made).status
    assert (status.ready_replicas, status.available_replicas) == (1, 0)
    wait(made, 80)
    assert the_set(made).status.available_replicas == 2


def test_a_rollback_takes_the_old_revision_up_again_with_a_new_number() -> None:
    made = settled(*NODES, stateful_set(replicas=1))
    change_image(made, "nginx:1.28")
    wait(made)
    change_image(made, "nginx:1.27")
    wait(made)
    assert sorted(each.revision for each in made.state.all(ControllerRevision)) == [2, 3]
    assert images(made) == ["nginx:1.27"]


def test_only_so_many_old_revisions_are_kept() -> None:
    made = settled(*NODES, stateful_set(replicas=1, revisionHistoryLimit=1))
    for version in range(24, 28):
        change_image(made, f"nginx:1.{version}")
        wait(made)
    assert sorted(each.revision for each in made.state.all(ControllerRevision)) == [4, 5]


def test_a_revision_of_another_kind_with_the_same_name_costs_a_collision() -> None:
    taken = settled(*NODES, stateful_set(replicas=1))
    (mine,) = taken.state.all(ControllerRevision)
    stranger = from_manifest({
        "apiVersion": "apps/v1", "kind": "ControllerRevision", "data": {"spec": {}}, "revision": 7,
        "metadata": {"name": mine.metadata.name, "namespace": "default"},
    })  # fmt: skip
    made = settled(*NODES, stranger, stateful_set(replicas=1))
    assert the_set(made).status.collision_count == 1
    assert the_set(made).status.update_revision != mine.metadata.name


def test_a_pod_that_is_refused_is_told_and_tried_again() -> None:
    template = {**pod_spec(), "priorityClassName": "gold"}
    made = settled(*NODES, stateful_set(template=template))
    assert said(made, "FailedCreate") == [
        'create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: '
        "no PriorityClass with name gold was found"
    ]
    (failed,) = (each for each in made.state.all(Event) if each.reason == "FailedCreate")
    assert failed.count == 8, "after 1, 2, 4, 8, 16, 32 and 64 seconds"
    assert the_set(made).status.observed_generation == 1
    gold = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "gold"}, "value": 7}
    made.submit("user", [Create(from_manifest(gold))])
    wait(made, 200)
    assert names(made) == ["web-0"]


def test_each_pod_has_claims_of_its_own_that_outlive_it() -> None:
    made = settled(*NODES, stateful_set(replicas=2, volumeClaimTemplates=[claim_template()]))
    assert names(made, "PersistentVolumeClaim") == ["www-web-0", "www-web-1"]
    claim = made.state.get(Ref("PersistentVolumeClaim", "default", "www-web-1"))
    assert claim is not None
    assert claim.metadata.labels == {"disk": "ssd", "app": "web"}
    assert claim.metadata.owner_references == ()
    volume = pods(made)["web-1"].spec.volumes[0]
    assert (volume.name, dict(volume.extra)) == ("www", {"persistentVolumeClaim": {"claimName": "www-web-1"}})
    assert said(made)[:2] == [
        "create Claim www-web-0 Pod web-0 in StatefulSet web success",
        "create Pod web-0 in StatefulSet web successful",
    ]
    change(made, {"replicas": 1})
    wait(made)
    assert names(made, "PersistentVolumeClaim") == ["www-web-0", "www-web-1"]
    made.submit("user", [Delete(ref=WEB)])
    wait(made)
    assert names(made) == []
    assert names(made, "PersistentVolumeClaim") == ["www-web-0", "www-web-1"]


def owners(made: Cluster) -> dict[str, list[str]]:
    claims = made.state.objects("PersistentVolumeClaim")
    return {each.metadata.name: [owner.name for owner in each.metadata.owner_references] for each in claims}


def test_claims_go_with_the_set_or_with_the_pod_where_the_policy_says_so() -> None:
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    made = settled(*NODES, stateful_set(
        replicas=3, volumeClaimTemplates=[claim_template()], persistentVolumeClaimRetentionPolicy=policy,
    ))  # fmt: skip
    assert owners(made) == {"www-web-0": ["web"], "www-web-1": ["web"], "www-web-2": ["web"]}
    change(made, {"replicas": 1})
    assert owners(made) == {"www-web-0": ["web"], "www-web-1": ["web-1"], "www-web-2": ["web-2"]}
    wait(made)
    assert owners(made) == {"www-web-0": ["web"]}
    change(made, {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain"}})
    assert owners(made) == {"www-web-0": []}
    change(made, {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}})
    made.submit("user", [Delete(ref=WEB)])
    wait(made)
    assert owners(made) == {}


def test_a_pod_waits_until_the_claim_of_its_predecessor_is_gone() -> None:
    policy = {"whenScaled": "Delete"}
    made = settled(*NODES, stateful_set(
        replicas=2, volumeClaimTemplates=[claim_template()], persistentVolumeClaimRetentionPolicy=policy,
    ))  # fmt: skip
    change(made, {"replicas": 1})
    change(made, {"replicas": 2})
    wait(made)
    assert names(made) == ["web-0", "web-1"]
    assert owners(made) == {"www-web-0": [], "www-web-1": []}


def test_a_claim_that_is_being_deleted_holds_its_pod_back_and_is_told() -> None:
    made = settled(*NODES, stateful_set(replicas=1, volumeClaimTemplates=[claim_template()]))
    ref = Ref("PersistentVolumeClaim", "default", "www-web-0")
    made.submit("user", [Patch(ref, {"metadata": {"finalizers": ["example.com/keep"]}}, "merge")])
    made.submit("user", [Delete(ref=ref), Delete(ref=Ref("Pod", "default", "web-0"), grace_seconds=0)])
    wait(made, 5)
    assert names(made) == []
    assert said(made, "FailedCreate") == [
        "create Pod web-0 in StatefulSet web failed error: pvc www-web-0 is being deleted"
    ]
    made.submit("user", [Patch(ref, {"metadata": {"finalizers": None}}, "merge")])
    wait(made)
    assert names(made) == ["web-0"]


def test_a_pod_left_by_another_set_of_the_name_is_adopted_and_one_without_a_number_is_not() -> None:
    made = settled(*NODES, stateful_set(replicas=2))
    made.submit("user", [Delete(ref=WEB, propagation="Orphan")])
    wait(made, 5)
    kept = {name: each.metadata.uid for name, each in pods(made).items()}
    assert [each.metadata.owner_references for each in pods(made).values()] == [(), ()]
    made.submit("user", [Create(pod("web-x", labels={"app": "web"})), Create(stateful_set(replicas=2))])
    wait(made)
    found = pods(made)
    assert {name: found[name].metadata.uid for name in kept} == kept
    assert [each.metadata.controller is not None for each in found.values()] == [True, True, False]
    assert len(names(made, "ControllerRevision")) == 1


def test_a_pod_that_lost_its_label_is_let_go_and_made_again_once_its_name_is_free() -> None:
    made = settled(*NODES, stateful_set(replicas=1))
    made.submit("user", [Patch(Ref("Pod", "default", "web-0"), {"metadata": {"labels": {"app": "other"}}}, "merge")])
    wait(made, 5)
    assert pods(made)["web-0"].metadata.controller is None
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-0"))])
    wait(made)
    assert pods(made)["web-0"].metadata.controller is not None


@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_with_a_set_its_pods_and_revisions_go(propagation: str) -> None:
    made = settled(*NODES, stateful_set(replicas=3))
    made.submit("user", [Delete(ref=WEB, propagation=propagation)])
    wait(made)
    left: list[Object] = [*made.state.all(Pod), *made.state.all(ControllerRevision), *made.state.all(StatefulSet)]
    assert left == []


def test_identity_labels_that_somebody_took_away_come_back() -> None:
    made = settled(*NODES, stateful_set(replicas=1))
    found = pods(made)["web-0"]
    made.submit("user", [Patch(
        Ref("Pod", "default", "web-0"), {"metadata": {"labels": {"statefulset.kubernetes.io/pod-name": None}}}, "merge",
    )])  # fmt: skip
    made.settle()
    assert pods(made)["web-0"].metadata.labels == found.metadata.labels
    assert said(made, "SuccessfulUpdate") == ["update Pod web-0 in StatefulSet web successful"]


def test_a_settled_set_is_left_alone_when_everything_is_woken() -> None:
    made = settled(*NODES, stateful_set(replicas=3, volumeClaimTemplates=[claim_template()]))
    before = made.state.revision
    made.jump(made.now)
    made.settle()
    assert made.state.revision == before + 1, "the jump alone"


def test_a_pod_on_a_dead_node_is_not_replaced_before_it_is_gone() -> None:
    made = settled(*NODES, stateful_set(replicas=1))
    where = pods(made)["web-0"].spec.node_name
    fault = {
        "apiVersion": "k9lite.dev/v1", "kind": "Fault", "metadata": {"name": "f"},
        "spec": {"type": "NodeDown", "node": where},
    }  # fmt: skip
    made.submit("user", [Create(from_manifest(fault))])
    wait(made, 600)
    assert _shown(pods(made)["web-0"]) == "web-0-"
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-0"), grace_seconds=0)])
    wait(made)
    assert pods(made)["web-0"].spec.node_name != where


def test_a_set_whose_only_labels_changed_keeps_its_pods() -> None:
    made = settled(*NODES, stateful_set(replicas=2))
    before = {name: each.metadata.uid for name, each in pods(made).items()}
    made.submit("user", [Patch(WEB, {"metadata": {"labels": {"team": "red"}}}, "merge")])
    wait(made)
    assert {name: each.metadata.uid for name, each in pods(made).items()} == before
    assert with_metadata(the_set(made)).metadata.labels["team"] == "red"
