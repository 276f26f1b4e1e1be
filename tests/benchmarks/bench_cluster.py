"""What a cluster costs: a settled tick at two sizes, and 1,000 pods from created to Running on 100 nodes.

The peer is a real control plane with faked kubelets (etcd, kube-apiserver, kube-controller-manager and
kube-scheduler 1.20 without QPS limits, on two cores): 3.7 s for the 1,000 pods, measured once and quoted here.
Run it with ``python -m tests.benchmarks.bench_cluster``.
"""

import resource
from statistics import median
from time import perf_counter

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import Pod
from tests.builders import cluster, deployment, node, pod_spec

CONTROL_PLANE_SECONDS = 3.7
TEMPLATE = pod_spec(resources={"requests": {"cpu": "10m", "memory": "16Mi"}})
TICKS = 200


def rows() -> list[tuple[str, ...]]:
    """What, this cluster, the peer, their ratio."""
    small, large = settled_tick(100), settled_tick(10_000)
    created = median(created_to_running(1000, 100) for _ in range(3))
    rate = f"{1000 / created:,.0f} pods/s"
    return [
        ("cluster", "k9lite", "peer", "ratio"),
        ("settled tick, 100 pods", f"{small * 1e6:.1f} us", "", ""),
        (
            "settled tick, 10,000 pods",
            f"{large * 1e6:.1f} us",
            f"{small * 1e6:.1f} us (100 pods)",
            f"{large / small:.2f}x",
        ),
        (
            "1,000 pods created to Running, 100 nodes",
            f"{created:.2f} s ({rate})",
            f"{CONTROL_PLANE_SECONDS} s (control plane)",
            f"{CONTROL_PLANE_SECONDS / created:.1f}x",
        ),
        ("peak memory of this benchmark", f"{peak_mb():.0f} MB", "", ""),
    ]


def settled_tick(pods: int) -> float:
    """Seconds of one tick in which nothing happens; the median of many."""
    made = filled(pods, max(10, pods // 100))
    spent = []
    for _ in range(TICKS):
        started = perf_counter()
        made.advance(made.now + 1)
        spent.append(perf_counter() - started)
    return median(spent)


def created_to_running(pods: int, nodes: int) -> float:
    """Seconds of computing from the Deployment's creation until every pod is Running."""
    made = cluster(*(node(f"n{number:03}", cpu="32", memory="64Gi") for number in range(nodes)))
    made.advance(made.now + 60)
    made.submit("user", [Create(deployment("web", replicas=pods, template=TEMPLATE))])
    started = perf_counter()
    while running(made) < pods:
        made.advance(made.next_timer or made.now + 1)
    return perf_counter() - started


def filled(pods: int, nodes: int) -> Cluster:
    """A settled cluster, after its pods' timers and the events' hour have passed."""
    made = cluster(*(node(f"n{number:03}", cpu="64", memory="256Gi") for number in range(nodes)))
    made.advance(made.now + 60)
    for number in range(0, pods, 1000):
        name = f"web-{number // 1000:02}"
        made.submit("user", [Create(deployment(name, replicas=min(1000, pods - number), template=TEMPLATE))])
        made.advance(made.now + 60)
    made.advance(made.now + 2 * 3600)
    assert running(made) == pods
    return made


def running(made: Cluster) -> int:
    return sum(pod.status.phase == "Running" for pod in made.state.all(Pod))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for row in rows():
        print("  ".join(f"{cell:<42}" for cell in row))
