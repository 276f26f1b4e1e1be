"""POST: a new object with its identity, in a namespace that takes it.

Follows ``k8s.io/apiserver/pkg/registry/rest/create.go`` and the admission plugin NamespaceLifecycle.
"""

from collections.abc import Mapping

from engine.api.accounts import add_default_account, add_root_certificates
from engine.api.addresses import with_addresses
from engine.api.answers import already_exists, forbidden, kind_in, not_found
from engine.api.config_history import note_change
from engine.api.custom.definitions import admitted_definition
from engine.api.custom.objects import admitted_custom
from engine.api.defaults import defaulted
from engine.api.defaults.batch import with_selector
from engine.api.draft import Draft
from engine.api.ingresses import admitted_ingress
from engine.api.limits import check_claim
from engine.api.pods import check_default_class, comes_from_template, prepared_pod
from engine.api.quota import charge
from engine.api.storage import admitted_claim, admitted_volume
from engine.api.validation import validate, validate_templated_pod
from engine.api.validation.quantities import check_quantities
from engine.errors import BadRequest, FieldError, Invalid
from engine.kinds import (
    KINDS,
    Kind,
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    Node,
    Object,
    ObjectMeta,
    Pod,
    Ref,
    Service,
    Unmodelled,
    evolve,
    ref_of,
)
from engine.kinds.batch import Job
from engine.kinds.certificates import CertificateSigningRequest
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.networking import Ingress
from engine.kinds.registry import is_custom
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim

COUNTS_GENERATIONS = frozenset({
    "Pod", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob",
    "PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "EndpointSlice",
    "CustomResourceDefinition",
})  # fmt: skip
"""Kinds whose ``metadata.generation`` starts at 1; of the others it is never set."""
_NAME_ATTEMPTS = 8
_LONGEST_GENERATED = 63


def create(draft: Draft, wanted: Object) -> Object:
    """Puts the new object into the draft and returns it as stored."""
    kind, meta = kind_in(draft, wanted.kind), wanted.metadata
    namespace = (meta.namespace or "default") if kind.namespaced else ""
    asked = Ref(kind.name, namespace, meta.name or meta.generate_name)
    if kind.namespaced:
        _check_namespace(draft, asked)
    obj = _with_identity(draft, kind, namespace, wanted)
    ref = ref_of(obj)
    if isinstance(obj, Pod):
        obj = _created_pod(draft, asked, obj)
    elif isinstance(obj, Unmodelled) and is_custom(obj.kind):
        obj = admitted_custom(draft, obj, None)
    else:
        check_quantities(obj)
        obj = defaulted(_without_status(obj))
        if isinstance(obj, Service):
            obj = with_addresses(draft, obj, None)
        elif isinstance(obj, Job):
            obj = with_selector(obj)
        elif isinstance(obj, Ingress):
            obj = admitted_ingress(draft, obj)
        elif isinstance(obj, PersistentVolumeClaim):
            obj = admitted_claim(draft, obj)
        elif isinstance(obj, PersistentVolume):
            obj = admitted_volume(obj)
        elif isinstance(obj, CustomResourceDefinition):
            obj = admitted_definition(obj, None)
        elif isinstance(obj, CertificateSigningRequest):
            asker = draft.identity
            obj = evolve(obj, spec=evolve(obj.spec, username=asker.name, groups=asker.groups))
        validate(obj)
    if draft.get(ref) is not None:
        raise already_exists(ref)
    if obj.kind == "PersistentVolumeClaim":
        check_claim(draft, obj)
    if isinstance(obj, Unmodelled) and obj.kind == "PriorityClass":
        check_default_class(draft, obj)
    charge(draft, obj, asked=asked)
    draft.put(obj)
    note_change(draft, None, obj)
    if isinstance(obj, Namespace):
        add_default_account(draft, obj.metadata.name)
        add_root_certificates(draft, obj.metadata.name)
    return obj


def _created_pod(draft: Draft, asked: Ref, pod: Pod) -> Pod:
    templated = comes_from_template(draft, pod)
    if not templated:
        check_quantities(pod)
    pod = prepared_pod(draft, asked, pod)
    if templated:
        validate_templated_pod(pod, draft.sibling)
        draft.sibling = pod
    else:
        validate(pod)
    return pod


def _check_namespace(draft: Draft, ref: Ref) -> None:
    """Raises unless the namespace exists and takes new objects; ``ref`` is named as the refusal names it."""
    namespace = draft.find(Namespace, ref.namespace)
    if namespace is None:
        raise not_found(Ref("Namespace", "", ref.namespace))
    if namespace.metadata.deletion_timestamp is not None:
        why = f"unable to create new content in namespace {ref.namespace} because it is being terminated"
        raise forbidden(ref, why)


def _with_identity(draft: Draft, kind: Kind, namespace: str, obj: Object) -> Object:
    """``obj`` with the metadata that the server owns."""
    meta = obj.metadata
    if meta.resource_version:
        raise BadRequest("resourceVersion should not be set on objects to be created")
    fresh = ObjectMeta(
        name=meta.name or _generated_name(draft, kind, namespace, meta.generate_name),
        generate_name=meta.generate_name,
        namespace=namespace,
        uid=draft.draw_uid(),
        resource_version=draft.version,
        generation=1 if kind.name in COUNTS_GENERATIONS or is_custom(kind.name) else 0,
        creation_timestamp=draft.now,
        labels=meta.labels,
        annotations=meta.annotations,
        owner_references=meta.owner_references,
        finalizers=meta.finalizers,
        extra=meta.extra,
    )
    return evolve(obj, metadata=fresh)  # type: ignore[misc]  # every kind is attrs


def _generated_name(draft: Draft, kind: Kind, namespace: str, base: str) -> str:
    if not base:
        why = "name or generateName is required"
        raise Invalid(_group_kind(kind), "", [FieldError("metadata.name", why, "Required value")])
    base = base[: _LONGEST_GENERATED - 5]
    for _ in range(_NAME_ATTEMPTS):
        name = base + draft.draw_suffix()
        if draft.get(Ref(kind.name, namespace, name)) is None:
            return name
    raise already_exists(Ref(kind.name, namespace, name))


def _group_kind(kind: Kind) -> str:
    return f"{kind.shown}.{kind.group}" if kind.group else kind.name


def _without_status(obj: Object) -> Object:
    """A status is written through its subresource; only a Node registers with its own."""
    match obj:
        case Node():
            return obj
        case Namespace():
            spec = NamespaceSpec(finalizers=("kubernetes",), extra=obj.spec.extra)
            return evolve(obj, spec=spec, status=NamespaceStatus(phase="Active"))
        case Unmodelled():
            return evolve(obj, body=_without(obj.body, "status"))
    cls = KINDS[obj.kind].cls
    if "status" not in cls.__slots__:
        return obj
    return evolve(obj, status=_zero_status(cls))  # type: ignore[misc]  # every kind is attrs


def _without(body: Mapping[str, object], key: str) -> Mapping[str, object]:
    return {name: value for name, value in body.items() if name != key} if key in body else body


def _zero_status(cls: type) -> object:
    return next(field.default for field in cls.__attrs_attrs__ if field.name == "status")  # type: ignore[attr-defined]
