"""What ``kubectl describe`` says, line by line and word for word: one file per kind, DESCRIBERS lists them.

A describer yields lines with tabs and ``tabs.tabbed`` aligns them, as kubectl does. Pure: (object, state,
now) -> lines. Follows kubectl's pkg/describe/describe.go.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from engine.kinds import KINDS, Object
from engine.printers.describe.access import describe_binding, describe_role, describe_service_account
from engine.printers.describe.certificates import describe_request
from engine.printers.describe.configmaps import describe_config_map
from engine.printers.describe.daemonsets import describe_daemon_set
from engine.printers.describe.deployments import describe_deployment
from engine.printers.describe.endpoints import describe_endpoints
from engine.printers.describe.endpointslices import describe_endpoint_slice
from engine.printers.describe.generic import describe_generic
from engine.printers.describe.horizontalpodautoscalers import describe_autoscaler
from engine.printers.describe.ingresses import describe_ingress, describe_ingress_class
from engine.printers.describe.jobs import describe_cron_job, describe_job
from engine.printers.describe.namespaces import describe_namespace
from engine.printers.describe.networkpolicies import describe_network_policy
from engine.printers.describe.nodes import describe_node
from engine.printers.describe.poddisruptionbudgets import describe_disruption_budget
from engine.printers.describe.pods import describe_pod
from engine.printers.describe.priorityclasses import describe_priority_class
from engine.printers.describe.quotas import describe_limit_range, describe_quota
from engine.printers.describe.replicasets import describe_replica_set
from engine.printers.describe.replicationcontrollers import describe_replication_controller
from engine.printers.describe.secrets import describe_secret
from engine.printers.describe.services import describe_service
from engine.printers.describe.statefulsets import describe_stateful_set
from engine.printers.describe.storage import describe_claim, describe_storage_class, describe_volume
from engine.store.state import State

Describer = Callable[[Any, State, int], list[str]]

_OWN: Mapping[str, Describer] = {
    "CertificateSigningRequest": describe_request,
    "ClusterRole": describe_role,
    "ClusterRoleBinding": describe_binding,
    "ConfigMap": describe_config_map,
    "CronJob": describe_cron_job,
    "DaemonSet": describe_daemon_set,
    "Deployment": describe_deployment,
    "EndpointSlice": describe_endpoint_slice,
    "Endpoints": describe_endpoints,
    "Ingress": describe_ingress,
    "IngressClass": describe_ingress_class,
    "HorizontalPodAutoscaler": describe_autoscaler,
    "Job": describe_job,
    "LimitRange": describe_limit_range,
    "Namespace": describe_namespace,
    "NetworkPolicy": describe_network_policy,
    "Node": describe_node,
    "PersistentVolume": describe_volume,
    "PersistentVolumeClaim": describe_claim,
    "Pod": describe_pod,
    "PodDisruptionBudget": describe_disruption_budget,
    "PriorityClass": describe_priority_class,
    "ResourceQuota": describe_quota,
    "ReplicaSet": describe_replica_set,
    "ReplicationController": describe_replication_controller,
    "Role": describe_role,
    "RoleBinding": describe_binding,
    "Secret": describe_secret,
    "Service": describe_service,
    "ServiceAccount": describe_service_account,
    "StatefulSet": describe_stateful_set,
    "StorageClass": describe_storage_class,
}

DESCRIBERS: Mapping[str, Describer] = MappingProxyType({
    kind: _OWN.get(kind, describe_generic) for kind in KINDS
})
"""Kind -> how it is described; every kind of KINDS is here."""


def describe(obj: Object, state: State, now: int) -> list[str]:
    """The lines ``kubectl describe`` prints for one object."""
    return DESCRIBERS.get(obj.kind, describe_generic)(obj, state, now)


__all__ = ["DESCRIBERS", "Describer", "describe"]
