"""Addresses: a pod's out of its node's podCIDR, a node's own and its podCIDR out of the cluster's networks.

Follows the CNI plugin host-local and the node IPAM controller. A pod's address is looked for from a place
that its uid gives, so that a pod made anew rarely gets the one before. There are networks for 32,768 nodes.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Network
from itertools import count
from zlib import crc32

from engine.kinds import Node, Pod
from engine.store.state import State

_FIRST_POD_HOST = 2
"""The network itself and its bridge (cni0) come before."""
_FIRST_NODE_HOST, _LAST_NODE_HOST = 10, 239


def pod_address(state: State, node: Node, pod: Pod) -> str:
    """A free address of the node's podCIDR; "" when all are taken."""
    if pod.spec.host_network:
        return node.internal_ip
    first, size = _pod_range(node.spec.pod_cidr)
    start = crc32(pod.metadata.uid.encode())
    for number in range(start, start + size):
        address = _dotted(first + number % size)
        if not state.is_taken(address):
            return address
    return ""


@lru_cache(maxsize=4096)
def _pod_range(cidr: str) -> tuple[int, int]:
    """(first address, how many); none in what is no IPv4 network."""
    try:
        network = IPv4Network(cidr, strict=False)
    except ValueError:
        return 0, 0
    return int(network.network_address) + _FIRST_POD_HOST, max(network.num_addresses - _FIRST_POD_HOST - 1, 0)


def _dotted(number: int) -> str:
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def free_node_address(state: State) -> str:
    """A free one of 192.168.1.10-239, 192.168.2.10-239, ...: the first node gets the first."""
    return next(each for each in map(_node_address, _numbers(state)) if not state.is_taken(each))


def free_pod_cidr(state: State) -> str:
    """A free /24 of 10.244.0.0/16, 10.245.0.0/16, ...: the first node gets the first."""
    return next(each for each in map(_pod_cidr, _numbers(state)) if not state.is_taken(each))


def _numbers(state: State) -> Iterator[int]:
    """Where to look: after the nodes that have registered, then from the start."""
    nodes = state.count(Node.kind)
    registered = bisect_left(range(nodes), 1, key=lambda number: not state.is_taken(_pod_cidr(number)))
    yield from range(registered, nodes + 1)
    yield from count()


def _node_address(number: int) -> str:
    third, fourth = divmod(number, _LAST_NODE_HOST - _FIRST_NODE_HOST + 1)
    return _dotted((192 << 24) + (168 << 16) + ((third + 1) << 8) + fourth + _FIRST_NODE_HOST)


def _pod_cidr(number: int) -> str:
    second, third = divmod(number, 256)
    return f"10.{244 + second if second < 12 else 116 + second}.{third}.0/24"
