"""Volumes, claims, storage classes and Secrets at the API server: what is filled in, and what is refused (rules 12)."""

from typing import Any

import pytest

from engine.api.writes import Create, Update, UpdateStatus
from engine.errors import BadRequest, Forbidden, Invalid
from engine.kinds import Object, Secret, evolve, to_manifest, with_metadata
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from engine.store.state import State
from tests.engine.admitting import holding, manifest, refusal, submitted


def claim(name: str = "data", *, size: str = "1Gi", **spec: Any) -> PersistentVolumeClaim:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    made = manifest("PersistentVolumeClaim", name, spec=wanted)
    assert isinstance(made, PersistentVolumeClaim)
    return made


def volume(name: str = "pv-1", *, size: str = "1Gi", **spec: Any) -> PersistentVolume:
    wanted = {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": size},
        "hostPath": {"path": "/mnt/data"},
        **spec,
    }
    made = manifest("PersistentVolume", name, spec=wanted)
    assert isinstance(made, PersistentVolume)
    return made


def storage_class(name: str = "standard", *, default: bool = False, **body: Any) -> StorageClass:
    marks = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    body = {"provisioner": "k9lite.dev/disk", **body}
    made = manifest("StorageClass", name, "storage.k8s.io/v1", metadata={"annotations": marks}, **body)
    assert isinstance(made, StorageClass)
    return made


def secret(**body: Any) -> Secret:
    made = manifest("Secret", "s", **body)
    assert isinstance(made, Secret)
    return made


def stored(state: State, name: str = "data") -> PersistentVolumeClaim:
    found = state.find(PersistentVolumeClaim, name, "default")
    assert found is not None
    return found


def test_a_claim_gets_its_volume_mode_its_phase_and_its_protection() -> None:
    made = stored(holding(claim()))
    assert (made.spec.volume_mode, made.status.phase) == ("Filesystem", "Pending")
    assert made.metadata.finalizers == ("kubernetes.io/pvc-protection",)
    assert made.spec.storage_class_name is None


def test_a_volume_is_kept_unless_it_says_otherwise() -> None:
    made = holding(volume()).find(PersistentVolume, "pv-1")
    assert made is not None
    assert (made.spec.persistent_volume_reclaim_policy, made.spec.volume_mode) == ("Retain", "Filesystem")
    assert (made.status.phase, made.metadata.finalizers) == ("Pending", ("kubernetes.io/pv-protection",))


def test_a_class_deletes_and_binds_at_once_unless_it_says_otherwise() -> None:
    made = holding(storage_class()).find(StorageClass, "standard")
    assert made is not None
    assert (made.reclaim_policy, made.volume_binding_mode) == ("Delete", "Immediate")


def test_a_claim_without_a_class_gets_the_default_class() -> None:
    state = holding(storage_class("slow"), storage_class("standard", default=True), claim())
    assert stored(state).spec.storage_class_name == "standard"


def test_a_claim_that_asks_for_no_class_gets_none() -> None:
    state = holding(storage_class(default=True), claim(storageClassName=""))
    assert stored(state).spec.storage_class_name == ""


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"accessModes": []}, "spec.accessModes: Required value: at least 1 access mode is required"),
        (
            {"accessModes": ["ReadWrite"]},
            'spec.accessModes: Unsupported value: "ReadWrite": supported values: "ReadOnlyMany", "ReadWriteMany", '
            '"ReadWriteOnce", "ReadWriteOncePod"',
        ),
        (
            {"accessModes": ["ReadWriteOncePod", "ReadWriteOnce"]},
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
        ),
        ({"resources": {}}, "spec.resources[storage]: Required value"),
        ({"resources": {"requests": {"storage": "0"}}}, "must be greater than zero"),
        (
            {"volumeMode": "Disk"},
            'spec.volumeMode: Unsupported value: "Disk": supported values: "Block", "Filesystem"',
        ),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(claim(**spec))


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"capacity": {}}, "spec.capacity: Required value"),
        ({"hostPath": None}, "spec: Required value: must specify a volume type"),
        ({"nfs": {"server": "s", "path": "/"}}, "spec.nfs: Forbidden: may not specify more than 1 volume type"),
        ({"hostPath": {"path": "/a/../b"}}, "must not contain '..'"),
        (
            {"hostPath": None, "local": {"path": "/mnt"}},
            "spec.nodeAffinity: Required value: Local volume requires node affinity",
        ),
        ({"persistentVolumeReclaimPolicy": "Keep"}, 'supported values: "Delete", "Recycle", "Retain"'),
    ],
)
def test_a_volume_that_makes_no_sense_is_refused(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(volume(**spec))


def test_a_size_that_is_no_quantity_cannot_be_read() -> None:
    with pytest.raises(BadRequest, match='PersistentVolumeClaim in version "v1" cannot be handled'):
        submitted(holding(), Create(claim(size="one")))


def test_what_a_claim_asks_for_stays_as_it_is() -> None:
    state = holding(claim())
    other = evolve(stored(state), spec=evolve(stored(state).spec, access_modes=("ReadWriteMany",)))
    with pytest.raises(Invalid, match="spec is immutable after creation except"):
        submitted(state, Update(other))


def bound(*classes: StorageClass, size: str = "1Gi", name: str = "standard") -> State:
    state = holding(*classes, claim(size=size, storageClassName=name))
    found = stored(state)
    state = submitted(state, Update(evolve(found, spec=evolve(found.spec, volume_name="pv-1"))))
    status = evolve(found.status, phase="Bound", capacity={"storage": size})
    return submitted(state, UpdateStatus(evolve(stored(state), status=status)))


def resized(state: State, size: str) -> State:
    found = stored(state)
    resources = evolve(found.spec.resources, requests={"storage": size})
    return submitted(state, Update(evolve(found, spec=evolve(found.spec, resources=resources))))


def test_a_bound_claim_grows_where_its_class_lets_it() -> None:
    state = resized(bound(storage_class(allowVolumeExpansion=True)), "2Gi")
    assert stored(state).spec.storage == "2Gi"


def test_a_claim_of_a_class_that_does_not_let_it_does_not_grow() -> None:
    with pytest.raises(Forbidden) as refused:
        resized(bound(storage_class()), "2Gi")
    assert str(refused.value) == (
        'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the '
        "storageclass that provisions the pvc must support resize"
    )


def test_a_claim_never_shrinks() -> None:
    with pytest.raises(Invalid, match=r"spec.resources.requests.storage: Forbidden: field can not be less than"):
        resized(bound(storage_class(allowVolumeExpansion=True), size="2Gi"), "1Gi")


def test_the_source_of_a_volume_stays() -> None:
    state = holding(volume())
    found = state.find(PersistentVolume, "pv-1")
    assert found is not None
    other = evolve(found, spec=evolve(found.spec, extra={"hostPath": {"path": "/other"}}))
    with pytest.raises(Invalid, match="persistentvolumesource is immutable after creation"):
        submitted(state, Update(other))


def test_the_provisioner_of_a_class_stays() -> None:
    state = holding(storage_class())
    with pytest.raises(Invalid, match="updates to provisioner are forbidden"):
        submitted(state, Update(storage_class(provisioner="example.com/other")))


def test_plain_text_of_a_secret_is_stored_in_base_64_over_its_data() -> None:
    state = holding(secret(data={"user": "b2xk", "host": "ZGI="}, stringData={"user": "admin"}))
    found = state.find(Secret, "s", "default")
    assert found is not None
    shown = to_manifest(found)
    assert shown["data"] == {"user": "YWRtaW4=", "host": "ZGI="}
    assert "stringData" not in shown
    assert shown["type"] == "Opaque"


def test_data_that_is_no_base_64_cannot_be_read() -> None:
    with pytest.raises(BadRequest) as refused:
        submitted(holding(), Create(secret(data={"password": "pass word"})))
    assert str(refused.value).endswith(
        'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 4'
    )


@pytest.mark.parametrize(
    ("type_", "data", "why"),
    [
        ("kubernetes.io/tls", {"tls.crt": "eA=="}, "data[tls.key]: Required value"),
        ("kubernetes.io/basic-auth", {}, "data[username]: Required value"),
        ("kubernetes.io/ssh-auth", {}, "data[ssh-privatekey]: Required value"),
        ("kubernetes.io/dockerconfigjson", {".dockerconfigjson": "eA=="}, "<secret contents redacted>"),
        ("Opaque", {"a b": "eA=="}, "a valid config key must consist of alphanumeric characters"),
    ],
)
def test_a_secret_holds_what_its_type_needs(type_: str, data: dict[str, str], why: str) -> None:
    assert why in refusal(secret(type=type_, data=data))


def test_an_immutable_secret_stays_as_it_is() -> None:
    state = holding(secret(immutable=True, data={"a": "eA=="}))
    with pytest.raises(Invalid, match="data: Forbidden: field is immutable when `immutable` is set"):
        submitted(state, Update(secret(immutable=True, data={"a": "eQ=="})))


def test_the_type_of_a_secret_stays() -> None:
    state = holding(secret())
    with pytest.raises(Invalid, match="type: Invalid value"):
        submitted(state, Update(with_metadata(secret(type="example.com/other"), labels={})))


def test_kinds_of_storage_come_back_from_a_manifest_as_they_were_written() -> None:
    objects: list[Object] = [claim(), volume(), storage_class(parameters={"type": "ssd"}), secret(data={"a": "eA=="})]
    for obj in objects:
        shown = to_manifest(obj)
        body = {key: value for key, value in shown.items() if key not in ("kind", "apiVersion", "metadata")}
        again = manifest(obj.kind, obj.metadata.name, obj.api_version, **body)
        assert to_manifest(again) == {**shown, "metadata": {"name": obj.metadata.name}}
