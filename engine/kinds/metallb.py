"""IPAddressPool and L2Advertisement (metallb.io/v1beta1): the load balancer's addresses, and who announces them."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import LabelSelector, ObjectMeta


@frozen(kw_only=True)
class ServiceAllocation:
    """Which Services a pool is for, first those of the smallest ``priority`` that is not 0."""

    priority: int = 0
    namespaces: tuple[str, ...] = ()
    namespace_selectors: tuple[LabelSelector, ...] = ()
    service_selectors: tuple[LabelSelector, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IPAddressPoolSpec:
    """``addresses`` are CIDRs and ranges ``192.0.2.10-192.0.2.20``; ``auto_assign`` None means true."""

    addresses: tuple[str, ...] = ()
    auto_assign: bool | None = None
    avoid_buggy_ips: bool | None = None
    service_allocation: ServiceAllocation | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class IPAddressPool:
    kind: ClassVar[str] = "IPAddressPool"
    api_version: ClassVar[str] = "metallb.io/v1beta1"
    metadata: ObjectMeta
    spec: IPAddressPoolSpec = IPAddressPoolSpec()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class L2AdvertisementSpec:
    """Without pools and selectors it announces every pool; without node selectors from every node."""

    ip_address_pools: tuple[str, ...] = ()
    ip_address_pool_selectors: tuple[LabelSelector, ...] = ()
    node_selectors: tuple[LabelSelector, ...] = ()
    interfaces: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class L2Advertisement:
    kind: ClassVar[str] = "L2Advertisement"
    api_version: ClassVar[str] = "metallb.io/v1beta1"
    metadata: ObjectMeta
    spec: L2AdvertisementSpec = L2AdvertisementSpec()
    extra: Mapping[str, Any] = EMPTY


def span(addresses: str) -> tuple[int, int]:
    """The first and the last address of ``192.0.2.0/24`` or ``192.0.2.10-192.0.2.20``; raises ValueError."""
    first, dash, last = addresses.partition("-")
    if not dash:
        if "/" not in addresses:
            raise ValueError(f"invalid CIDR {addresses!r}")
        network = IPv4Network(addresses, strict=False)
        return int(network.network_address), int(network.broadcast_address)
    start, end = int(IPv4Address(first.strip())), int(IPv4Address(last.strip()))
    if start > end:
        raise ValueError(f"invalid IP range {addresses!r}: start IP {first!r} is after the end IP {last!r}")
    return start, end
