"""Deployment, ReplicaSet (apps/v1) and ReplicationController (core/v1): a template kept at a number of pods."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, LabelSelector, ObjectMeta
from engine.kinds.pod import PodTemplateSpec


@frozen(kw_only=True)
class RollingUpdate:
    max_unavailable: int | str | None = None
    max_surge: int | str | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DeploymentStrategy:
    type: str = ""
    rolling_update: RollingUpdate | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DeploymentSpec:
    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplateSpec
    strategy: DeploymentStrategy | None = None
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    paused: bool = False
    progress_deadline_seconds: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DeploymentStatus:
    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    conditions: tuple[Condition, ...] = ()
    collision_count: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Deployment:
    kind: ClassVar[str] = "Deployment"
    api_version: ClassVar[str] = "apps/v1"
    metadata: ObjectMeta
    spec: DeploymentSpec
    status: DeploymentStatus = DeploymentStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ReplicaSetSpec:
    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: LabelSelector | None = None
    template: PodTemplateSpec
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ReplicaSetStatus:
    replicas: int
    fully_labeled_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ReplicaSet:
    kind: ClassVar[str] = "ReplicaSet"
    api_version: ClassVar[str] = "apps/v1"
    metadata: ObjectMeta
    spec: ReplicaSetSpec
    status: ReplicaSetStatus = ReplicaSetStatus(replicas=0)
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ReplicationControllerSpec:
    replicas: int | None = None
    min_ready_seconds: int = 0
    selector: Mapping[str, str] = EMPTY
    template: PodTemplateSpec
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ReplicationController:
    kind: ClassVar[str] = "ReplicationController"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: ReplicationControllerSpec
    status: ReplicaSetStatus = ReplicaSetStatus(replicas=0)
    extra: Mapping[str, Any] = EMPTY
