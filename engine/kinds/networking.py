"""Ingress, IngressClass and NetworkPolicy (networking.k8s.io/v1): what comes in by name and path, and what may."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import LabelSelector, ObjectMeta
from engine.kinds.service import LoadBalancerStatus

EXACT, PREFIX, IMPLEMENTATION_SPECIFIC = "Exact", "Prefix", "ImplementationSpecific"
PATH_TYPES = (EXACT, IMPLEMENTATION_SPECIFIC, PREFIX)
CLASS_ANNOTATION = "kubernetes.io/ingress.class"
"""How the class was named before there was a field for it."""
DEFAULT_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class"


@frozen(kw_only=True)
class ServiceBackendPort:
    """Either of both."""

    name: str = ""
    number: int = 0
    extra: Mapping[str, Any] = EMPTY

    def __str__(self) -> str:
        return self.name or str(self.number)


@frozen(kw_only=True)
class IngressServiceBackend:
    name: str
    port: ServiceBackendPort = ServiceBackendPort()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressBackend:
    service: IngressServiceBackend | None = None
    resource: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HTTPIngressPath:
    path: str = ""
    path_type: str | None = None
    backend: IngressBackend
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class HTTPIngressRuleValue:
    paths: tuple[HTTPIngressPath, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressRule:
    """``host`` "" means any; ``http`` None sends the host to the default backend."""

    host: str = ""
    http: HTTPIngressRuleValue | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressTLS:
    hosts: tuple[str, ...] = ()
    secret_name: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressSpec:
    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] = ()
    rules: tuple[IngressRule, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressStatus:
    load_balancer: LoadBalancerStatus = LoadBalancerStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Ingress:
    kind: ClassVar[str] = "Ingress"
    api_version: ClassVar[str] = "networking.k8s.io/v1"
    metadata: ObjectMeta
    spec: IngressSpec = IngressSpec()
    status: IngressStatus = IngressStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressClassSpec:
    controller: str = ""
    parameters: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IngressClass:
    kind: ClassVar[str] = "IngressClass"
    api_version: ClassVar[str] = "networking.k8s.io/v1"
    metadata: ObjectMeta
    spec: IngressClassSpec = IngressClassSpec()
    extra: Mapping[str, Any] = EMPTY

    @property
    def is_default(self) -> bool:
        return self.metadata.annotations.get(DEFAULT_CLASS_ANNOTATION) == "true"


@frozen(kw_only=True)
class NetworkPolicyPort:
    """``port`` None means every port of the protocol."""

    protocol: str | None = None
    port: int | str | None = None
    end_port: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IPBlock:
    cidr: str
    except_: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NetworkPolicyPeer:
    """Pods by label here, or in the namespaces that match; or a block of addresses."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NetworkPolicyIngressRule:
    """Empty lists allow everything."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    from_: tuple[NetworkPolicyPeer, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NetworkPolicyEgressRule:
    """Empty lists allow everything."""

    ports: tuple[NetworkPolicyPort, ...] = ()
    to: tuple[NetworkPolicyPeer, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NetworkPolicySpec:
    pod_selector: LabelSelector
    ingress: tuple[NetworkPolicyIngressRule, ...] = ()
    egress: tuple[NetworkPolicyEgressRule, ...] = ()
    policy_types: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class NetworkPolicy:
    kind: ClassVar[str] = "NetworkPolicy"
    api_version: ClassVar[str] = "networking.k8s.io/v1"
    metadata: ObjectMeta
    spec: NetworkPolicySpec = NetworkPolicySpec(pod_selector=LabelSelector())
    extra: Mapping[str, Any] = EMPTY
