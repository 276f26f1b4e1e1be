"""Volumes and claims find each other, are made, grow, are kept and given back (rules 12)."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Update
from engine.cluster import Cluster
from engine.kinds import Pod, Ref, evolve, ref_of
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim
from tests.builders import cluster, node, pod, settled
from tests.engine.volumes_given import claim, claiming, said_of, storage_class, the_claim, the_volume, volume

CLAIM = Ref("PersistentVolumeClaim", "default", "data")
LOCAL = storage_class("standard", waits=True, provisioner="rancher.io/local-path")


def deleted(made: Cluster, *refs: Ref) -> Cluster:
    made.submit("user", [Delete(ref=ref) for ref in refs])
    made.settle()
    return made


def phases(made: Cluster) -> dict[str, str]:
    volumes = {each.metadata.name: each.status.phase for each in made.state.all(PersistentVolume)}
    return volumes | {each.metadata.name: each.status.phase for each in made.state.all(PersistentVolumeClaim)}


def woken(made: Cluster) -> int:
    """How many commits come of waking everything."""
    before = made.state.revision
    made.jump(made.now)
    made.settle()
    return made.state.revision - before - 1


def test_a_claim_is_bound_to_a_volume_that_does() -> None:
    made = cluster(volume(), claim(storageClassName=""))
    assert phases(made) == {"pv-1": "Bound", "data": "Bound"}
    assert the_claim(made).spec.volume_name == "pv-1"
    assert the_claim(made).status.capacity == {"storage": "1Gi"}
    given = the_volume(made).spec.claim_ref
    assert given is not None
    assert (given.namespace, given.name, given.uid) == ("default", "data", the_claim(made).metadata.uid)
    assert woken(made) == 0


def test_whichever_comes_first_a_claim_finds_its_volume() -> None:
    made = cluster(claim(storageClassName=""), volume())
    assert phases(made) == {"pv-1": "Bound", "data": "Bound"}


def test_the_smallest_volume_that_does_is_taken() -> None:
    made = cluster(volume("big", size="10Gi"), volume("small"), volume("fits", size="5Gi"), claim(size="2Gi"))
    assert the_claim(made).spec.volume_name == "fits"
    assert the_claim(made).status.capacity == {"storage": "5Gi"}
    assert phases(made) == {"big": "Available", "small": "Available", "fits": "Bound", "data": "Bound"}


@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        ({"size": "1Gi"}, {"size": "2Gi"}),
        ({"accessModes": ["ReadWriteOnce"]}, {"accessModes": ["ReadWriteMany"]}),
        ({"storageClassName": "fast"}, {}),
        ({}, {"storageClassName": "fast"}),
        ({"volumeMode": "Block"}, {}),
        ({"labels": {"tier": "slow"}}, {"selector": {"matchLabels": {"tier": "fast"}}}),
    ],
)
def test_a_volume_that_does_not_do_is_left(offered: dict[str, Any], asked: dict[str, Any]) -> None:
    made = cluster(volume(**offered), claim(**asked))
    assert phases(made) == {"pv-1": "Available", "data": "Pending"}


def test_a_claim_that_names_its_volume_gets_that_one_only() -> None:
    made = cluster(volume("other"), claim(volumeName="mine"))
    assert phases(made) == {"other": "Available", "data": "Pending"}
    made.submit("user", [Create(volume("mine", size="2Gi"))])
    made.settle()
    assert the_claim(made).spec.volume_name == "mine"


def test_a_volume_that_is_kept_for_a_claim_waits_for_it() -> None:
    made = cluster(volume(claimRef={"namespace": "default", "name": "data"}), claim("other"))
    assert phases(made) == {"pv-1": "Available", "other": "Pending"}
    made.submit("user", [Create(claim())])
    made.settle()
    assert phases(made) == {"pv-1": "Bound", "other": "Pending", "data": "Bound"}


def test_a_claim_that_nobody_can_serve_says_so_once() -> None:
    made = cluster(claim())
    why = ("FailedBinding", "no persistent volumes available for this claim and no storage class is set")
    assert said_of(made, the_claim(made)) == [why]
    assert woken(made) == 0


def test_a_claim_of_a_class_that_is_not_there_says_so() -> None:
    made = cluster(claim(storageClassName="fast"))
    assert said_of(made, the_claim(made)) == [("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found')]
    made.submit("user", [Create(storage_class("fast"))])
    made.settle()
    assert the_claim(made).status.phase == "Bound"


def test_a_volume_is_made_for_a_claim_at_once() -> None:
    made = cluster(storage_class(default=True), claim(size="3Gi"))
    found = the_claim(made)
    name = f"pvc-{found.metadata.uid}"
    assert (found.status.phase, found.spec.volume_name) == ("Bound", name)
    assert said_of(made, found)[1:] == [
        ("Provisioning", 'External provisioner is provisioning volume for claim "default/data"'),
        ("ProvisioningSucceeded", f"Successfully provisioned volume {name}"),
    ]
    spec = the_volume(made, name).spec
    assert (spec.storage, spec.persistent_volume_reclaim_policy, spec.storage_class_name) == (
        "3Gi", "Delete", "standard",
    )  # fmt: skip
    assert woken(made) == 0


def test_a_class_of_somebody_elses_leaves_its_claims_waiting() -> None:
    made = cluster(storage_class(provisioner="ebs.csi.aws.com"), claim(storageClassName="standard"))
    reason, message = said_of(made, the_claim(made))[0]
    assert reason == "ExternalProvisioning"
    assert message.startswith("Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com'")
    assert the_claim(made).metadata.annotations["volume.kubernetes.io/storage-provisioner"] == "ebs.csi.aws.com"
    assert woken(made) == 0


def test_a_default_class_that_comes_later_is_a_waiting_claims_too() -> None:
    made = cluster(claim(), storage_class(default=True))
    assert the_claim(made).spec.storage_class_name == "standard"
    assert the_claim(made).status.phase == "Bound"


def test_a_claim_waits_for_its_first_pod_and_gets_a_volume_on_its_node() -> None:
    made = cluster(node("w1"), node("w2"), LOCAL, claim(storageClassName="standard"))
    assert said_of(made, the_claim(made)) == [
        ("WaitForFirstConsumer", "waiting for first consumer to be created before binding")
    ]
    made.submit("user", [Create(claiming("p", "data"))])
    made.advance(made.now + 30)
    placed = made.state.find(Pod, "p", "default")
    assert placed is not None
    assert placed.status.phase == "Running"
    found = the_claim(made)
    assert found.metadata.annotations["volume.kubernetes.io/selected-node"] == placed.spec.node_name
    affinity = the_volume(made, found.spec.volume_name).spec.node_affinity
    assert affinity is not None
    assert affinity.required is not None
    assert affinity.required.node_selector_terms[0].match_expressions[0].values == (placed.spec.node_name,)
    assert woken(made) == 0


def test_a_pod_goes_where_its_volume_is() -> None:
    made = cluster(*(node(name) for name in ("w1", "w2", "w3")), volume(node="w2"), claim())
    made.submit("user", [Create(claiming(f"p{number}", "data")) for number in range(6)])
    made.settle()
    assert {each.spec.node_name for each in made.state.all(Pod)} == {"w2"}


def message_of(made: Cluster, name: str = "p") -> str:
    found = made.state.find(Pod, name, "default")
    assert found is not None
    return next(each.message for each in found.status.conditions if each.type == "PodScheduled")


NOT_HELPFUL = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."


def test_a_pod_whose_volume_is_on_no_node_says_so() -> None:
    made = cluster(node("w1"), node("w2"), volume(node="w9"), claim(), claiming("p", "data"))
    why = "2 node(s) didn't match PersistentVolume's node affinity."
    assert message_of(made) == f"0/2 nodes are available: {why} {NOT_HELPFUL}"


def test_a_pod_whose_claim_is_not_there_waits_for_it() -> None:
    made = cluster(node("w1"), node("w2"), volume(), claiming("p", "data"))
    assert message_of(made) == f'0/2 nodes are available: persistentvolumeclaim "data" not found. {NOT_HELPFUL}'
    made.submit("user", [Create(claim())])
    made.advance(made.now + 30)
    assert made.state.find(Pod, "p", "default").status.phase == "Running"  # type: ignore[union-attr]


def test_a_pod_whose_claim_has_no_volume_waits_for_it() -> None:
    made = cluster(node("w1"), node("w2"), claim(), claiming("p", "data"))
    why = "pod has unbound immediate PersistentVolumeClaims"
    assert message_of(made) == f"0/2 nodes are available: {why}. {NOT_HELPFUL}"


def test_a_claim_of_a_class_that_makes_nothing_waits_for_a_volume_that_a_node_reaches() -> None:
    by_hand = storage_class("local", waits=True, provisioner="kubernetes.io/no-provisioner")
    made = cluster(node("w1"), node("w2"), by_hand, claim(storageClassName="local"), claiming("p", "data"))
    why = "2 node(s) didn't find available persistent volumes to bind."
    assert message_of(made) == f"0/2 nodes are available: {why} {NOT_HELPFUL}"
    made.submit("user", [Create(volume("disk-2", node="w2", storageClassName="local"))])
    made.settle()
    assert made.state.find(Pod, "p", "default").spec.node_name == "w2"  # type: ignore[union-attr]
    assert phases(made) == {"disk-2": "Bound", "data": "Bound"}


def test_a_claim_in_use_is_deleted_when_its_pod_is_gone() -> None:
    made = settled(node("w1"), volume(), claim(), claiming("p", "data"))
    deleted(made, CLAIM)
    assert the_claim(made).metadata.deletion_timestamp is not None
    made.submit("user", [Delete(ref=Ref("Pod", "default", "p"), grace_seconds=0)])
    made.settle()
    assert made.state.get(CLAIM) is None


def test_a_volume_in_use_is_deleted_when_its_claim_is_gone() -> None:
    made = cluster(volume(), claim())
    deleted(made, ref_of(volume()))
    assert the_volume(made).metadata.deletion_timestamp is not None
    deleted(made, CLAIM)
    assert not list(made.state.all(PersistentVolume))


def test_a_volume_that_is_kept_is_nobody_elses_after_its_claim() -> None:
    made = deleted(cluster(volume(), claim()), CLAIM)
    assert phases(made) == {"pv-1": "Released"}
    made.submit("user", [Create(claim())])
    made.settle()
    assert phases(made) == {"pv-1": "Released", "data": "Pending"}
    assert woken(made) == 0


def test_a_kept_volume_is_free_again_once_its_claim_is_struck_out() -> None:
    made = deleted(cluster(volume(), claim()), CLAIM)
    found = the_volume(made)
    made.submit("user", [Update(evolve(found, spec=evolve(found.spec, claim_ref=None))), Create(claim("next"))])
    made.settle()
    assert phases(made) == {"pv-1": "Bound", "next": "Bound"}


def test_a_volume_that_was_made_goes_with_its_claim() -> None:
    made = deleted(cluster(storage_class(default=True), claim()), CLAIM)
    assert not list(made.state.all(PersistentVolume))


def test_a_class_that_keeps_its_volumes_keeps_them() -> None:
    made = deleted(cluster(storage_class(default=True, reclaimPolicy="Retain"), claim()), CLAIM)
    assert [each.status.phase for each in made.state.all(PersistentVolume)] == ["Released"]


def test_what_nobody_can_delete_fails() -> None:
    made = deleted(cluster(volume(persistentVolumeReclaimPolicy="Delete"), claim()), CLAIM)
    assert phases(made) == {"pv-1": "Failed"}
    why = "host_path deleter only supports /tmp/.+ but received provided /mnt/data"
    assert said_of(made, the_volume(made)) == [("VolumeFailedDelete", why)]
    assert woken(made) == 0


def test_a_recycled_volume_is_free_again() -> None:
    made = deleted(cluster(volume(persistentVolumeReclaimPolicy="Recycle"), claim()), CLAIM)
    assert phases(made) == {"pv-1": "Available"}


def test_a_claim_whose_volume_is_taken_away_is_lost() -> None:
    made = cluster(volume(), claim())
    found = the_volume(made)
    made.submit("user", [Delete(ref=ref_of(found))])
    unprotected = evolve(the_volume(made), metadata=evolve(the_volume(made).metadata, finalizers=()))
    made.submit("user", [Update(unprotected)])
    made.settle()
    assert the_claim(made).status.phase == "Lost"
    why = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
    assert said_of(made, the_claim(made)) == [("ClaimLost", why)]


def test_a_claim_that_asks_for_more_gets_it_where_the_disk_can_grow() -> None:
    made = cluster(storage_class(default=True, allowVolumeExpansion=True), claim())
    found = the_claim(made)
    more = evolve(found.spec, resources=evolve(found.spec.resources, requests={"storage": "2Gi"}))
    made.submit("user", [Update(evolve(found, spec=more))])
    made.settle()
    found = the_claim(made)
    assert found.status.capacity == {"storage": "2Gi"}
    assert the_volume(made, found.spec.volume_name).spec.capacity == {"storage": "2Gi"}
    assert said_of(made, found)[-1] == ("VolumeResizeSuccessful", "Resize volume succeeded")
    assert woken(made) == 0


def test_an_ephemeral_volume_has_a_claim_that_comes_and_goes_with_its_pod() -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    template = {"metadata": {"labels": {"of": "p"}}, "spec": spec}
    volumes = [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": template}}]
    made = settled(node("w1"), storage_class(default=True, waits=True), pod("p", volumes=volumes))
    found = the_claim(made, "p-scratch")
    assert (found.status.phase, found.metadata.labels) == ("Bound", {"of": "p"})
    assert made.state.find(Pod, "p", "default").status.phase == "Running"  # type: ignore[union-attr]
    assert woken(made) == 0
    deleted(made, Ref("Pod", "default", "p"))
    made.advance(made.now + 60)
    assert not list(made.state.all(PersistentVolumeClaim))
    assert not list(made.state.all(PersistentVolume))
