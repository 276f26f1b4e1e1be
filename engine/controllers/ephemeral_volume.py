"""The claim of an ``ephemeral`` volume: made for its pod, named after both, and gone with the pod.

Follows ``pkg/controller/volume/ephemeral``. A claim of that name that is not the pod's is left alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.api.writes import Create
from engine.kinds import Object, Pod, Ref, Volume, from_manifest, owner_reference, with_metadata
from engine.kinds.storage import PersistentVolumeClaim
from engine.parts import VOLUMES
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_EMPTY: Mapping[str, Any] = {}


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    pod = state.get(ref)
    if not isinstance(pod, Pod) or not pod.active:
        return NOTHING
    missing = [
        _made(pod, volume)
        for volume in pod.spec.volumes
        if "ephemeral" in volume.extra
        and state.find(PersistentVolumeClaim, f"{ref.name}-{volume.name}", ref.namespace) is None
    ]
    return Result(writes=tuple(Create(each) for each in missing), refused=lambda _: NOTHING)


def _made(pod: Pod, volume: Volume) -> Object:
    template = _mapping(_mapping(volume.extra["ephemeral"]).get("volumeClaimTemplate"))
    metadata = _mapping(template.get("metadata"))
    made = from_manifest({
        "apiVersion": "v1",
        "kind": PersistentVolumeClaim.kind,
        "metadata": {
            "name": f"{pod.metadata.name}-{volume.name}",
            "namespace": pod.metadata.namespace,
            "labels": dict(_mapping(metadata.get("labels"))),
            "annotations": dict(_mapping(metadata.get("annotations"))),
        },
        "spec": dict(_mapping(template.get("spec"))),
    })  # fmt: skip
    return with_metadata(made, owner_references=(owner_reference(pod),))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _EMPTY


def _wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every wakes takes the state
    pod = change.new
    if isinstance(pod, Pod) and pod.spec.volumes and any("ephemeral" in each.extra for each in pod.spec.volumes):
        return (change.ref,)
    return ()


EPHEMERAL_VOLUME = Controller(
    name="ephemeral-volume-controller",
    watches=("Pod",),
    heeds={"Pod": VOLUMES},
    wakes=_wakes,
    reconcile=_reconcile,
)
