"""A generated cluster: memory per pod after growing there and after cold starts, and its log beside its JSON.

The JSON is every object that was ever put, one after the other, as etcd would have been given it. Each memory
is the resident memory of a process of its own, without what Python and the imports take, numpy's among them: what it
holds when the cluster has been at rest for a minute, and what it held at most on the way. The peer is a real
control plane (etcd, kube-apiserver, kube-controller-manager, kube-scheduler 1.20) that held 10,000 pods in 1.8 GB,
measured once and quoted here.
"""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path

from engine.cluster import Cluster
from engine.kinds import to_manifest
from engine.store.history import History
from engine.store.log import Log
from k9lite.sessions.generating import grow
from tests.benchmarks.objects import tell
from tests.benchmarks.scale import DEFAULT, Row, Scale, times

GOAL_SIZE = 6
REST_SECONDS = 60
CONTROL_PLANE_BYTES_A_POD = 1.8e9 / 10_000
WAYS = {
    "grown": "grown there",
    "lazy": "cold start after a kill",
    "closed": "closing it",
    "rested": "cold start",
    "cold": "cold start, all touched",
}
CHILD = """
import sys
from pathlib import Path
from tests.benchmarks import bench_generated
bench_generated.report(getattr(bench_generated, sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
"""


def rows(scale: Scale = DEFAULT) -> list[Row]:
    nodes, pods = scale.generated
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.k9log"
        for way, what in WAYS.items():
            tell(f"{what}: {pods:,} pods on {nodes:,} nodes")
            command = [sys.executable, "-c", CHILD, way, str(path), str(nodes), str(pods)]
            answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            more, whole, peak = map(int, answer.split())
            if way == "grown":
                found.append(size(path, pods))
            if way != "closed":
                name = f"memory, {pods:,} pods on {nodes:,} nodes, {what}"
                found.append(_row(name, more / pods, (more + peak - whole) / pods, whole, peak))
    return found


def grown(path: Path, nodes: int, pods: int) -> object:
    """The log that ``path`` holds afterwards is for the other ways."""
    cluster = grow(path, nodes, pods, "bench")
    for _ in range(REST_SECONDS):
        cluster.advance(cluster.now + 1)
    return cluster


def cold(path: Path, nodes: int, pods: int) -> object:
    cluster = lazy(path, nodes, pods)
    assert sum(len(str(obj.metadata.name)) for kind in cluster.state.tables for obj in cluster.state.objects(kind))
    return cluster


def lazy(path: Path, nodes: int, pods: int) -> Cluster:
    cluster = Cluster.reopen(Log.open(path))
    assert (cluster.state.count("Node"), cluster.state.count("Pod")) == (nodes, pods)
    return cluster


def closed(path: Path, nodes: int, pods: int) -> None:
    """For the ways that find a log as people leave it."""
    lazy(path, nodes, pods).close()


def rested(path: Path, nodes: int, pods: int) -> Cluster:
    return lazy(path, nodes, pods)


def report(way: Callable[[Path, int, int], object], path: Path, nodes: int, pods: int) -> None:
    """Prints by how many bytes the process grew, how many it has, and how many it had at most."""
    import_module("engine.scheduler.ranking")  # and numpy, which is loaded where the first pods are placed
    before = _resident_bytes()
    kept = way(path, nodes, pods)
    now = _resident_bytes()
    print(now - before, now, max(now, _most_resident_bytes()))
    del kept


def size(path: Path, pods: int) -> Row:
    tell("reading every commit as JSON")
    with closing(History.open(path)) as history:
        last = history.last_revision
        commits = map(history.commit, range(1, last + 1))
        in_json = sum(len(json.dumps(to_manifest(obj))) for commit in commits for obj in commit.puts)
    in_log = path.stat().st_size
    return (
        f"log of {pods:,} pods from nothing to Running, {last:,} commits",
        f"{in_log / 1e6:,.1f} MB",
        f"{in_json / 1e6:,.1f} MB JSON",
        f"{times(in_json / in_log)} smaller (goal {GOAL_SIZE}x)",
    )


def _row(what: str, bytes_a_pod: float, most_a_pod: float, whole: int, peak: int) -> Row:
    return (
        what,
        f"{bytes_a_pod / 1e3:.1f} KB a pod at rest ({whole / 1e6:,.0f} MB in all), "
        f"{most_a_pod / 1e3:.1f} at most ({peak / 1e6:,.0f} MB)",
        f"{CONTROL_PLANE_BYTES_A_POD / 1e3:.0f} KB a pod (control plane, quoted)",
        times(CONTROL_PLANE_BYTES_A_POD / bytes_a_pod),
    )


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _most_resident_bytes() -> int:
    """Of this program: what getrusage says is also of the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
