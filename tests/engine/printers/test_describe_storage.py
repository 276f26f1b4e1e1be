"""Volumes, claims and classes as kubectl describes them, and why a claim has no volume yet."""

from engine.api.writes import Delete
from engine.kinds import Ref
from engine.printers.describe import describe
from engine.printers.health import health
from tests.builders import cluster, node, settled
from tests.engine.volumes_given import claim, claiming, storage_class, the_claim, the_volume, volume


def test_a_claim_tells_who_uses_it_and_what_it_asked_for() -> None:
    made = settled(node("w1"), storage_class(default=True), claim(), claiming("p", "data"), claiming("q", "data"))
    found = the_claim(made)
    name = found.spec.volume_name
    assert describe(found, made.state, made.now)[:17] == [
        "Name:          data",
        "Namespace:     default",
        "StorageClass:  standard",
        "Status:        Bound",
        f"Volume:        {name}",
        "Labels:        <none>",
        "Annotations:   pv.kubernetes.io/bind-completed: yes",
        "               pv.kubernetes.io/bound-by-controller: yes",
        "               volume.beta.kubernetes.io/storage-provisioner: k9lite.dev/disk",
        "               volume.kubernetes.io/storage-provisioner: k9lite.dev/disk",
        "Finalizers:    [kubernetes.io/pvc-protection]",
        "Capacity:      1Gi",
        "Access Modes:  RWO",
        "VolumeMode:    Filesystem",
        "Used By:       p",
        "               q",
        "Events:",
    ]


def test_a_volume_tells_from_where_it_can_be_reached_and_what_it_is() -> None:
    made = cluster(volume(node="w1"))
    assert describe(the_volume(made), made.state, made.now) == [
        "Name:              pv-1",
        "Labels:            <none>",
        "Annotations:       <none>",
        "Finalizers:        [kubernetes.io/pv-protection]",
        "StorageClass:      ",
        "Status:            Available",
        "Claim:             ",
        "Reclaim Policy:    Retain",
        "Access Modes:      RWO",
        "VolumeMode:        Filesystem",
        "Capacity:          1Gi",
        "Node Affinity:     ",
        "  Required Terms:  ",
        "    Term 0:        kubernetes.io/hostname in [w1]",
        "Message:           ",
        "Source:",
        "    Type:          HostPath (bare host directory volume)",
        "    Path:          /mnt/data",
        "    HostPathType:  <none>",
        "Events:            <none>",
    ]


def test_a_class_tells_who_makes_its_volumes() -> None:
    made = cluster(storage_class(default=True, waits=True, parameters={"type": "ssd"}, mountOptions=["debug"]))
    (found,) = made.state.objects("StorageClass")
    assert describe(found, made.state, made.now) == [
        "Name:                  standard",
        "IsDefaultClass:        Yes",
        "Annotations:           storageclass.kubernetes.io/is-default-class=true",
        "Provisioner:           k9lite.dev/disk",
        "Parameters:            type=ssd",
        "AllowVolumeExpansion:  <unset>",
        "MountOptions:",
        "  debug",
        "ReclaimPolicy:      Delete",
        "VolumeBindingMode:  WaitForFirstConsumer",
        "Events:             <none>",
    ]


def test_a_claim_without_a_volume_says_what_it_waits_for() -> None:
    nobody = cluster(claim())
    told = health(the_claim(nobody), nobody.state, nobody.now)
    assert told.level == "warn"
    assert told.reason == "no persistent volumes available for this claim and no storage class is set"
    waiting = cluster(storage_class(default=True, waits=True), claim())
    told = health(the_claim(waiting), waiting.state, waiting.now)
    assert (told.level, told.reason) == ("dim", "waiting for first consumer to be created before binding")


def test_a_claim_and_a_volume_that_have_each_other_are_well() -> None:
    made = cluster(volume(), claim())
    assert health(the_claim(made), made.state, made.now).level == "ok"
    assert health(the_volume(made), made.state, made.now).level == "ok"


def test_a_volume_that_nobody_can_have_says_whose_it_was() -> None:
    made = cluster(volume(), claim())
    made.submit("user", [Delete(ref=Ref("PersistentVolumeClaim", "default", "data"))])
    made.settle()
    told = health(the_volume(made), made.state, made.now)
    assert (told.level, told.reason) == ("warn", "kept after default/data was deleted: nobody can claim it")
