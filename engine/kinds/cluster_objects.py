"""Namespace, ConfigMap, Secret, Event (core/v1), PodDisruptionBudget (policy/v1), and kinds kept without a model."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, LabelSelector, ObjectMeta, ObjectReference


@frozen(kw_only=True)
class NamespaceSpec:
    finalizers: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NamespaceStatus:
    phase: str = ""
    conditions: tuple[Condition, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Namespace:
    kind: ClassVar[str] = "Namespace"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ConfigMap:
    kind: ClassVar[str] = "ConfigMap"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    data: Mapping[str, str] = EMPTY
    binary_data: Mapping[str, str] = EMPTY
    immutable: bool | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Secret:
    """``data`` is in base 64; ``string_data`` is taken over into it when the Secret is written."""

    kind: ClassVar[str] = "Secret"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    immutable: bool | None = None
    data: Mapping[str, str] = EMPTY
    string_data: Mapping[str, str] = EMPTY
    type: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EventSource:
    component: str = ""
    host: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Event:
    """``metadata.name`` is a hash of what is reported, so that a repetition finds and counts up the first."""

    kind: ClassVar[str] = "Event"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    involved_object: ObjectReference
    reason: str = ""
    message: str = ""
    source: EventSource = EventSource()
    first_timestamp: Time | None = None
    last_timestamp: Time | None = None
    count: int = 0
    type: str = ""
    extra: Mapping[str, Any] = EMPTY

    @property
    def told_at(self) -> int:
        """When it was last counted."""
        return self.last_timestamp or self.metadata.creation_timestamp or 0


@frozen(kw_only=True)
class PodDisruptionBudgetSpec:
    min_available: int | str | None = None
    selector: LabelSelector | None = None
    max_unavailable: int | str | None = None
    unhealthy_pod_eviction_policy: str | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodDisruptionBudgetStatus:
    observed_generation: int = 0
    disrupted_pods: Mapping[str, Time] = EMPTY
    disruptions_allowed: int
    current_healthy: int
    desired_healthy: int
    expected_pods: int
    conditions: tuple[Condition, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodDisruptionBudget:
    kind: ClassVar[str] = "PodDisruptionBudget"
    api_version: ClassVar[str] = "policy/v1"
    metadata: ObjectMeta
    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus(
        disruptions_allowed=0, current_healthy=0, desired_healthy=0, expected_pods=0
    )
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Unmodelled:
    """A known kind without a controller: stored and given back verbatim; ``body`` is all but the metadata."""

    kind: str
    api_version: str
    metadata: ObjectMeta
    body: Mapping[str, Any] = EMPTY
