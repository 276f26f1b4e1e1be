"""KINDS: every kind this cluster serves, as ``kubectl api-resources`` would list it. One line a kind."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from attrs import frozen

from engine.kinds.access import ClusterRole, ClusterRoleBinding, Role, RoleBinding, ServiceAccount
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.batch import CronJob, Job
from engine.kinds.certificates import CertificateSigningRequest
from engine.kinds.cluster_objects import ConfigMap, Event, Namespace, PodDisruptionBudget, Secret, Unmodelled
from engine.kinds.coordination import Lease
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.metallb import IPAddressPool, L2Advertisement
from engine.kinds.networking import Ingress, IngressClass, NetworkPolicy
from engine.kinds.node import Node
from engine.kinds.node_pool import NodePool
from engine.kinds.observation import Exec, Fault, VolumeContent
from engine.kinds.pod import Pod
from engine.kinds.quota import LimitRange, ResourceQuota
from engine.kinds.revisioned import ControllerRevision, DaemonSet, StatefulSet
from engine.kinds.service import Endpoints, EndpointSlice, Service
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from engine.kinds.workload import Deployment, ReplicaSet, ReplicationController


@frozen
class Kind:
    """``cls`` is the attrs class of its objects; ``api_version`` the one version served."""

    name: str
    plural: str
    short_names: tuple[str, ...]
    api_version: str
    namespaced: bool
    cls: type[Any] = Unmodelled
    aliases: tuple[str, ...] = ()
    """What k9s calls it besides."""
    categories: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What manifests call it: a custom kind's ``name`` here is qualified."""
        return self.name.partition(".")[0]

    @property
    def singular(self) -> str:
        return self.shown.lower()

    @property
    def group(self) -> str:
        """API group, "" for core."""
        return self.api_version.rpartition("/")[0]

    @property
    def resource(self) -> str:
        """``deployments.apps``, ``pods``: how messages name the resource."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified(self) -> str:
        """``deployment.apps``, ``pod``: how kubectl prefixes an object's name."""
        return f"{self.singular}.{self.group}" if self.group else self.singular


_TABLE = (
    Kind("Namespace", "namespaces", ("ns",), "v1", False, Namespace),
    Kind("Node", "nodes", ("no",), "v1", False, Node),
    Kind("Pod", "pods", ("po",), "v1", True, Pod),
    Kind("Deployment", "deployments", ("deploy",), "apps/v1", True, Deployment, aliases=("dp",)),
    Kind("ReplicaSet", "replicasets", ("rs",), "apps/v1", True, ReplicaSet),
    Kind("ReplicationController", "replicationcontrollers", ("rc",), "v1", True, ReplicationController),
    Kind("Service", "services", ("svc",), "v1", True, Service),
    Kind("Endpoints", "endpoints", ("ep",), "v1", True, Endpoints),
    Kind("EndpointSlice", "endpointslices", (), "discovery.k8s.io/v1", True, EndpointSlice),
    Kind("ConfigMap", "configmaps", ("cm",), "v1", True, ConfigMap),
    Kind("Event", "events", ("ev",), "v1", True, Event),
    Kind("PodDisruptionBudget", "poddisruptionbudgets", ("pdb",), "policy/v1", True, PodDisruptionBudget),
    Kind("Exec", "execs", (), "k9lite.dev/v1", True, Exec),
    Kind("Fault", "faults", (), "k9lite.dev/v1", False, Fault),
    Kind("Lease", "leases", (), "coordination.k8s.io/v1", True, Lease),
    Kind("ComponentStatus", "componentstatuses", ("cs",), "v1", False),
    Kind("APIService", "apiservices", (), "apiregistration.k8s.io/v1", False),
    Kind("NodePool", "nodepools", ("np",), "k9lite.dev/v1", False, NodePool),
    Kind("VolumeContent", "volumecontents", (), "k9lite.dev/v1", False, VolumeContent),
    Kind("Secret", "secrets", (), "v1", True, Secret, aliases=("sec",)),
    Kind("ServiceAccount", "serviceaccounts", ("sa",), "v1", True, ServiceAccount),
    Kind("PersistentVolume", "persistentvolumes", ("pv",), "v1", False, PersistentVolume),
    Kind("PersistentVolumeClaim", "persistentvolumeclaims", ("pvc",), "v1", True, PersistentVolumeClaim),
    Kind("ResourceQuota", "resourcequotas", ("quota",), "v1", True, ResourceQuota),
    Kind("LimitRange", "limitranges", ("limits",), "v1", True, LimitRange),
    Kind("StatefulSet", "statefulsets", ("sts",), "apps/v1", True, StatefulSet),
    Kind("DaemonSet", "daemonsets", ("ds",), "apps/v1", True, DaemonSet),
    Kind("ControllerRevision", "controllerrevisions", (), "apps/v1", True, ControllerRevision),
    Kind("Job", "jobs", (), "batch/v1", True, Job, aliases=("jo",)),
    Kind("CronJob", "cronjobs", ("cj",), "batch/v1", True, CronJob),
    Kind(
        "HorizontalPodAutoscaler", "horizontalpodautoscalers", ("hpa",), "autoscaling/v2", True, HorizontalPodAutoscaler
    ),
    Kind("Ingress", "ingresses", ("ing",), "networking.k8s.io/v1", True, Ingress),
    Kind("IngressClass", "ingressclasses", (), "networking.k8s.io/v1", False, IngressClass),
    Kind("NetworkPolicy", "networkpolicies", ("netpol",), "networking.k8s.io/v1", True, NetworkPolicy),
    Kind("StorageClass", "storageclasses", ("sc",), "storage.k8s.io/v1", False, StorageClass),
    Kind("PriorityClass", "priorityclasses", ("pc",), "scheduling.k8s.io/v1", False),
    Kind("Role", "roles", (), "rbac.authorization.k8s.io/v1", True, Role, aliases=("ro",)),
    Kind("RoleBinding", "rolebindings", (), "rbac.authorization.k8s.io/v1", True, RoleBinding, aliases=("rb",)),
    Kind("ClusterRole", "clusterroles", (), "rbac.authorization.k8s.io/v1", False, ClusterRole, aliases=("cr",)),
    Kind(
        "ClusterRoleBinding", "clusterrolebindings", (), "rbac.authorization.k8s.io/v1", False, ClusterRoleBinding,
        aliases=("crb",),
    ),
    Kind(
        "CustomResourceDefinition", "customresourcedefinitions", ("crd", "crds"), "apiextensions.k8s.io/v1", False,
        CustomResourceDefinition,
    ),
    Kind(
        "CertificateSigningRequest", "certificatesigningrequests", ("csr",), "certificates.k8s.io/v1", False,
        CertificateSigningRequest,
    ),
    Kind("IPAddressPool", "ipaddresspools", (), "metallb.io/v1beta1", True, IPAddressPool),
    Kind("L2Advertisement", "l2advertisements", (), "metallb.io/v1beta1", True, L2Advertisement),
)


class _Kinds(dict[str, Kind]):
    """Finds a custom kind as well; it does not list any: which there are, a State knows (``engine.serving``)."""

    def __missing__(self, name: str) -> Kind:
        if not is_custom(name):
            raise KeyError(name)
        return _custom_kind(name)


def is_custom(name: str) -> bool:
    """Kinds that a CustomResourceDefinition brings are called ``CronTab.stable.example.com`` everywhere inside."""
    return "." in name


@cache
def _custom_kind(name: str) -> Kind:
    """What the name alone tells, for refusals; ``engine.serving`` knows the rest. The plural is Kubernetes' guess."""
    shown, _, group = name.partition(".")
    word = shown.lower()
    plural = f"{word}es" if word.endswith("s") else f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return Kind(name, plural, (), f"{group}/", True)


KINDS: Mapping[str, Kind] = MappingProxyType(_Kinds({kind.name: kind for kind in _TABLE}))

_GROUPS = frozenset(kind.group for kind in _TABLE)


def custom_name(kind: str, api_version: str) -> str | None:
    """The name of a kind of a group that is none of the cluster's own; None for those."""
    group = api_version.rpartition("/")[0]
    if "." not in group or group in _GROUPS or group.endswith(".k8s.io") or not kind or "." in kind:
        return None
    return f"{kind}.{group}"



@cache
def kind_named(word: str) -> Kind | None:
    """The kind a user means by ``po``, ``pod``, ``pods``, ``Pod``, ``deployments.apps``; None if there is none."""
    lowered = word.lower()
    for kind in _TABLE:
        names = (kind.plural, kind.singular, *kind.short_names, *kind.aliases)
        qualified = [f"{name}.{kind.group}" for name in names] if kind.group else []
        versioned = [f"{name}.{kind.api_version.rpartition('/')[2]}.{kind.group}" for name in names]
        if lowered in (*names, *qualified, *versioned):
            return kind
    return None
