"""What a manifest leaves open, filled in as Kubernetes does: one file a family of kinds.

Pure and idempotent; an object with nothing to fill in comes back as the same object, so that what many share
stays one object in memory. Follows ``pkg/apis/*/v1/defaults.go``; fields that nothing in this cluster reads
(enableServiceLinks, securityContext, fieldRef.apiVersion, defaultMode) stay as they were written: ``engine.served``
shows them.
"""

from typing import TypeVar, cast

from engine.api.defaults.access import default_binding
from engine.api.defaults.autoscaling import default_autoscaler
from engine.api.defaults.batch import default_cron_job, default_job
from engine.api.defaults.cluster import default_endpoints, default_namespace, default_node, default_priority_class
from engine.api.defaults.networking import default_address_pool, default_ingress_class, default_network_policy
from engine.api.defaults.quota import default_limit_range
from engine.api.defaults.revisioned import default_daemon_set, default_stateful_set
from engine.api.defaults.service import default_service
from engine.api.defaults.storage import default_claim, default_secret, default_storage_class, default_volume
from engine.api.defaults.workload import default_deployment, default_replica_set, default_replication_controller
from engine.kinds import (
    DaemonSet,
    Deployment,
    Endpoints,
    EndpointSlice,
    Namespace,
    Node,
    Object,
    ReplicaSet,
    ReplicationController,
    Secret,
    Service,
    StatefulSet,
    Unmodelled,
)
from engine.kinds.access import ClusterRoleBinding, RoleBinding
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.batch import CronJob, Job
from engine.kinds.metallb import IPAddressPool
from engine.kinds.networking import IngressClass, NetworkPolicy
from engine.kinds.quota import LimitRange
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass

ObjectT = TypeVar("ObjectT", bound=Object)


def defaulted(obj: ObjectT) -> ObjectT:
    """``obj`` with its defaults; a Pod's need its owner and are filled in by ``api.pods``."""
    return cast(ObjectT, _defaulted(obj))


def _defaulted(obj: Object) -> Object:
    match obj:
        case Deployment():
            return default_deployment(obj)
        case ReplicaSet():
            return default_replica_set(obj)
        case ReplicationController():
            return default_replication_controller(obj)
        case StatefulSet():
            return default_stateful_set(obj)
        case DaemonSet():
            return default_daemon_set(obj)
        case Job():
            return default_job(obj)
        case CronJob():
            return default_cron_job(obj)
        case Service():
            return default_service(obj)
        case PersistentVolumeClaim():
            return default_claim(obj)
        case PersistentVolume():
            return default_volume(obj)
        case StorageClass():
            return default_storage_class(obj)
        case Secret():
            return default_secret(obj)
        case Namespace():
            return default_namespace(obj)
        case Node():
            return default_node(obj)
        case HorizontalPodAutoscaler():
            return default_autoscaler(obj)
        case LimitRange():
            return default_limit_range(obj)
        case NetworkPolicy():
            return default_network_policy(obj)
        case IngressClass():
            return default_ingress_class(obj)
        case IPAddressPool():
            return default_address_pool(obj)
        case RoleBinding() | ClusterRoleBinding():
            return default_binding(obj)
        case Endpoints() | EndpointSlice():
            return default_endpoints(obj)
        case Unmodelled(kind="PriorityClass"):
            return default_priority_class(obj)
        case _:
            return obj
