"""Pods and what is inside a pod template (core/v1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity, Time
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, ObjectMeta, Requirement
from engine.kinds.pod_affinity import PodAffinity, PodAntiAffinity, TopologySpreadConstraint

TERMINAL_PHASES = ("Succeeded", "Failed")


@frozen(kw_only=True)
class ContainerPort:
    name: str = ""
    host_port: int = 0
    container_port: int
    protocol: str = ""
    host_ip: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EnvVar:
    """``value``, or a ``valueFrom`` source kept verbatim (fieldRef, configMapKeyRef, ...)."""

    name: str
    value: str = ""
    value_from: Mapping[str, Any] = EMPTY
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ResourceRequirements:
    limits: Mapping[str, Quantity] = EMPTY
    requests: Mapping[str, Quantity] = EMPTY
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class VolumeMount:
    name: str
    read_only: bool = False
    mount_path: str
    sub_path: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HTTPGetAction:
    path: str = ""
    port: int | str
    host: str = ""
    scheme: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class TCPSocketAction:
    port: int | str
    host: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ExecAction:
    command: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class GRPCAction:
    port: int
    service: str | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Probe:
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    exec: ExecAction | None = None
    grpc: GRPCAction | None = None
    initial_delay_seconds: int = 0
    timeout_seconds: int = 0
    period_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Container:
    name: str
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str = ""
    ports: tuple[ContainerPort, ...] = ()
    env_from: tuple[Mapping[str, Any], ...] = ()
    env: tuple[EnvVar, ...] = ()
    resources: ResourceRequirements | None = None
    restart_policy: str | None = None
    volume_mounts: tuple[VolumeMount, ...] = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Mapping[str, Any] | None = None
    termination_message_path: str = ""
    termination_message_policy: str = ""
    image_pull_policy: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Volume:
    """A name and its source verbatim in ``extra``: ``{"emptyDir": {}}``, ``{"configMap": {...}}``."""

    name: str
    extra: Mapping[str, Any] = EMPTY

    @property
    def source(self) -> str:
        """``emptyDir``, ``configMap``, ...; "" where none is given."""
        return next(iter(self.extra), "")


@frozen(kw_only=True)
class Toleration:
    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodeSelectorTerm:
    match_expressions: tuple[Requirement, ...] = ()
    match_fields: tuple[Requirement, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodeSelector:
    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PreferredSchedulingTerm:
    weight: int
    preference: NodeSelectorTerm
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NodeAffinity:
    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredSchedulingTerm, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Affinity:
    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAntiAffinity | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodSpec:
    volumes: tuple[Volume, ...] = ()
    init_containers: tuple[Container, ...] = ()
    containers: tuple[Container, ...]
    ephemeral_containers: tuple[Container, ...] = ()
    """Added to the pod while it runs; ``targetContainerName`` is in their ``extra``."""
    restart_policy: str = ""
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    dns_policy: str = ""
    node_selector: Mapping[str, str] = EMPTY
    service_account_name: str = ""
    node_name: str = ""
    host_network: bool = False
    affinity: Affinity | None = None
    scheduler_name: str = ""
    tolerations: tuple[Toleration, ...] = ()
    priority_class_name: str = ""
    priority: int | None = None
    preemption_policy: str = ""
    overhead: Mapping[str, Quantity] = EMPTY
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = ()
    scheduling_gates: tuple[Mapping[str, str], ...] = ()
    readiness_gates: tuple[Mapping[str, str], ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodTemplateSpec:
    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerStateWaiting:
    reason: str = ""
    message: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerStateRunning:
    started_at: Time | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerStateTerminated:
    exit_code: int
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None
    container_id: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerState:
    """At most one of the three is set; none means waiting."""

    waiting: ContainerStateWaiting | None = None
    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ContainerStatus:
    name: str
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    ready: bool
    restart_count: int
    image: str
    image_id: str
    container_id: str = ""
    started: bool | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HostIP:
    ip: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodIP:
    ip: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodStatus:
    observed_generation: int | None = None
    phase: str = ""
    conditions: tuple[Condition, ...] = ()
    message: str = ""
    reason: str = ""
    nominated_node_name: str = ""
    host_ip: str = ""
    host_ips: tuple[HostIP, ...] = ()
    pod_ip: str = ""
    pod_ips: tuple[PodIP, ...] = ()
    start_time: Time | None = None
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()
    qos_class: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Pod:
    kind: ClassVar[str] = "Pod"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: PodSpec
    status: PodStatus = PodStatus()
    extra: Mapping[str, Any] = EMPTY

    @property
    def active(self) -> bool:
        """Neither finished nor being deleted (``controller.IsPodActive``)."""
        return self.status.phase not in TERMINAL_PHASES and self.metadata.deletion_timestamp is None
