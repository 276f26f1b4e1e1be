"""PersistentVolume, PersistentVolumeClaim (core/v1), StorageClass (storage.k8s.io/v1): room on disks, and who has it.

What kind of disk a volume is (``hostPath``, ``nfs``, ``csi``, ...) stays verbatim in ``extra`` of its spec.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, LabelSelector, ObjectMeta, ObjectReference
from engine.kinds.pod import NodeSelector

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
FILESYSTEM, BLOCK = "Filesystem", "Block"
IMMEDIATE, FIRST_CONSUMER = "Immediate", "WaitForFirstConsumer"
AVAILABLE, BOUND, RELEASED, FAILED = "Available", "Bound", "Released", "Failed"
PENDING, LOST = "Pending", "Lost"

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
"""How the class was named before there was a field for it; it still goes first."""
DEFAULT_CLASS_ANNOTATION = "storageclass.kubernetes.io/is-default-class"
BETA_DEFAULT_CLASS_ANNOTATION = "storageclass.beta.kubernetes.io/is-default-class"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
CLAIM_PROTECTION, VOLUME_PROTECTION = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


@frozen(kw_only=True)
class VolumeNodeAffinity:
    """``required`` None is refused: an affinity says from which nodes the volume can be reached."""

    required: NodeSelector | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PersistentVolumeSpec:
    capacity: Mapping[str, Quantity] = EMPTY
    access_modes: tuple[str, ...] = ()
    claim_ref: ObjectReference | None = None
    persistent_volume_reclaim_policy: str = ""
    storage_class_name: str = ""
    mount_options: tuple[str, ...] = ()
    volume_mode: str | None = None
    node_affinity: VolumeNodeAffinity | None = None
    volume_attributes_class_name: str | None = None
    extra: Mapping[str, Any] = EMPTY

    @property
    def source(self) -> str:
        """``hostPath``, ``nfs``, ...; "" where none is given."""
        return next((name for name, body in self.extra.items() if body is not None), "")

    @property
    def storage(self) -> str:
        return self.capacity.get("storage", "0")


@frozen(kw_only=True)
class PersistentVolumeStatus:
    phase: str = ""
    message: str = ""
    reason: str = ""
    last_phase_transition_time: Time | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PersistentVolume:
    kind: ClassVar[str] = "PersistentVolume"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()
    extra: Mapping[str, Any] = EMPTY

    @property
    def storage_class(self) -> str:
        return self.metadata.annotations.get(CLASS_ANNOTATION) or self.spec.storage_class_name

    def is_for(self, claim: "PersistentVolumeClaim") -> bool:
        """Whether its claimRef names this very claim, or one of that name whose uid is not known yet."""
        ref, meta = self.spec.claim_ref, claim.metadata
        if ref is None or (ref.namespace, ref.name) != (meta.namespace, meta.name):
            return False
        return ref.uid in ("", meta.uid)


@frozen(kw_only=True)
class VolumeResourceRequirements:
    limits: Mapping[str, Quantity] = EMPTY
    requests: Mapping[str, Quantity] = EMPTY
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PersistentVolumeClaimSpec:
    """``storage_class_name`` None asks for the default class, "" for a volume without one."""

    access_modes: tuple[str, ...] = ()
    selector: LabelSelector | None = None
    resources: VolumeResourceRequirements = VolumeResourceRequirements()
    volume_name: str = ""
    storage_class_name: str | None = None
    volume_mode: str | None = None
    data_source: Mapping[str, Any] | None = None
    data_source_ref: Mapping[str, Any] | None = None
    volume_attributes_class_name: str | None = None
    extra: Mapping[str, Any] = EMPTY

    @property
    def storage(self) -> str:
        return self.resources.requests.get("storage", "0")


@frozen(kw_only=True)
class PersistentVolumeClaimStatus:
    phase: str = ""
    access_modes: tuple[str, ...] = ()
    capacity: Mapping[str, Quantity] = EMPTY
    conditions: tuple[Condition, ...] = ()
    extra: Mapping[str, Any] = EMPTY

    @property
    def storage(self) -> str:
        return self.capacity.get("storage", "0")


@frozen(kw_only=True)
class PersistentVolumeClaim:
    kind: ClassVar[str] = "PersistentVolumeClaim"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
    status: PersistentVolumeClaimStatus = PersistentVolumeClaimStatus()
    extra: Mapping[str, Any] = EMPTY

    @property
    def storage_class(self) -> str:
        annotated = self.metadata.annotations.get(CLASS_ANNOTATION)
        return (self.spec.storage_class_name or "") if annotated is None else annotated

    @property
    def fully_bound(self) -> bool:
        """Both sides of the binding are written."""
        return bool(self.spec.volume_name) and BIND_COMPLETED in self.metadata.annotations


@frozen(kw_only=True)
class StorageClass:
    kind: ClassVar[str] = "StorageClass"
    api_version: ClassVar[str] = "storage.k8s.io/v1"
    metadata: ObjectMeta
    provisioner: str
    parameters: Mapping[str, str] = EMPTY
    reclaim_policy: str | None = None
    mount_options: tuple[str, ...] = ()
    allow_volume_expansion: bool | None = None
    volume_binding_mode: str | None = None
    allowed_topologies: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = EMPTY

    @property
    def is_default(self) -> bool:
        marks = self.metadata.annotations
        return "true" in (marks.get(DEFAULT_CLASS_ANNOTATION), marks.get(BETA_DEFAULT_CLASS_ANNOTATION))

    @property
    def waits_for_consumer(self) -> bool:
        return self.volume_binding_mode == FIRST_CONSUMER
