"""How a pod asks for names: ``resolver_of(pod, server)``, and its /etc/resolv.conf.

Follows ``pkg/kubelet/network/dns``: dnsPolicy gives the base, dnsConfig is appended to it, options of the same name
replace. The node's own resolv.conf names a server outside the cluster.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.kinds import Pod
from engine.kinds.frozen import frozen
from engine.network.dns import search_path

NODE_SERVER = "192.168.1.1"
_MOST_SERVERS, _MOST_SEARCHES = 3, 32
_NDOTS = 1
"""Where no option says otherwise."""


@frozen(kw_only=True)
class ResolverConfig:
    """``cluster_server`` says whether the cluster's own server is asked."""

    servers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    cluster_server: bool = False

    @property
    def ndots(self) -> int:
        """How many dots make a name one that is asked for as it stands first."""
        values = [each.partition(":")[2] for each in self.options if each.startswith("ndots:")]
        return int(values[-1]) if values and values[-1].isdecimal() else _NDOTS

    @property
    def text(self) -> str:
        lines = [f"search {' '.join(self.searches)}\n"] if self.searches else []
        lines += [f"nameserver {each}\n" for each in self.servers]
        return "".join([*lines, *([f"options {' '.join(self.options)}\n"] if self.options else [])])


def resolver_of(pod: Pod, server: str) -> ResolverConfig:
    """``server`` is the address of the cluster's DNS server."""
    servers: tuple[str, ...] = (NODE_SERVER,)
    searches: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    if pod.spec.dns_policy == "None":
        servers = ()
    elif _asks_cluster(pod):
        servers, searches, options = (server,), search_path(pod.metadata.namespace), ("ndots:5",)
    config = pod.spec.extra.get("dnsConfig")
    if isinstance(config, Mapping):
        servers = _joined(servers, config.get("nameservers"))
        searches = _joined(searches, config.get("searches"))
        options = _merged(options, config.get("options"))
    return ResolverConfig(
        servers=servers[:_MOST_SERVERS],
        searches=searches[:_MOST_SEARCHES],
        options=options,
        cluster_server=server in servers,
    )


def _asks_cluster(pod: Pod) -> bool:
    if pod.spec.dns_policy == "ClusterFirstWithHostNet":
        return True
    return pod.spec.dns_policy != "Default" and not pod.spec.host_network


def _joined(known: tuple[str, ...], more: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *map(str, _items(more)))))


def _merged(known: tuple[str, ...], more: Any) -> tuple[str, ...]:
    found = {name: value for name, _, value in (each.partition(":") for each in known)}
    for each in _items(more):
        if isinstance(each, Mapping):
            found[str(each.get("name", ""))] = str(each.get("value") or "")
    return tuple(f"{name}:{value}" if value else name for name, value in found.items())


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()
