"""What every object has: metadata, references, conditions and label selectors (apimachinery's meta/v1)."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from engine.kinds.codec import EMPTY, Time
from engine.kinds.evolution import evolve
from engine.kinds.frozen import frozen


class Ref(NamedTuple):
    """The address of an object; ``namespace`` is "" for cluster-scoped kinds. Sorts as ``kubectl get`` lists."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@frozen(kw_only=True)
class OwnerReference:
    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool | None = None
    block_owner_deletion: bool | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ObjectMeta:
    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    labels: Mapping[str, str] = EMPTY
    annotations: Mapping[str, str] = EMPTY
    owner_references: tuple[OwnerReference, ...] = ()
    finalizers: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY

    @property
    def controller(self) -> OwnerReference | None:
        """The managing owner, if there is one (``metav1.GetControllerOf``)."""
        for owner in self.owner_references:
            if owner.controller:
                return owner
        return None


class Object(Protocol):
    """What all kinds share; each kind is a frozen attrs class of its own."""

    @property
    def kind(self) -> str: ...
    @property
    def api_version(self) -> str: ...
    @property
    def metadata(self) -> ObjectMeta: ...


ObjectT = TypeVar("ObjectT", bound=Object)


def ref_of(obj: Object) -> Ref:
    meta = obj.metadata
    return _new_tuple(Ref, (obj.kind, meta.namespace, meta.name))  # as Ref(...) does, in half the time


_new_tuple = tuple.__new__


def with_metadata(obj: ObjectT, **changes: Any) -> ObjectT:
    """The same object with some metadata fields replaced; everything else is shared."""
    return evolve(obj, metadata=evolve(obj.metadata, **changes))  # type: ignore[misc]  # every kind is attrs


def owner_reference(owner: Object, *, controller: bool = True) -> OwnerReference:
    """A reference to ``owner`` as its controller writes it (``metav1.NewControllerRef``)."""
    return OwnerReference(
        api_version=owner.api_version,
        kind=owner.kind,
        name=owner.metadata.name,
        uid=owner.metadata.uid,
        controller=controller,
        block_owner_deletion=True,
    )


@frozen(kw_only=True)
class Condition:
    """One entry of ``status.conditions``, of any kind."""

    type: str
    status: str
    observed_generation: int | None = None
    last_probe_time: Time | None = None
    last_heartbeat_time: Time | None = None
    last_update_time: Time | None = None
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""
    extra: Mapping[str, Any] = EMPTY


def condition(conditions: tuple[Condition, ...], type_: str) -> Condition | None:
    for each in conditions:
        if each.type == type_:
            return each
    return None


def is_true(conditions: tuple[Condition, ...], type_: str) -> bool:
    found = condition(conditions, type_)
    return found is not None and found.status == "True"


def set_condition(conditions: tuple[Condition, ...], new: Condition) -> tuple[Condition, ...]:
    """``conditions`` with ``new`` in the place of its type; the old transition time stays while status stays."""
    old = condition(conditions, new.type)
    if old is None:
        return (*conditions, new)
    if old.status == new.status:
        new = evolve(new, last_transition_time=old.last_transition_time)
    return tuple(new if each.type == new.type else each for each in conditions)


@frozen(kw_only=True)
class Requirement:
    """``key operator values``; operators In, NotIn, Exists, DoesNotExist (and Gt, Lt for nodes)."""

    key: str
    operator: str
    values: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values if value is not None else False
            case "NotIn":
                return value is None or value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case "Gt" | "Lt":
                return _compares(value, self.operator, self.values)
            case _:
                return False


def _compares(value: str | None, operator: str, values: tuple[str, ...]) -> bool:
    try:
        left, right = int(value or ""), int(values[0])
    except (ValueError, IndexError):
        return False
    return left > right if operator == "Gt" else left < right


@frozen(kw_only=True)
class LabelSelector:
    """Equality and set-based requirements, all of which must hold; an empty one matches everything."""

    match_labels: Mapping[str, str] = EMPTY
    match_expressions: tuple[Requirement, ...] = ()
    extra: Mapping[str, Any] = EMPTY

    empty: ClassVar["LabelSelector"]

    def matches(self, labels: Mapping[str, str]) -> bool:
        for key, value in self.match_labels.items():
            if labels.get(key) != value:
                return False
        return all(requirement.matches(labels) for requirement in self.match_expressions)


LabelSelector.empty = LabelSelector()


@frozen(kw_only=True)
class ObjectReference:
    """A reference from an Event, an endpoint or an access rule to an object."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    resource_version: str = ""
    field_path: str = ""
    extra: Mapping[str, Any] = EMPTY
