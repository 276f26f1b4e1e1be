"""Service, Endpoints (core/v1) and EndpointSlice (discovery.k8s.io/v1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import ObjectMeta, ObjectReference


@frozen(kw_only=True)
class ServicePort:
    name: str = ""
    protocol: str = ""
    app_protocol: str | None = None
    port: int
    target_port: int | str | None = None
    node_port: int = 0
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ServiceSpec:
    ports: tuple[ServicePort, ...] = ()
    selector: Mapping[str, str] = EMPTY
    cluster_ip: str = ""
    cluster_ips: tuple[str, ...] = ()
    type: str = ""
    external_ips: tuple[str, ...] = ()
    session_affinity: str = ""
    external_name: str = ""
    external_traffic_policy: str = ""
    internal_traffic_policy: str | None = None
    ip_families: tuple[str, ...] = ()
    ip_family_policy: str | None = None
    allocate_load_balancer_node_ports: bool | None = None
    publish_not_ready_addresses: bool = False
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class LoadBalancerStatus:
    ingress: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ServiceStatus:
    load_balancer: LoadBalancerStatus = LoadBalancerStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Service:
    kind: ClassVar[str] = "Service"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EndpointAddress:
    ip: str
    hostname: str = ""
    node_name: str | None = None
    target_ref: ObjectReference | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EndpointPort:
    """A port of Endpoints or of an EndpointSlice."""

    name: str = ""
    port: int = 0
    protocol: str = ""
    app_protocol: str | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EndpointSubset:
    addresses: tuple[EndpointAddress, ...] = ()
    not_ready_addresses: tuple[EndpointAddress, ...] = ()
    ports: tuple[EndpointPort, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Endpoints:
    kind: ClassVar[str] = "Endpoints"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    subsets: tuple[EndpointSubset, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EndpointConditions:
    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Endpoint:
    addresses: tuple[str, ...]
    conditions: EndpointConditions = EndpointConditions()
    hostname: str | None = None
    node_name: str | None = None
    target_ref: ObjectReference | None = None
    zone: str | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class EndpointSlice:
    kind: ClassVar[str] = "EndpointSlice"
    api_version: ClassVar[str] = "discovery.k8s.io/v1"
    metadata: ObjectMeta
    address_type: str
    endpoints: tuple[Endpoint, ...]
    ports: tuple[EndpointPort, ...] = ()
    extra: Mapping[str, Any] = EMPTY
