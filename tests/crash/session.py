"""What the sessions that die do: steps at fixed cluster times, each one input that its deed names.

Which steps are done is read from the log, so whoever opens it next goes on with the first one that is missing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import frozen

from engine.api.writes import Apply, Create, Delete, Patch, RunLine, Write
from engine.cluster import Cluster
from engine.kinds import Deployment, Pod, Ref, to_manifest
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from tests.builders import START, deployment, namespace, node, pod, service

HEADER = Header(cluster="crash", seed="crash", created=START)
END = START + 300
WEB = Ref("Deployment", "default", "web")

Tell = Callable[[int], None]
"""Hears each revision up to which all is acknowledged."""


@frozen
class Step:
    time: int
    deed: str
    writes: Sequence[Write]


def _patch(body: dict[str, object]) -> Patch:
    return Patch(WEB, body, "merge")


def _image(image: str) -> dict[str, object]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}}}


STEPS = (
    Step(START, "begin", [Create(namespace("default")), Create(node("w1")), Create(node("w2", pods=6))]),
    Step(START + 2, "apply", [Apply(to_manifest(each)) for each in (deployment(replicas=2), service(), pod("box"))]),
    Step(START + 30, "scale", [_patch({"spec": {"replicas": 4}})]),
    Step(START + 60, "roll out", [Patch(WEB, _image("nginx:1.28"), "strategic")]),
    Step(START + 61, "exec", [RunLine(ref=Ref("Pod", "default", "box"), container="", session="a", line="echo hi")]),
    Step(START + 150, "roll back", [Patch(WEB, _image("nginx:1.27"), "strategic")]),
    Step(START + 155, "scale down", [_patch({"spec": {"replicas": 3}})]),
    Step(START + 200, "delete", [Delete(ref=Ref("Pod", "default", "box"))]),
)
CLOSINGS = (START + 62, START + 180)
"""When the session is closed and opened again."""
KEEP_SECONDS = 130
"""Of the session, so that a compaction has something to forget: it ends long after the first closing."""


def _load(size: int) -> tuple[Step, ...]:
    """A session that writes as much as ``size`` deployments do, all the time."""
    names = [f"d{number}" for number in range(size)]
    steps = [Step(START, "begin", [Create(namespace("default")), *(Create(node(f"w{each}")) for each in range(4))])]
    for number, name in enumerate(names):
        steps.append(Step(START + 1 + 3 * number, f"create {name}", [Create(deployment(name, replicas=5))]))
        body = {"spec": {"replicas": 2 + number % 3}}
        ref = Ref("Deployment", "default", names[number // 2])
        steps.append(Step(START + 2 + 3 * number, f"scale {number}", [Patch(ref, body, "merge")]))
    return tuple(steps)


LOAD = _load(6)
LOAD_END = LOAD[-1].time + 60


def run(path: Path, steps: Sequence[Step], end: int, tell: Tell, closings: Sequence[int] = ()) -> None:
    """The session to its end, in the log ``path``, from wherever that log stands."""
    for until in (*closings, end):
        cluster = opened(path)
        tell(cluster.state.revision)
        drive(cluster, steps, until, tell)
        cluster.close()
        tell(cluster.state.revision)


def opened(path: Path) -> Cluster:
    return Cluster.reopen(Log.open(path)) if path.exists() else Cluster(HEADER, Log.create(path, HEADER))


def drive(cluster: Cluster, steps: Sequence[Step], until: int, tell: Tell) -> None:
    done = _done(cluster)
    for step in steps:
        if step.deed in done or step.time > until:
            continue
        _pass_time(cluster, step.time, tell)
        cluster.submit("user", step.writes, step.deed)
        tell(cluster.state.revision)
    _pass_time(cluster, until, tell)


def _done(cluster: Cluster) -> set[str]:
    assert cluster._log is not None
    history = History.open(cluster._log.path)
    deeds = {commit.deed for commit in history.inputs()}
    history.close()
    return deeds


def _pass_time(cluster: Cluster, to: int, tell: Tell) -> None:
    """To ``to`` a second at a time, so that each is acknowledged by itself."""
    cluster.settle()
    tell(cluster.state.revision)
    while (due := cluster.next_timer) is not None and due <= to:
        cluster.advance(due)
        tell(cluster.state.revision)
    cluster.advance(to)


def seen(cluster: Cluster) -> list[str]:
    """What an operator asked for and got, without what depends on revisions: the names of pods and their addresses."""
    state = cluster.state
    counts = [f"{len(table)} {kind}" for kind, table in sorted(state.tables.items()) if len(table) and kind != "Event"]
    pods = [
        f"{pod.metadata.labels.get('app', pod.metadata.name)} {pod.spec.containers[0].image} {pod.status.phase}"
        for pod in state.all(Pod)
    ]
    rest = [
        f"{each.metadata.name} {each.status.ready_replicas} of {each.spec.replicas}" for each in state.all(Deployment)
    ]
    return sorted(counts + pods + rest)
