"""Events: reported once, then counted.

The name is a hash of what is reported, so that the same report finds the first one. A namespace that does not
take new objects drops reports, as Kubernetes' recorder does. Follows ``client-go/tools/record``; differs in
that it never merges different messages into one "(combined from similar events)".
"""

from functools import lru_cache
from hashlib import blake2b

from engine.api.draft import Draft
from engine.api.writes import Emit
from engine.kinds import Event, EventSource, Namespace, Object, ObjectMeta, ObjectReference, Same, evolve


def emit(draft: Draft, write: Emit) -> None:
    subject = write.subject
    meta = subject.metadata
    namespace = meta.namespace or "default"
    said = (meta.uid, write.type, write.reason, write.message, write.component)
    name = f"{meta.name}.{blake2b(repr(said).encode(), digest_size=8).hexdigest()}"
    known = draft.find(Event, name, namespace)
    if known is not None:
        draft.put(evolve(known, count=known.count + 1, last_timestamp=draft.now))
        return
    home = draft.find(Namespace, namespace)
    if home is None or home.metadata.deletion_timestamp is not None:
        return
    draft.put(
        Event(
            metadata=ObjectMeta(
                name=name,
                namespace=namespace,
                uid=draft.draw_uid(),
                resource_version=draft.version,
                creation_timestamp=draft.now,
            ),
            involved_object=_reference(Same(subject)),
            reason=write.reason,
            message=write.message,
            source=_source(write.component, write.host),
            first_timestamp=draft.now,
            last_timestamp=draft.now,
            count=1,
            type=write.type,
        )
    )


@lru_cache(maxsize=256)
def _reference(subject: Same[Object]) -> ObjectReference:
    """What one look tells of an object shares one."""
    meta = subject.value.metadata
    return ObjectReference(
        kind=subject.value.kind,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        api_version=subject.value.api_version,
        resource_version=meta.resource_version,
    )


@lru_cache(maxsize=8192)
def _source(component: str, host: str) -> EventSource:
    return EventSource(component=component, host=host)
