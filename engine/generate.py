"""Manifests of a believable cluster of any size, from a seed: the same numbers and seed, the same manifests.

A managed cluster as its customers see it: pools of nodes in zones, without the control plane; a namespace a team
and stage; in them Deployments of very different sizes, most with a Service. Nodes are made large enough for what
all pods request together. Pure, and knows no cluster: who wants one applies what this gives, in its order.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import count
from typing import Any, TypeVar

from attrs import field, frozen

from engine.errors import UsageError
from engine.generated_apps import APPS, STAGES, SUBJECTS, TEAMS, App

MOST_NODES, MOST_PODS, MOST_PODS_A_NODE = 5_000, 150_000, 110
"""Kubernetes' own published limits."""

Manifest = Mapping[str, Any]
ItemT = TypeVar("ItemT")

_PODS_A_NAMESPACE = 500
_DNS_REPLICAS = 2
_REPLICAS = ((1, 10), (2, 18), (3, 20), (5, 15), (10, 12), (20, 10), (50, 8), (100, 5), (250, 1.5), (500, 0.5))
"""(replicas, how many of 100 Deployments ask for so many)."""
_POOLS = (("general", 1, 4), ("general", 1, 4), ("memory", 1, 8), ("general", 1, 4), ("compute", 2, 2))
"""(pool, times the cpus needed, GiB a cpu), dealt out in turn."""
_ZONES = ("a", "b", "c")
_CPUS = (2, 4, 8, 16, 32, 48, 64, 96, 128)
_ROOM = 1.5


@frozen(kw_only=True)
class Team:
    """A namespace and what runs in it; ``pods`` is what its Deployments ask for together."""

    namespace: str
    pods: int
    manifests: Sequence[Manifest]


@frozen(kw_only=True)
class Blueprint:
    """``nodes`` first, then one team after the other."""

    nodes: Sequence[Manifest]
    teams: Sequence[Team]


def blueprint(nodes: int, pods: int, seed: str) -> Blueprint:
    """Exactly so many nodes and pods. Raises UsageError where Kubernetes has no room for them."""
    if not 1 <= nodes <= MOST_NODES:
        raise UsageError(f"--nodes {nodes}: a cluster has 1 to {MOST_NODES:,} nodes")
    if not 0 <= pods <= MOST_PODS:
        raise UsageError(f"--pods {pods}: a cluster has 0 to {MOST_PODS:,} pods")
    if pods > nodes * MOST_PODS_A_NODE:
        raise UsageError(
            f"--pods {pods}: {nodes} nodes have room for {nodes * MOST_PODS_A_NODE:,}, {MOST_PODS_A_NODE} each"
        )
    dice = _Dice(seed)
    demand = _Demand()
    teams = tuple(_teams(pods, dice, demand))
    return Blueprint(nodes=tuple(_nodes(nodes, demand)), teams=teams)


@frozen
class _Dice:
    """Throws that depend on the seed and on what they are for, never on their order."""

    seed: str

    def fraction(self, *what: object) -> float:
        """From 0 up to 1."""
        text = "/".join(map(str, (self.seed, *what)))
        return int.from_bytes(blake2b(text.encode(), digest_size=6).digest()) / (1 << 48)

    def pick(self, items: Sequence[ItemT], *what: object) -> ItemT:
        return items[int(self.fraction(*what) * len(items))]

    def weighed(self, items: Sequence[tuple[ItemT, float]], *what: object) -> ItemT:
        left = self.fraction(*what) * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]


@frozen
class _Demand:
    """What the pods made so far request: one (cpu_milli, memory_mi, replicas) a Deployment."""

    asked: list[tuple[int, int, int]] = field(factory=list)

    def of_each(self, nodes: int) -> tuple[int, int]:
        """cpu_milli and memory_mi that each node must have: its share with some to spare, and one largest pod."""
        shares = []
        for place in (0, 1):
            together = sum(each[place] * each[2] for each in self.asked)
            largest = max((each[place] for each in self.asked), default=0)
            shares.append(int(_ROOM * together / nodes) + largest)
        return shares[0], shares[1]


def _nodes(wanted: int, demand: _Demand) -> Iterator[Manifest]:
    cpu_milli, memory_mi = demand.of_each(wanted)
    zones = _ZONES if wanted >= len(_ZONES) else _ZONES[:1]
    numbers = {pool: count(1) for pool, _, _ in _POOLS}
    for place in range(wanted):
        pool, times, gib_a_cpu = _POOLS[place % len(_POOLS)]
        cpus = next(each for each in _CPUS if 1000 * each >= cpu_milli and 1024 * each * 2 >= memory_mi) * times
        zone = zones[place // len(_POOLS) % len(zones)]
        yield {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": f"{pool}-{zone}-{next(numbers[pool]):04}",
                "labels": {
                    "node.kubernetes.io/instance-type": f"{pool}-{cpus}",
                    "pool": pool,
                    "topology.kubernetes.io/region": "north-1",
                    "topology.kubernetes.io/zone": f"north-1{zone}",
                },
            },
            "status": {
                "capacity": {
                    "cpu": str(cpus),
                    "memory": f"{cpus * gib_a_cpu}Gi",
                    "ephemeral-storage": "200Gi",
                    "pods": str(MOST_PODS_A_NODE),
                }
            },
        }


def _teams(pods: int, dice: _Dice, demand: _Demand) -> Iterator[Team]:
    left = pods
    if pods >= 10 * _DNS_REPLICAS:
        yield _dns(demand)
        left -= _DNS_REPLICAS
    most_replicas = max(3, pods // 10)
    for number in count():
        if not left:
            return
        namespace = _namespace(number)
        room = min(left, int(_PODS_A_NAMESPACE * (0.5 + dice.fraction(namespace))))
        left -= room
        manifests = [_namespaced_root(namespace)]
        for place, replicas in enumerate(_sizes(room, most_replicas, dice, namespace)):
            app = dice.weighed(APPS, namespace, place, "app")
            manifests += _workload(app, namespace, place, replicas, dice, demand)
        yield Team(namespace=namespace, pods=room, manifests=tuple(manifests))


def _sizes(room: int, most: int, dice: _Dice, namespace: str) -> Iterator[int]:
    for place in count():
        if not room:
            return
        replicas = min(room, most, dice.weighed(_REPLICAS, namespace, place, "replicas"))
        room -= replicas
        yield replicas


def _namespace(number: int) -> str:
    """``shop-prod``, ``payments-prod``, ...; a second round gets a number."""
    stage, team = divmod(number, len(TEAMS))
    around, stage = divmod(stage, len(STAGES))
    return f"{TEAMS[team]}-{STAGES[stage]}" + (f"-{around + 1}" if around else "")


def _namespaced_root(namespace: str) -> Manifest:
    team, stage = namespace.split("-")[:2]
    labels = {"team": team, "stage": stage}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}}


def _workload(app: App, namespace: str, place: int, replicas: int, dice: _Dice, demand: _Demand) -> Iterator[Manifest]:
    around, subject = divmod(place, len(SUBJECTS))
    name = f"{SUBJECTS[subject]}-{app.role}" + (f"-{around + 1}" if around else "")
    image = dice.pick(app.images, namespace, name, "image")
    cpu_milli, memory_mi = dice.pick(app.requests, namespace, name, "requests")
    demand.asked.append((cpu_milli, memory_mi, replicas))
    labels = {"app": name, "tier": app.tier, "team": namespace.partition("-")[0]}
    container: dict[str, Any] = {
        "name": app.role,
        "image": image,
        "resources": {
            "requests": {"cpu": f"{cpu_milli}m", "memory": f"{memory_mi}Mi"},
            "limits": {"memory": f"{2 * max(memory_mi, app.least_limit_mi)}Mi"},
        },
    }
    if app.env:
        container["env"] = [{"name": key, "value": value} for key, value in app.env]
    if app.port:
        container["ports"] = [{"name": app.port_name, "containerPort": app.port}]
        container["readinessProbe"] = {**_probe(app), "periodSeconds": 10}
    spec: dict[str, Any] = {"containers": [container]}
    if app.pool:
        term = {"matchExpressions": [{"key": "pool", "operator": "In", "values": [app.pool]}]}
        preferred = [{"weight": 50, "preference": term}]
        spec["affinity"] = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}
    yield _deployment(name, namespace, labels, replicas, spec)
    if app.port:
        port = {"name": app.port_name, "port": app.service_port or app.port, "targetPort": app.port_name}
        yield _service(name, namespace, labels, {"selector": {"app": name}, "ports": [port]})


def _probe(app: App) -> Manifest:
    if app.probe_path:
        return {"httpGet": {"path": app.probe_path, "port": app.port_name}}
    return {"tcpSocket": {"port": app.port_name}}


def _dns(demand: _Demand) -> Team:
    demand.asked.append((100, 70, _DNS_REPLICAS))
    labels = {"k8s-app": "kube-dns"}
    container = {
        "name": "coredns",
        "image": "registry.k8s.io/coredns/coredns:v1.11.3",
        "ports": [{"name": "dns", "containerPort": 53, "protocol": "UDP"}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}},
        "resources": {"requests": {"cpu": "100m", "memory": "70Mi"}, "limits": {"memory": "170Mi"}},
    }
    spec = {"containers": [container], "priorityClassName": "system-cluster-critical"}
    ports = [{"name": "dns", "port": 53, "protocol": "UDP"}]
    service = {"selector": labels, "clusterIP": "10.96.0.10", "ports": ports}
    return Team(
        namespace="kube-system",
        pods=_DNS_REPLICAS,
        manifests=(
            _deployment("coredns", "kube-system", labels, _DNS_REPLICAS, spec),
            _service("kube-dns", "kube-system", labels, service),
        ),
    )


def _deployment(
    name: str, namespace: str, labels: Mapping[str, str], replicas: int, spec: Mapping[str, Any]
) -> Manifest:
    key = next(iter(labels))
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": dict(labels)},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {key: labels[key]}},
            "template": {"metadata": {"labels": dict(labels)}, "spec": spec},
        },
    }


def _service(name: str, namespace: str, labels: Mapping[str, str], spec: Mapping[str, Any]) -> Manifest:
    metadata = {"name": name, "namespace": namespace, "labels": dict(labels)}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
