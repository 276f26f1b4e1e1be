"""PROVISIONER: makes a volume for a claim that asks for one of the bundled DISKS.

Follows ``sig-storage-lib-external-provisioner``, whose Events these are; it acts in the name of the provisioner.
"""

from collections.abc import Iterable

from engine.api.writes import Create, Emit, Write
from engine.controllers.persistentvolume.disks import DISKS, volume_name
from engine.kinds import NodeSelector, NodeSelectorTerm, ObjectMeta, Ref, Requirement
from engine.kinds.storage import (
    PROVISIONED_BY,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeSpec,
    StorageClass,
    VolumeNodeAffinity,
)
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State
from engine.volumes import class_of, reference_to

_HOSTNAME = "kubernetes.io/hostname"


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    claim = state.find(PersistentVolumeClaim, ref.name, ref.namespace)
    if claim is None or not _is_asked(claim):
        return NOTHING
    storage_class, name = class_of(state, claim), volume_name(claim)
    if storage_class is None or state.find(PersistentVolume, name) is not None:
        return NOTHING
    provisioner = claim.metadata.annotations[STORAGE_PROVISIONER]
    if storage_class.provisioner != provisioner:
        return NOTHING

    def said(reason: str, message: str, type_: str = "Normal") -> Write:
        return Emit(subject=claim, type=type_, reason=reason, message=message, component=provisioner)

    begun = f'External provisioner is provisioning volume for claim "{ref.namespace}/{ref.name}"'
    node = claim.metadata.annotations.get(SELECTED_NODE, "")
    if DISKS[provisioner].of_node and not node:
        why = f'failed to provision volume with StorageClass "{storage_class.metadata.name}": '
        failed = said("ProvisioningFailed", f"{why}configuration error, no node was specified", "Warning")
        if any(event.reason == "ProvisioningFailed" for event in state.events_of(claim)):
            return NOTHING
        return Result(writes=(said("Provisioning", begun), failed), actor=provisioner)
    made = _made(claim, storage_class, name, node)
    done = said("ProvisioningSucceeded", f"Successfully provisioned volume {name}")
    return Result(writes=(said("Provisioning", begun), Create(made), done), actor=provisioner)


def _is_asked(claim: PersistentVolumeClaim) -> bool:
    meta = claim.metadata
    return (
        meta.annotations.get(STORAGE_PROVISIONER) in DISKS
        and not claim.spec.volume_name
        and meta.deletion_timestamp is None
    )


def _made(claim: PersistentVolumeClaim, storage_class: StorageClass, name: str, node: str) -> PersistentVolume:
    disk = DISKS[storage_class.provisioner]
    affinity = None
    if disk.of_node:
        here = Requirement(key=_HOSTNAME, operator="In", values=(node,))
        term = NodeSelectorTerm(match_expressions=(here,))
        affinity = VolumeNodeAffinity(required=NodeSelector(node_selector_terms=(term,)))
    return PersistentVolume(
        metadata=ObjectMeta(name=name, annotations={PROVISIONED_BY: storage_class.provisioner}),
        spec=PersistentVolumeSpec(
            capacity={"storage": claim.spec.storage},
            access_modes=claim.spec.access_modes,
            claim_ref=reference_to(claim),
            persistent_volume_reclaim_policy=storage_class.reclaim_policy or "Delete",
            storage_class_name=storage_class.metadata.name,
            mount_options=storage_class.mount_options,
            volume_mode=claim.spec.volume_mode,
            node_affinity=affinity,
            extra=disk.source(claim, name),
        ),
    )


def _wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every wakes takes the state
    claim = change.new
    return (change.ref,) if isinstance(claim, PersistentVolumeClaim) and _is_asked(claim) else ()


PROVISIONER = Controller(
    name="external-provisioner", watches=("PersistentVolumeClaim",), wakes=_wakes, reconcile=_reconcile
)
