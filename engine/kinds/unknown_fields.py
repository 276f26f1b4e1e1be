"""The fields of a manifest that Kubernetes would not know: what ``--validate=warn`` warns of, nearly always typos.

Follows the API server's strict decoding for the types of Kubernetes 1.36. Nothing is refused or dropped here: a
field without a model stays in ``extra``. Looks only into what has a class.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import attrs

from engine.kinds.cluster_objects import Unmodelled
from engine.kinds.codec import fields_of
from engine.kinds.meta import ObjectMeta
from engine.kinds.registry import KINDS


def unknown_fields(manifest: Mapping[str, Any]) -> list[str]:
    """Paths like ``spec.containers[0].imagee``, in the order of their names."""
    kind = KINDS.get(manifest["kind"])
    if kind is not None and kind.api_version == manifest["apiVersion"] and kind.cls is not Unmodelled:
        body = {name: value for name, value in manifest.items() if name not in ("apiVersion", "kind")}
        return list(_unknown(kind.cls, body, ""))
    return list(_unknown(ObjectMeta, manifest.get("metadata"), "metadata."))


_NOT_MODELLED: Mapping[str, str] = {
    "ObjectMeta": "managedFields selfLink",
    "NodeSpec": "configSource externalID",
    "NodeStatus": "config daemonEndpoints declaredFeatures features phase runtimeHandlers volumesAttached volumesInUse",
    "PodSpec": (
        "automountServiceAccountToken dnsConfig enableServiceLinks hostAliases hostIPC hostPID "
        "hostUsers hostname hostnameOverride imagePullSecrets os resourceClaims resources "
        "runtimeClassName schedulingGroup securityContext serviceAccount setHostnameAsFQDN shareProcessNamespace "
        "subdomain"
    ),
    "Volume": (
        "awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI emptyDir ephemeral fc "
        "flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs persistentVolumeClaim "
        "photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret storageos vsphereVolume"
    ),
    "PersistentVolumeSpec": (
        "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs "
        "hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"
    ),
    "PersistentVolumeClaimStatus": (
        "allocatedResourceStatuses allocatedResources currentVolumeAttributesClassName modifyVolumeStatus"
    ),
    "Container": (
        "resizePolicy restartPolicyRules securityContext stdin stdinOnce targetContainerName tty volumeDevices"
    ),
    "ResourceRequirements": "claims",
    "VolumeMount": "mountPropagation recursiveReadOnly subPathExpr",
    "Probe": "terminationGracePeriodSeconds",
    "HTTPGetAction": "httpHeaders",
    "PodStatus": (
        "allocatedResources extendedResourceClaimStatus "
        "nodeAllocatableResourceClaimStatuses resize resourceClaimStatuses resources"
    ),
    "ContainerStatus": "allocatedResources allocatedResourcesStatus resources stopSignal user volumeMounts",
    "DeploymentStatus": "terminatingReplicas",
    "ReplicaSetStatus": "terminatingReplicas",
    "ServiceSpec": (
        "healthCheckNodePort loadBalancerClass loadBalancerIP loadBalancerSourceRanges sessionAffinityConfig "
        "trafficDistribution"
    ),
    "ServiceStatus": "conditions",
    "Endpoint": "deprecatedTopology hints",
    "Event": "action eventTime related reportingComponent reportingInstance series",
}
"""What Kubernetes knows of a type beyond the fields of its class here."""


def _unknown(cls: type, data: Any, path: str) -> Iterator[str]:
    if not isinstance(data, Mapping):
        return
    modelled = {name: hint for _, name, hint, _ in fields_of(cls)}
    others = _NOT_MODELLED.get(cls.__name__, "").split()
    for name in sorted(map(str, data)):
        if name in modelled:
            yield from _inside(modelled[name], data.get(name), path + name)
        elif name not in others:
            yield path + name


def _inside(hint: Any, value: Any, path: str) -> Iterator[str]:
    """Below a field: through optional values and lists to the next class."""
    if isinstance(hint, type) and attrs.has(hint):
        yield from _unknown(hint, value, path + ".")
    elif get_origin(hint) is tuple:
        for at, each in enumerate(value if isinstance(value, (list, tuple)) else ()):
            yield from _inside(get_args(hint)[0], each, f"{path}[{at}]")
    elif get_origin(hint) is not None:
        for inner in get_args(hint):
            yield from _inside(inner, value, path)
