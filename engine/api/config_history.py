"""What a ConfigMap or Secret held before it changed, kept while pods use it.

A container read its variables when it began, and files from a ConfigMap change a while after it: what it saw must
be there to be looked at. Differs from Kubernetes in nothing that can be seen through its API.
"""

from engine.api.draft import Draft
from engine.contents import Left, config_name, files_at, texts_of, with_left
from engine.kinds import ConfigMap, FileWrite, Object, ObjectMeta, Pod, Ref, Secret, VolumeContent, ref_of
from engine.store.uses import uses_of


def note_change(draft: Draft, old: Object | None, new: Object | None) -> None:
    """To be told of every object that is created, changed or removed."""
    if not isinstance(new or old, ConfigMap | Secret):
        return
    assert old is None or isinstance(old, ConfigMap | Secret)
    assert new is None or isinstance(new, ConfigMap | Secret)
    either = new if new is not None else old
    assert either is not None
    ref = ref_of(either)
    known = draft.find(VolumeContent, config_name(ref))
    if old is not None and new is not None and texts_of(old) == texts_of(new):
        return
    began = [pod.status.start_time or draft.now for pod in draft.state.users_of(ref) if pod.status.pod_ip]
    if not began:
        if known is not None:
            draft.remove(ref_of(known))
        return
    before = texts_of(old) if known is None else files_at(known, draft.now)
    if known is None:
        known = _first(draft, config_name(ref), before)
    after = before if new is None else texts_of(new)
    writes = [FileWrite(at=draft.now, path=key) for key in before if key not in after]
    writes += [FileWrite(at=draft.now, path=key, text=text) for key, text in after.items() if before.get(key) != text]
    left = Left(name=known.metadata.name, writes=tuple(writes), settled_before=min(began))
    draft.put(with_left(known, left))


def forget_for(draft: Draft, pod: Pod) -> None:
    """A pod goes: what only its containers could look back to is forgotten with it."""
    if not draft.state.count(VolumeContent.kind):
        return
    namespace = pod.metadata.namespace
    for kind, name in uses_of(pod.spec):
        ref = Ref(kind, namespace, name)
        if kind in (ConfigMap.kind, Secret.kind) and not any(
            other.metadata.uid != pod.metadata.uid and draft.get(ref_of(other)) for other in draft.state.users_of(ref)
        ):
            draft.remove(Ref(VolumeContent.kind, "", config_name(ref)))


def _first(draft: Draft, name: str, files: dict[str, str]) -> VolumeContent:
    meta = ObjectMeta(
        name=name, uid=draft.draw_uid(), resource_version=draft.version, creation_timestamp=draft.now
    )
    return VolumeContent(metadata=meta, files=files)
