"""What a pod's containers wrote, when the pod goes: kept where the volume stays, gone where it was the pod's own.

What they wrote follows from their programs and the lines typed into them, which is the kubelet's business: it is
asked from here, so that it is kept however the pod goes, by force or with its node.
"""

from engine.api.draft import Draft
from engine.contents import with_left
from engine.kinds import ObjectMeta, Pod, Ref, VolumeContent, evolve

POD_PREFIX = "pod"


def own_content_name(pod: Pod, volume: str) -> str:
    """Of a volume that goes with its pod."""
    return f"{POD_PREFIX}.{pod.metadata.uid}.{volume}"


def keep_what_it_left(draft: Draft, pod: Pod) -> None:
    if draft.left_by is not None:
        for left in draft.left_by(draft.state, pod, draft.now):
            known = draft.find(VolumeContent, left.name)
            kept = with_left(known, left)
            if known is None:
                kept = evolve(kept, metadata=_identity(draft, kept.metadata))
            draft.put(kept)
    if draft.state.count(VolumeContent.kind):
        for volume in pod.spec.volumes:
            draft.remove(Ref(VolumeContent.kind, "", own_content_name(pod, volume.name)))


def _identity(draft: Draft, meta: ObjectMeta) -> ObjectMeta:
    return evolve(
        meta, uid=draft.draw_uid(), resource_version=draft.version, creation_timestamp=draft.now
    )
