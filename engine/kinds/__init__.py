"""WHAT exists: frozen attrs classes, one file a family; the KINDS table; quantities; manifests.

Facts only: no rule of Kubernetes' behaviour lives here. Fields a class does not model stay verbatim in
``extra``, so that what was applied comes back from ``get -o yaml``.
"""

from engine.kinds.cluster_objects import (
    ConfigMap,
    Event,
    EventSource,
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    PodDisruptionBudget,
    PodDisruptionBudgetSpec,
    PodDisruptionBudgetStatus,
    Secret,
    Unmodelled,
)  # fmt: skip
from engine.kinds.codec import EMPTY, Time
from engine.kinds.dates import format_time, parse_time
from engine.kinds.evolution import evolve
from engine.kinds.manifest import dump_yaml, from_manifest, load_yaml, to_manifest, to_yaml
from engine.kinds.meta import (
    Condition,
    LabelSelector,
    Object,
    ObjectMeta,
    ObjectReference,
    OwnerReference,
    Ref,
    Requirement,
    condition,
    is_true,
    owner_reference,
    ref_of,
    set_condition,
    with_metadata,
)  # fmt: skip
from engine.kinds.node import ContainerImage, Node, NodeAddress, NodeSpec, NodeStatus, Taint
from engine.kinds.observation import Exec, Fault, FaultSpec, FileWrite, Request, VolumeContent
from engine.kinds.pod import (
    TERMINAL_PHASES,
    Affinity,
    Container,
    ContainerPort,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    EnvVar,
    ExecAction,
    GRPCAction,
    HostIP,
    HTTPGetAction,
    NodeAffinity,
    NodeSelector,
    NodeSelectorTerm,
    Pod,
    PodIP,
    PodSpec,
    PodStatus,
    PodTemplateSpec,
    PreferredSchedulingTerm,
    Probe,
    ResourceRequirements,
    TCPSocketAction,
    Toleration,
    Volume,
    VolumeMount,
)  # fmt: skip
from engine.kinds.pod_affinity import (
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    TopologySpreadConstraint,
    WeightedPodAffinityTerm,
)
from engine.kinds.registry import KINDS, Kind, kind_named
from engine.kinds.revisioned import (
    ClaimRetentionPolicy,
    ControllerRevision,
    DaemonSet,
    DaemonSetSpec,
    DaemonSetStatus,
    DaemonSetUpdateStrategy,
    StatefulSet,
    StatefulSetOrdinals,
    StatefulSetRollingUpdate,
    StatefulSetSpec,
    StatefulSetStatus,
    StatefulSetUpdateStrategy,
)  # fmt: skip
from engine.kinds.same import Same, same
from engine.kinds.service import (
    Endpoint,
    EndpointAddress,
    EndpointConditions,
    EndpointPort,
    Endpoints,
    EndpointSlice,
    EndpointSubset,
    LoadBalancerStatus,
    Service,
    ServicePort,
    ServiceSpec,
    ServiceStatus,
)  # fmt: skip
from engine.kinds.workload import (
    Deployment,
    DeploymentSpec,
    DeploymentStatus,
    DeploymentStrategy,
    ReplicaSet,
    ReplicaSetSpec,
    ReplicaSetStatus,
    ReplicationController,
    ReplicationControllerSpec,
    RollingUpdate,
)  # fmt: skip

__all__ = [
    "EMPTY", "KINDS", "TERMINAL_PHASES", "Affinity", "ClaimRetentionPolicy", "Condition", "ConfigMap",
    "Container", "ContainerImage", "ContainerPort", "ContainerState", "ContainerStateRunning",
    "ContainerStateTerminated", "ContainerStateWaiting", "ContainerStatus", "ControllerRevision", "DaemonSet",
    "DaemonSetSpec", "DaemonSetStatus", "DaemonSetUpdateStrategy", "Deployment", "DeploymentSpec",
    "DeploymentStatus", "DeploymentStrategy", "Endpoint", "EndpointAddress", "EndpointConditions",
    "EndpointPort", "EndpointSlice", "EndpointSubset", "Endpoints", "EnvVar", "Event", "EventSource", "Exec",
    "ExecAction", "Fault", "FaultSpec", "FileWrite", "GRPCAction", "HTTPGetAction", "HostIP", "Kind", "LabelSelector",
    "LoadBalancerStatus", "Namespace", "NamespaceSpec", "NamespaceStatus", "Node", "NodeAddress",
    "NodeAffinity", "NodeSelector", "NodeSelectorTerm", "NodeSpec", "NodeStatus", "Object", "ObjectMeta",
    "ObjectReference", "OwnerReference", "Pod", "PodAffinity", "PodAffinityTerm", "PodAntiAffinity",
    "PodDisruptionBudget", "PodDisruptionBudgetSpec", "PodDisruptionBudgetStatus", "PodIP", "PodSpec",
    "PodStatus", "PodTemplateSpec", "PreferredSchedulingTerm", "Probe",
    "Ref", "ReplicaSet", "ReplicaSetSpec", "ReplicaSetStatus", "ReplicationController",
    "ReplicationControllerSpec", "Request", "Requirement", "ResourceRequirements", "RollingUpdate", "Same", "Secret",
    "Service", "ServicePort", "ServiceSpec", "ServiceStatus", "StatefulSet", "StatefulSetOrdinals",
    "StatefulSetRollingUpdate", "StatefulSetSpec", "StatefulSetStatus", "StatefulSetUpdateStrategy",
    "TCPSocketAction", "Taint", "Time", "Toleration", "TopologySpreadConstraint", "Unmodelled", "Volume",
    "VolumeContent", "VolumeMount", "WeightedPodAffinityTerm", "condition",
    "dump_yaml", "evolve", "format_time", "from_manifest", "is_true", "kind_named", "load_yaml",
    "owner_reference", "parse_time", "ref_of", "same", "set_condition", "to_manifest", "to_yaml", "with_metadata",
]  # fmt: skip
