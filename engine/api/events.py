"""Events: reported once, then counted.

The name is a hash of what is reported, so that the same report finds the first one. A namespace that does not
take new objects drops reports, as Kubernetes' recorder does. Follows ``client-go/tools/record``; differs in
that it never merges different messages into one "(combined from similar events)".
"""

from functools import lru_cache
from hashlib import blake2b

from engine.api.draft import Draft
from engine.api.writes import Emit
from engine.kinds import Event, EventSource, Object, ObjectMeta, ObjectReference, Ref, evolve
from engine.store.indices import event_home
from engine.store.state import State


def emit(draft: Draft, write: Emit) -> None:
    ref, digits = _name_of(write)
    known = draft.get(ref)
    if known is not None:
        assert isinstance(known, Event)
        stamped = draft.stamped(known.metadata)
        draft.put_at(ref, evolve(known, metadata=stamped, count=known.count + 1, last_timestamp=draft.now))
        return
    _, namespace, name = ref
    if not draft.takes_new_objects(namespace):
        return
    draft.put_at(
        ref,
        Event(
            metadata=ObjectMeta(
                name=name,
                namespace=namespace,
                uid=_uid(digits, draft.state.revision + 1),
                resource_version=draft.version,
                creation_timestamp=draft.now,
            ),
            involved_object=_reference(draft, write.subject, write.field_path),
            reason=write.reason,
            message=write.message,
            source=_source(write.component, write.host),
            first_timestamp=draft.now,
            last_timestamp=draft.now,
            count=1,
            type=write.type,
        ),
    )


def reported_at(state: State, write: Emit) -> int | None:
    """When this very report was last made; None if it was not, or is forgotten."""
    known = state.get(_name_of(write)[0])
    return known.last_timestamp if isinstance(known, Event) else None


def _name_of(write: Emit) -> tuple[Ref, str]:
    """Its Ref, and the digits of the hash that are in it."""
    meta = write.subject.metadata
    path = f"\n{write.field_path}" if write.field_path else ""
    said = f"{meta.uid}\n{write.type}\n{write.reason}\n{write.component}\n{write.message}{path}"
    digits = blake2b(said.encode(), digest_size=16).hexdigest()
    return Ref(Event.kind, event_home(meta.namespace), f"{meta.name}.{digits[:16]}"), digits


def _uid(digits: str, revision: int) -> str:
    """Looks like a version 4 UUID; another one each time, also for what is reported again after an hour."""
    return f"{digits[16:24]}-{digits[24:28]}-4{digits[28:31]}-8{digits[29:32]}-{revision:012x}"


def _reference(draft: Draft, subject: Object, field_path: str) -> ObjectReference:
    known = draft.references.get((id(subject), field_path))
    if known is not None:
        return known[1]
    meta = subject.metadata
    made = ObjectReference(
        kind=subject.kind,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        api_version=subject.api_version,
        resource_version=meta.resource_version,
        field_path=field_path,
    )
    draft.references[id(subject), field_path] = subject, made
    return made


@lru_cache(maxsize=8192)
def _source(component: str, host: str) -> EventSource:
    return EventSource(component=component, host=host)
