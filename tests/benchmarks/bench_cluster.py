"""What a cluster costs: pods from created to Running, a rollout, a drain, one change and a settled tick.

The peer is a real control plane with faked kubelets (etcd, kube-apiserver, kube-controller-manager and
kube-scheduler 1.20 without QPS limits, on two cores): 3.7 s for 1,000 pods on 100 nodes, 75-88 s for 5,000 on
1,000, measured once and quoted here. All of it without a log; seconds are of the processor.
Memory a pod is the business of bench_generated.
Run it with ``python -m tests.benchmarks cluster``.
"""

import resource
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

from engine.api.writes import Create, Evict, Patch, Update
from engine.cluster import Cluster
from engine.kinds import Pod, Ref, ref_of, with_metadata
from tests.benchmarks.objects import tell
from tests.benchmarks.scale import DEFAULT, Row, Scale, seconds, times, typical
from tests.builders import cluster, deployment, node, pod_spec

CONTROL_PLANE_SECONDS = {1_000: 3.7, 5_000: 80.0}
TEMPLATE = pod_spec(resources={"requests": {"cpu": "10m", "memory": "16Mi"}})
IN_ONE_DEPLOYMENT = 1_000
ROUNDS = 200
DRAINED = 20
"""Nodes of a thousand, with five pods each."""


def rows(scale: Scale = DEFAULT) -> list[Row]:
    """What, this cluster, the peer, their ratio."""
    found = [created(pods, nodes) for pods, nodes in scale.created]
    pods, nodes = scale.created[-1]
    found += [rolled(pods, nodes), drained(pods, nodes)]
    least = 0.0
    for pods, nodes in scale.filled:
        tell(f"filling {nodes:,} nodes with {pods:,} pods")
        started = process_time()
        made = filled(pods, nodes)
        spent = process_time() - started
        change, tick = one_change(made), settled_tick(made)
        least = least or change
        found += [
            (
                f"{pods:,} pods on {nodes:,} nodes, filled",
                f"{seconds(spent)} ({pods / spent:,.0f} pods/s)",
                f"{peak_bytes() / 1e6:,.0f} MB at most",
                "",
            ),
            (
                f"one pod's change among {pods:,}",
                seconds(change),
                f"{seconds(least)} ({scale.filled[0][0]:,} pods)",
                f"{least / change:.2f}x",
            ),
            (f"settled tick, {pods:,} pods", seconds(tick), "1 ms (goal)", times(0.001 / tick)),
        ]
    return found


def created(pods: int, nodes: int) -> Row:
    """From ``scale`` until every pod is Running."""
    tell(f"{pods:,} pods from created to Running on {nodes:,} nodes")
    what = f"{pods:,} pods created to Running, {nodes:,} nodes"
    return _beside_control_plane(what, pods, lambda: _create(pods, nodes))


def rolled(pods: int, nodes: int) -> Row:
    tell(f"a rolling update of {pods:,} pods on {nodes:,} nodes")
    made = _running(pods, nodes)
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:1.28"}]}}}}
    started = process_time()
    made.submit("user", [Patch(Ref("Deployment", "default", "web"), image)])
    made.advance(made.now + 3600)
    spent = process_time() - started
    assert all(pod.spec.containers[0].image == "nginx:1.28" for pod in made.state.all(Pod))
    return f"rolling update of {pods:,} pods, {nodes:,} nodes", f"{seconds(spent)} ({pods / spent:,.0f} pods/s)", "", ""


def drained(pods: int, nodes: int) -> Row:
    """Cordons and evicts, as ``kubectl drain`` does, until the pods run elsewhere."""
    tell(f"a drain of {DRAINED} of {nodes:,} nodes")
    made = _running(pods, nodes)
    names = [each.metadata.name for each in made.state.objects("Node")][:DRAINED]
    started = process_time()
    made.submit("user", [Patch(Ref("Node", "", name), {"spec": {"unschedulable": True}}) for name in names])
    evicted = [ref_of(pod) for name in names for pod in made.state.pods_on(name)]
    for ref in evicted:
        made.submit("user", [Evict(ref=ref)])
    made.advance(made.now + 120)
    spent = process_time() - started
    assert running(made) == pods and not any(any(made.state.pods_on(name)) for name in names)
    return f"drain of {DRAINED} of {nodes:,} nodes, {len(evicted):,} pods", seconds(spent), "", ""


def settled_tick(made: Cluster) -> float:
    """Seconds of one tick in which nothing happens; the median of many."""
    spent = []
    for _ in range(ROUNDS):
        started = perf_counter()
        made.advance(made.now + 1)
        spent.append(perf_counter() - started)
    return median(spent)


def one_change(made: Cluster) -> float:
    """Seconds until all is settled after an annotation of one pod; the median over pods in many places."""
    spent = []
    pods = list(made.state.all(Pod))
    for number, pod in enumerate(pods[:: max(1, len(pods) // ROUNDS)]):
        noted = with_metadata(pod, annotations={"number": f"{number}"})
        started = perf_counter()
        made.submit("user", [Update(noted)])
        made.settle()
        spent.append(perf_counter() - started)
    return median(spent)


def filled(pods: int, nodes: int) -> Cluster:
    """A settled cluster, after its pods' timers and the events' hour have passed."""
    made = empty(nodes)
    for number in range(0, pods, IN_ONE_DEPLOYMENT):
        name = f"web-{number // IN_ONE_DEPLOYMENT:03}"
        replicas = min(IN_ONE_DEPLOYMENT, pods - number)
        made.submit("user", [Create(deployment(name, replicas=replicas, template=TEMPLATE))])
        made.advance(made.now + 60)
    made.advance(made.now + 2 * 3600)
    assert running(made) == pods
    return made


def empty(nodes: int) -> Cluster:
    made = cluster(*(node(f"n{number:04}", cpu="64", memory="256Gi") for number in range(nodes)))
    made.advance(made.now + 60)
    return made


def running(made: Cluster) -> int:
    return sum(pod.status.phase == "Running" for pod in made.state.all(Pod))


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _create(pods: int, nodes: int) -> float:
    made = empty(nodes)
    started = process_time()
    _scale_up(made, pods)
    return process_time() - started


def _running(pods: int, nodes: int) -> Cluster:
    made = empty(nodes)
    _scale_up(made, pods)
    made.advance(made.now + 60)
    return made


def _scale_up(made: Cluster, pods: int) -> None:
    made.submit("user", [Create(deployment("web", replicas=pods, template=TEMPLATE))])
    while running(made) < pods:
        made.advance(made.next_timer or made.now + 1)


def _beside_control_plane(what: str, pods: int, work: Callable[[], float]) -> Row:
    spent = typical(work, 5)
    peer = CONTROL_PLANE_SECONDS.get(pods)
    shown = "" if peer is None else f"{peer} s (control plane, quoted)"
    return what, f"{seconds(spent)} ({pods / spent:,.0f} pods/s)", shown, "" if peer is None else times(peer / spent)


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
