"""What the API server refuses, in Kubernetes' words and field paths (rules 15): one file a family of kinds.

Pure: an object and the stored one it replaces go in, FieldErrors come out. Parts that are the very ones of
the stored object were checked with it and are skipped, so that a controller's scaling never re-reads a pod
template. Kinds without a model have their metadata checked, nothing else.
"""

from engine.api.validation.access import binding_errors, role_errors
from engine.api.validation.autoscaling import autoscaler_errors
from engine.api.validation.batch import cron_job_errors, job_errors
from engine.api.validation.certificates import request_errors
from engine.api.validation.cluster import config_map_errors, endpoints_errors, node_errors
from engine.api.validation.definitions import definition_errors
from engine.api.validation.disruption import budget_errors
from engine.api.validation.faults import fault_errors
from engine.api.validation.metadata import metadata_errors
from engine.api.validation.network_policy import network_policy_errors
from engine.api.validation.networking import address_pool_errors, ingress_class_errors, ingress_errors
from engine.api.validation.node_pools import node_pool_errors
from engine.api.validation.pod import new_pod_errors, pod_update_errors
from engine.api.validation.priority import priority_class_errors
from engine.api.validation.quota import limit_range_errors, quota_errors
from engine.api.validation.revisioned import (
    controller_revision_errors,
    daemon_set_errors,
    stateful_set_errors,
)
from engine.api.validation.secret import secret_errors
from engine.api.validation.service import service_errors
from engine.api.validation.storage import claim_errors, storage_class_errors, volume_errors
from engine.api.validation.workload import (
    deployment_errors,
    replica_set_errors,
    replication_controller_errors,
)
from engine.errors import FieldError, Invalid
from engine.kinds import (
    KINDS,
    ConfigMap,
    ControllerRevision,
    DaemonSet,
    Deployment,
    Endpoints,
    Fault,
    Node,
    Object,
    Pod,
    PodDisruptionBudget,
    ReplicaSet,
    ReplicationController,
    Secret,
    Service,
    StatefulSet,
    Unmodelled,
)
from engine.kinds.access import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.batch import CronJob, Job
from engine.kinds.certificates import CertificateSigningRequest
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.metallb import IPAddressPool
from engine.kinds.networking import Ingress, IngressClass, NetworkPolicy
from engine.kinds.node_pool import NodePool
from engine.kinds.quota import LimitRange, ResourceQuota
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass


def validate(obj: Object, old: Object | None = None) -> None:
    """Raises Invalid with every mistake."""
    refuse(obj, metadata_errors(obj, old) + _spec_errors(obj, old))


def validate_templated_pod(pod: Pod, sibling: Pod | None) -> None:
    """As ``validate`` for a new Pod whose spec was validated as its owner's template; ``sibling`` was found valid."""
    refuse(pod, metadata_errors(pod, None, sibling))


def refuse(obj: Object, errors: list[FieldError]) -> None:
    """Raises Invalid if there are errors."""
    if errors:
        kind = KINDS[obj.kind]
        raise Invalid(f"{kind.shown}.{kind.group}" if kind.group else kind.name, obj.metadata.name, errors)


def _spec_errors(obj: Object, old: Object | None) -> list[FieldError]:
    match obj:
        case Pod():
            return pod_update_errors(obj, old) if isinstance(old, Pod) else new_pod_errors(obj)
        case Deployment():
            return deployment_errors(obj, old if isinstance(old, Deployment) else None)
        case ReplicaSet():
            return replica_set_errors(obj, old if isinstance(old, ReplicaSet) else None)
        case ReplicationController():
            before = old if isinstance(old, ReplicationController) else None
            return replication_controller_errors(obj, before)
        case StatefulSet():
            return stateful_set_errors(obj, old if isinstance(old, StatefulSet) else None)
        case DaemonSet():
            return daemon_set_errors(obj, old if isinstance(old, DaemonSet) else None)
        case ControllerRevision():
            return controller_revision_errors(obj, old if isinstance(old, ControllerRevision) else None)
        case Job():
            return job_errors(obj, old if isinstance(old, Job) else None)
        case CronJob():
            return cron_job_errors(obj, old if isinstance(old, CronJob) else None)
        case Service():
            return service_errors(obj, old if isinstance(old, Service) else None)
        case Node():
            return node_errors(obj, old if isinstance(old, Node) else None)
        case ConfigMap():
            return config_map_errors(obj, old if isinstance(old, ConfigMap) else None)
        case Ingress():
            return ingress_errors(obj, old if isinstance(old, Ingress) else None)
        case IngressClass():
            return ingress_class_errors(obj, old if isinstance(old, IngressClass) else None)
        case NetworkPolicy():
            return network_policy_errors(obj)
        case IPAddressPool():
            return address_pool_errors(obj)
        case Endpoints():
            return endpoints_errors(obj)
        case PersistentVolumeClaim():
            return claim_errors(obj, old if isinstance(old, PersistentVolumeClaim) else None)
        case PersistentVolume():
            return volume_errors(obj, old if isinstance(old, PersistentVolume) else None)
        case StorageClass():
            return storage_class_errors(obj, old if isinstance(old, StorageClass) else None)
        case Secret():
            return secret_errors(obj, old if isinstance(old, Secret) else None)
        case ResourceQuota():
            return quota_errors(obj, old if isinstance(old, ResourceQuota) else None)
        case HorizontalPodAutoscaler():
            return autoscaler_errors(obj)
        case CustomResourceDefinition():
            return definition_errors(obj, old if isinstance(old, CustomResourceDefinition) else None)
        case Fault():
            return fault_errors(obj)
        case NodePool():
            return node_pool_errors(obj)
        case LimitRange():
            return limit_range_errors(obj)
        case Role() | ClusterRole():
            return role_errors(obj)
        case RoleBinding() | ClusterRoleBinding():
            return binding_errors(obj, old if isinstance(old, RoleBinding | ClusterRoleBinding) else None)
        case CertificateSigningRequest():
            return request_errors(obj, old if isinstance(old, CertificateSigningRequest) else None)
        case PodDisruptionBudget():
            return budget_errors(obj)
        case Unmodelled(kind="PriorityClass"):
            return priority_class_errors(obj, old if isinstance(old, Unmodelled) else None)
        case _:
            return []
