"""PUT: metadata and spec, or the status alone, of an object that exists.

Follows ``k8s.io/apiserver/pkg/registry/rest/update.go`` and the kinds' strategies in ``pkg/registry``.
Differs in one thing: a Namespace that is Terminating loses its spec.finalizers by an Update, since there is
no finalize subresource.
"""

from typing import TypeVar

from engine.api.addresses import with_addresses
from engine.api.answers import conflict, not_found, wrong_uid
from engine.api.config_history import note_change
from engine.api.creation import COUNTS_GENERATIONS
from engine.api.custom.definitions import admitted_definition
from engine.api.custom.objects import admitted_custom, admitted_status
from engine.api.defaults import defaulted
from engine.api.defaults.revisioned import with_template_generation
from engine.api.deletion import remove
from engine.api.draft import Draft
from engine.api.field_owners import with_change_noted
from engine.api.managed_fields import with_schedule_noted
from engine.api.pods import check_default_class, updated_pod_spec
from engine.api.quota import charge
from engine.api.sharing import shared
from engine.api.storage import check_growth
from engine.api.validation import validate
from engine.api.validation.quantities import check_quantities
from engine.errors import BadRequest
from engine.kinds import DaemonSet, Namespace, Object, ObjectMeta, Pod, Ref, Service, Unmodelled, evolve, ref_of
from engine.kinds.batch import CronJob
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.registry import is_custom
from engine.kinds.storage import PersistentVolumeClaim
from engine.served import as_stored

ObjectT = TypeVar("ObjectT", bound=Object)


def update(draft: Draft, wanted: Object) -> Object:
    """Puts the object as it will be stored into the draft, or removes it with its last finalizer."""
    stored = current(draft, wanted)
    if isinstance(wanted, Unmodelled) and isinstance(stored, Unmodelled) and is_custom(stored.kind):
        wanted = admitted_custom(draft, wanted, stored)
    obj = _filled_in(draft, _with_server_fields(wanted, stored), stored)
    if obj is stored or obj == stored:
        return stored
    if stored.metadata.extra:
        obj = with_change_noted(obj, stored, draft.now)
    validate(obj, stored)
    if isinstance(obj, Unmodelled) and obj.kind == "PriorityClass":
        check_default_class(draft, obj)
    if isinstance(obj, PersistentVolumeClaim) and isinstance(stored, PersistentVolumeClaim):
        check_growth(draft, obj, stored)
    if (obj.kind in COUNTS_GENERATIONS or is_custom(obj.kind)) and _spec_of(obj) != _spec_of(stored):
        generation = stored.metadata.generation + 1
        obj = evolve(obj, metadata=evolve(obj.metadata, generation=generation))  # type: ignore[misc]
    if _is_released(obj):
        remove(draft, obj)
    else:
        if obj.kind in ("Service", "PersistentVolumeClaim"):
            charge(draft, obj, stored)
        draft.put(obj)
        note_change(draft, stored, obj)
    return obj


def _filled_in(draft: Draft, obj: Object, stored: Object) -> Object:
    """``obj`` with what it leaves open; equal parts become the very ones that are stored."""
    obj = as_stored(shared(obj, stored), stored, draft.state)
    if isinstance(obj, Pod) and isinstance(stored, Pod):
        if obj.spec is stored.spec:
            return obj
        check_quantities(obj)
        return shared(evolve(obj, spec=updated_pod_spec(obj.spec, stored.spec)), stored)
    check_quantities(obj)
    obj = defaulted(obj)
    if isinstance(obj, Service) and isinstance(stored, Service):
        obj = with_addresses(draft, obj, stored)
    elif isinstance(obj, CronJob) and isinstance(stored, CronJob):
        obj = with_schedule_noted(obj, stored, draft.now)
    elif isinstance(obj, CustomResourceDefinition):
        obj = admitted_definition(obj, stored)
    if isinstance(obj, DaemonSet) and isinstance(stored, DaemonSet):
        obj = with_template_generation(obj, stored)
    return shared(obj, stored)


def update_status(draft: Draft, wanted: Object) -> Object:
    """Only the status of ``wanted`` counts; it is taken as it is."""
    ref, stored = _found(draft, wanted)
    obj: Object
    if isinstance(stored, Unmodelled):
        assert isinstance(wanted, Unmodelled)
        if "status" not in wanted.body:
            return stored
        obj = evolve(stored, body={**stored.body, "status": wanted.body["status"]})
        if is_custom(stored.kind):
            obj = admitted_status(draft, obj)
    else:
        status = getattr(wanted, "status", None)
        if status is None:
            raise BadRequest(f"a {wanted.kind} has no status")
        if status == stored.status:  # type: ignore[attr-defined]  # it is of the same class
            return stored
        obj = evolve(stored, status=status, metadata=draft.stamped(stored.metadata))  # type: ignore[misc]  # every kind is attrs
    draft.put_at(ref, obj)
    return obj


def current(draft: Draft, wanted: Object) -> Object:
    """The stored object that ``wanted`` replaces; raises unless uid and resourceVersion, if set, are its own."""
    return _found(draft, wanted)[1]


def _found(draft: Draft, wanted: Object) -> tuple[Ref, Object]:
    meta = wanted.metadata
    ref = ref_of(wanted)
    stored = draft.get(ref)
    if stored is None and not meta.namespace:
        ref = Ref(ref.kind, "default", ref.name)
        stored = draft.get(ref)
    if stored is None:
        raise not_found(ref)
    if meta.uid and meta.uid != stored.metadata.uid:
        raise wrong_uid(ref, meta.uid, stored.metadata.uid)
    if meta.resource_version and meta.resource_version != draft.version_of(stored):
        raise conflict(ref)
    return ref, stored


def _with_server_fields(wanted: ObjectT, stored: ObjectT) -> ObjectT:
    """``wanted`` with the metadata and status that only the server writes."""
    new, old = wanted.metadata, stored.metadata
    meta = old if new is old else ObjectMeta(
        name=old.name,
        generate_name=old.generate_name,
        namespace=old.namespace,
        uid=old.uid,
        resource_version=old.resource_version,
        generation=old.generation,
        creation_timestamp=old.creation_timestamp,
        deletion_timestamp=old.deletion_timestamp,
        deletion_grace_period_seconds=old.deletion_grace_period_seconds,
        labels=new.labels,
        annotations=new.annotations,
        owner_references=new.owner_references,
        finalizers=new.finalizers,
        extra=new.extra,
    )  # fmt: skip
    changes: dict[str, object] = {"metadata": meta}
    if isinstance(stored, Unmodelled) and isinstance(wanted, Unmodelled) and not is_custom(stored.kind):
        body = {key: value for key, value in wanted.body.items() if key != "status"}
        if "status" in stored.body:
            body["status"] = stored.body["status"]
        changes["body"] = body
    elif hasattr(stored, "status"):
        changes["status"] = stored.status
    if isinstance(stored, Namespace) and stored.metadata.deletion_timestamp is None:
        changes["spec"] = stored.spec
    return evolve(wanted, **changes)  # type: ignore[misc]  # every kind is attrs


def _spec_of(obj: Object) -> object:
    """What a new generation counts changes of: all but metadata and status."""
    if isinstance(obj, Unmodelled):
        return {key: value for key, value in obj.body.items() if key != "status"}
    return getattr(obj, "spec", None)


def _is_released(obj: Object) -> bool:
    """It was being deleted, and nothing holds it any more."""
    meta = obj.metadata
    if meta.deletion_timestamp is None or meta.finalizers or meta.deletion_grace_period_seconds:
        return False
    return not (isinstance(obj, Namespace) and obj.spec.finalizers)
