"""Beside etcd: durable appends of a pod one by one and by the hundred, and opening what was stored.

Ours is ``Log.append`` in this process, without a network hop; etcd's is its JSON gateway on loopback. Opening is
from the start of a process to its first answer, for both: how many objects there are; ours reads one as well.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from engine.kinds import to_manifest
from engine.store.frames import Entry, FrameType, Header
from engine.store.log import Log
from tests.benchmarks.bench_append import pod_payloads
from tests.benchmarks.objects import A_COMMIT, fill, gated_pods, pod_name, tell
from tests.benchmarks.peer_etcd import MISSING, Etcd, etcd, is_here
from tests.benchmarks.scale import DEFAULT, Row, Scale, not_run, seconds, times, typical

ROUNDS = 3
OPENING = """
import sys
from pathlib import Path
from engine.cluster import Cluster
from engine.kinds import Ref
from engine.store.log import Log
cluster = Cluster.reopen(Log.open(Path(sys.argv[1])))
assert cluster.state.get(Ref("Pod", "default", sys.argv[2])) is not None
print(cluster.state.count("Pod"), flush=True)
sys.stdin.read()
cluster.close()
"""


def rows(scale: Scale = DEFAULT) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = appended(folder, scale.appends)
        for count in scale.reopened:
            found.append(reopened(folder, count))
    return found


def appended(folder: Path, count: int) -> list[Row]:
    payloads = pod_payloads(count)
    what = {1: "durable append of a pod, one by one", A_COMMIT: f"durable append of a pod, {A_COMMIT} a sync"}
    if not is_here():
        return [not_run(f"{each}, beside etcd", MISSING) for each in what.values()]
    found: list[Row] = []
    with etcd(folder / "appended") as server:
        for size, text in what.items():
            tell(f"{text}: {count}, {ROUNDS} times")
            groups = [payloads[at : at + size] for at in range(0, count, size)]
            ours, theirs = [], []
            for number in range(ROUNDS):
                ours.append(count / ours_takes(folder / f"{size}-{number}.k9log", groups))
                theirs.append(count / etcd_takes(server, groups))
            peer = f"{median(theirs):,.0f}/s etcd, by HTTP"
            found.append((text, f"{median(ours):,.0f}/s", peer, times(median(ours) / median(theirs))))
    return found


def ours_takes(path: Path, groups: Sequence[Sequence[bytes]]) -> float:
    revision = 0
    with Log.create(path, Header(cluster="bench", seed="s", created=0)) as log:
        started = perf_counter()
        for group in groups:
            log.append([Entry(FrameType.COMMIT, each, revision + place) for place, each in enumerate(group, 1)])
            revision += len(group)
        return perf_counter() - started


def etcd_takes(server: Etcd, groups: Sequence[Sequence[bytes]]) -> float:
    number = 0
    started = perf_counter()
    for group in groups:
        pairs = [(f"/registry/pods/shop/{number + place}", each) for place, each in enumerate(group)]
        if len(pairs) == 1:
            server.put(*pairs[0])
        else:
            server.put_together(pairs)
        number += len(group)
    return perf_counter() - started


def reopened(folder: Path, count: int) -> Row:
    what = f"process start to first answer, {count:,} pods stored"
    path = folder / f"{count}.k9log"
    tell(f"storing {count:,} pods in a log")
    fill(path, count)
    ours = typical(lambda: ours_opens(path, count), ROUNDS)
    path.unlink()
    if not is_here():
        return what, seconds(ours), f"not run: {MISSING}", ""
    tell(f"storing {count:,} pods in etcd")
    place = folder / f"etcd-{count}"
    fill_etcd(place, count)
    theirs = typical(lambda: etcd_opens(place, count), ROUNDS)
    return what, seconds(ours), f"{seconds(theirs)} etcd", times(theirs / ours)


def ours_opens(path: Path, count: int) -> float:
    command = [sys.executable, "-c", OPENING, str(path), pod_name(count // 2)]
    started = perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answer = process.stdout.readline()
        spent = perf_counter() - started
        process.communicate()
    assert int(answer) == count
    return spent


def fill_etcd(place: Path, count: int) -> None:
    pairs: list[tuple[str, bytes]] = []
    with etcd(place) as server:
        for pod in gated_pods(count):
            pairs.append((f"/registry/pods/default/{pod.metadata.name}", json.dumps(to_manifest(pod)).encode()))
            if len(pairs) == A_COMMIT:
                server.put_together(pairs)
                pairs = []
        if pairs:
            server.put_together(pairs)


def etcd_opens(place: Path, count: int) -> float:
    with etcd(place) as server:
        assert server.count() == count
        return server.opened_seconds


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
