"""StatefulSet, DaemonSet and the ControllerRevisions that keep their templates (apps/v1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, LabelSelector, ObjectMeta
from engine.kinds.pod import PodTemplateSpec
from engine.kinds.workload import RollingUpdate


@frozen(kw_only=True)
class StatefulSetRollingUpdate:
    partition: int | None = None
    max_unavailable: int | str | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class StatefulSetUpdateStrategy:
    type: str = ""
    rolling_update: StatefulSetRollingUpdate | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class StatefulSetOrdinals:
    start: int
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ClaimRetentionPolicy:
    """What becomes of the claims of the templates: ``Retain`` or ``Delete``."""

    when_deleted: str = ""
    when_scaled: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class StatefulSetSpec:
    """``volume_claim_templates`` are PersistentVolumeClaims as they were written."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplateSpec
    volume_claim_templates: tuple[Mapping[str, Any], ...] = ()
    service_name: str = ""
    pod_management_policy: str = ""
    update_strategy: StatefulSetUpdateStrategy = StatefulSetUpdateStrategy()
    revision_history_limit: int | None = None
    min_ready_seconds: int = 0
    persistent_volume_claim_retention_policy: ClaimRetentionPolicy | None = None
    ordinals: StatefulSetOrdinals | None = None
    extra: Mapping[str, Any] = EMPTY

    @property
    def wanted(self) -> int:
        """``replicas``, 1 where it is left open."""
        return 1 if self.replicas is None else self.replicas

    @property
    def start(self) -> int:
        """The ordinal of the first pod."""
        return 0 if self.ordinals is None else self.ordinals.start

    @property
    def claim_names(self) -> tuple[str, ...]:
        """Of the claim templates, in their order; each is the name of a volume of every pod, too."""
        metadata = [each.get("metadata") for each in self.volume_claim_templates]
        return tuple(str(each.get("name") or "") if isinstance(each, Mapping) else "" for each in metadata)


@frozen(kw_only=True)
class StatefulSetStatus:
    observed_generation: int = 0
    replicas: int
    ready_replicas: int = 0
    current_replicas: int = 0
    updated_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    collision_count: int | None = None
    conditions: tuple[Condition, ...] = ()
    available_replicas: int
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class StatefulSet:
    kind: ClassVar[str] = "StatefulSet"
    api_version: ClassVar[str] = "apps/v1"
    metadata: ObjectMeta
    spec: StatefulSetSpec
    status: StatefulSetStatus = StatefulSetStatus(replicas=0, available_replicas=0)
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DaemonSetUpdateStrategy:
    type: str = ""
    rolling_update: RollingUpdate | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DaemonSetSpec:
    selector: LabelSelector | None = None
    template: PodTemplateSpec
    update_strategy: DaemonSetUpdateStrategy = DaemonSetUpdateStrategy()
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DaemonSetStatus:
    current_number_scheduled: int
    number_misscheduled: int
    desired_number_scheduled: int
    number_ready: int
    observed_generation: int = 0
    updated_number_scheduled: int = 0
    number_available: int = 0
    number_unavailable: int = 0
    collision_count: int | None = None
    conditions: tuple[Condition, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DaemonSet:
    kind: ClassVar[str] = "DaemonSet"
    api_version: ClassVar[str] = "apps/v1"
    metadata: ObjectMeta
    spec: DaemonSetSpec
    status: DaemonSetStatus = DaemonSetStatus(
        current_number_scheduled=0, number_misscheduled=0, desired_number_scheduled=0, number_ready=0
    )
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ControllerRevision:
    """``data`` is the strategic patch that brings a template back: ``{"spec": {"template": {...}}}``."""

    kind: ClassVar[str] = "ControllerRevision"
    api_version: ClassVar[str] = "apps/v1"
    metadata: ObjectMeta
    data: Mapping[str, Any] = EMPTY
    revision: int
    extra: Mapping[str, Any] = EMPTY
