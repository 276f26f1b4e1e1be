"""What kubectl prints: pure functions (object, state, now) -> cells, one file per kind.

PRINTERS gives every kind its columns, as the API server's printers define them; ``table`` lays rows out as
``kubectl get`` does; ``describe`` writes what ``kubectl describe`` says. A printer reads the State at most
through an index, and knows no clock, no width and no colour.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds import KINDS
from engine.printers import (
    apiservices,
    certificates,
    componentstatuses,
    configmaps,
    controllerrevisions,
    created,
    cronjobs,
    daemonsets,
    deployments,
    endpoints,
    endpointslices,
    events,
    execs,
    faults,
    generic,
    horizontalpodautoscalers,
    ingresses,
    jobs,
    leases,
    metallb,
    namespaces,
    networkpolicies,
    nodepools,
    nodes,
    persistentvolumeclaims,
    persistentvolumes,
    poddisruptionbudgets,
    pods,
    priorityclasses,
    replicasets,
    replicationcontrollers,
    resourcequotas,
    rolebindings,
    secrets,
    serviceaccounts,
    services,
    statefulsets,
    storageclasses,
)
from engine.printers.parts.columns import Column, Printer
from engine.printers.table import ListOptions, list_objects, render

_OWN = {
    "APIService": apiservices.PRINTER,
    "ClusterRole": created.PRINTER,
    "ClusterRoleBinding": rolebindings.PRINTER,
    "ComponentStatus": componentstatuses.PRINTER,
    "ConfigMap": configmaps.PRINTER,
    "CertificateSigningRequest": certificates.PRINTER,
    "ControllerRevision": controllerrevisions.PRINTER,
    "CronJob": cronjobs.PRINTER,
    "CustomResourceDefinition": created.PRINTER,
    "DaemonSet": daemonsets.PRINTER,
    "Deployment": deployments.PRINTER,
    "EndpointSlice": endpointslices.PRINTER,
    "Endpoints": endpoints.PRINTER,
    "Event": events.PRINTER,
    "Exec": execs.PRINTER,
    "Fault": faults.PRINTER,
    "HorizontalPodAutoscaler": horizontalpodautoscalers.PRINTER,
    "IPAddressPool": metallb.IP_ADDRESS_POOL,
    "Ingress": ingresses.PRINTER,
    "IngressClass": ingresses.CLASS_PRINTER,
    "Job": jobs.PRINTER,
    "L2Advertisement": metallb.L2_ADVERTISEMENT,
    "Lease": leases.PRINTER,
    "LimitRange": created.PRINTER,
    "Namespace": namespaces.PRINTER,
    "NetworkPolicy": networkpolicies.PRINTER,
    "Node": nodes.PRINTER,
    "NodePool": nodepools.PRINTER,
    "PersistentVolume": persistentvolumes.PRINTER,
    "PersistentVolumeClaim": persistentvolumeclaims.PRINTER,
    "Pod": pods.PRINTER,
    "PodDisruptionBudget": poddisruptionbudgets.PRINTER,
    "PriorityClass": priorityclasses.PRINTER,
    "ReplicaSet": replicasets.PRINTER,
    "ReplicationController": replicationcontrollers.PRINTER,
    "ResourceQuota": resourcequotas.PRINTER,
    "Role": created.PRINTER,
    "RoleBinding": rolebindings.PRINTER,
    "Secret": secrets.PRINTER,
    "Service": services.PRINTER,
    "ServiceAccount": serviceaccounts.PRINTER,
    "StatefulSet": statefulsets.PRINTER,
    "StorageClass": storageclasses.PRINTER,
}

PRINTERS: Mapping[str, Printer] = MappingProxyType({kind: _OWN.get(kind, generic.PRINTER) for kind in KINDS})
"""Kind -> how it is listed; every kind of KINDS is here."""

__all__ = ["PRINTERS", "Column", "ListOptions", "Printer", "list_objects", "render"]
