"""Addresses: a pod's out of its node's podCIDR, a node's own and its podCIDR out of the cluster's networks.

Follows the CNI plugin host-local and the node IPAM controller. A pod's address is looked for from a place
that its uid gives, so that a pod made anew rarely gets the one before. Shortcuts: the node's pods are walked
(at most 110), and so are all nodes when one registers.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from zlib import crc32

from engine.kinds import TERMINAL_PHASES, Node, Pod
from engine.store.state import State

_FIRST_POD_HOST = 2
"""The network itself and its bridge (cni0) come before."""
_FIRST_NODE_HOST, _LAST_NODE_HOST = 10, 239


def pod_address(state: State, node: Node, pod: Pod) -> str:
    """A free address of the node's podCIDR; "" when all are taken."""
    if pod.spec.host_network:
        return node.internal_ip
    first, count = _pod_range(node.spec.pod_cidr)
    taken = {
        each.status.pod_ip
        for each in state.pods_on(node.metadata.name)
        if each.status.pod_ip and each.status.phase not in TERMINAL_PHASES
    }
    start = crc32(pod.metadata.uid.encode())
    for step in range(count):
        address = _dotted(first + (start + step) % count)
        if address not in taken:
            return address
    return ""


@lru_cache(maxsize=4096)
def _pod_range(cidr: str) -> tuple[int, int]:
    network = IPv4Network(cidr, strict=False)
    return int(network.network_address) + _FIRST_POD_HOST, max(network.num_addresses - _FIRST_POD_HOST - 1, 0)


def _dotted(number: int) -> str:
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def free_node_address(state: State) -> str:
    """The lowest free of 192.168.1.10-239, then 192.168.2.10-239, and so on."""
    taken = {node.internal_ip for node in state.all(Node)}
    per_network = _LAST_NODE_HOST - _FIRST_NODE_HOST + 1
    for number in range(len(taken) + 1):
        third, fourth = divmod(number, per_network)
        address = str(IPv4Address((192 << 24) + (168 << 16) + ((third + 1) << 8) + fourth + _FIRST_NODE_HOST))
        if address not in taken:
            return address
    raise AssertionError("more addresses than nodes were tried")


def free_pod_cidr(state: State) -> str:
    """The lowest free /24 of 10.244.0.0/16, then of 10.245.0.0/16, and so on."""
    taken = {node.spec.pod_cidr for node in state.all(Node)}
    for number in range(len(taken) + 1):
        second, third = divmod(number, 256)
        second = 244 + second if second < 12 else 128 + second - 12
        cidr = f"10.{second}.{third}.0/24"
        if cidr not in taken:
            return cidr
    raise AssertionError("more networks than nodes were tried")
