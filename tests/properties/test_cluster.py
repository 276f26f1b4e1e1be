"""Random days in the life of a cluster: it always settles, keeps its books, and can be run again byte for byte."""

import os
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Evict, Patch, RunLine, Write
from engine.cluster import Cluster
from engine.errors import ApiError
from engine.kinds import Deployment, Fault, FaultSpec, Node, Object, ObjectMeta, Pod, Ref, ref_of
from engine.kinds.quantity import cpu_milli, whole
from engine.store.history import History
from engine.store.log import Header, Log, LogReader
from engine.store.state import State, fold
from engine.verify import verify
from tests.builders import START, deployment, namespace, node, pod, pod_spec, service

NODES, DEPLOYMENTS = ("w1", "w2", "w3"), ("a", "b")
TEMPLATE = pod_spec(resources={"requests": {"cpu": "700m", "memory": "1Gi"}})

Step = tuple[str, str, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), st.sampled_from(DEPLOYMENTS), st.integers(0, 8)),
        st.tuples(st.just("image"), st.sampled_from(DEPLOYMENTS), st.integers(0, 3)),
        st.tuples(st.just("cordon"), st.sampled_from(NODES), st.integers(0, 1)),
        st.tuples(st.just("kill"), st.sampled_from(DEPLOYMENTS), st.integers(0, 9)),
        st.tuples(st.just("evict"), st.sampled_from(DEPLOYMENTS), st.integers(0, 9)),
        st.tuples(st.just("type"), st.sampled_from(DEPLOYMENTS), st.integers(0, 4)),
        st.tuples(st.just("select"), st.sampled_from(DEPLOYMENTS), st.integers(0, 1)),
        st.tuples(st.just("shrink"), st.sampled_from(DEPLOYMENTS), st.integers(0, 2)),
        st.tuples(st.just("fault"), st.sampled_from(NODES), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.just(""), st.integers(1, 400)),
        st.tuples(st.just("leap"), st.just(""), st.integers(1, 4000)),
        st.tuples(st.just("reopen"), st.just(""), st.integers(0, 4000)),
        st.tuples(st.just("crash"), st.just(""), st.integers(0, 30)),
    ),
    max_size=12,
)
LINES = ("echo hi > /tmp/a", "curl -s a", "kill 1", "cat /tmp/a | wc -c", "nslookup a; exit 3")
IMAGES = ("nginx:1.27", "nginx:1.25", "nginx:no-such-tag", "busybox:1.36")


def begun(path: Path) -> Cluster:
    header = Header(cluster="property", seed="property", created=START)
    path.unlink(missing_ok=True)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace("default"))])
    objects: list[Object] = [*(node(name, cpu="4", memory="8Gi") for name in NODES), pod("bare"), service("a")]
    objects += [deployment(name, replicas=2, template=TEMPLATE) for name in DEPLOYMENTS]
    cluster.submit("bootstrap", [Create(obj) for obj in objects])
    cluster.advance(START + 60)
    return cluster


def lived(path: Path, steps: list[Step]) -> Cluster:
    """The cluster after a day of ``steps``, its books checked at each."""
    cluster = begun(path)
    for step in steps:
        what, _, number = step
        if what == "reopen":
            cluster.close()
            cluster = Cluster.reopen(Log.open(path), cluster.now + number)
        elif what == "crash":
            cluster = crashed(cluster, path, number)
        else:
            take(cluster, step)
        assert cluster.settle()
        keeps_its_books(cluster.state)
    return cluster


def crashed(cluster: Cluster, path: Path, lost: int) -> Cluster:
    """As if the process had died ``lost`` commits ago (what the user asked for stays), opened 5 seconds later."""
    cluster.close()
    with closing(History.open(path)) as history:
        last = max(history.last_revision - lost, *(commit.revision for commit in history.inputs()[:-1]))
    with closing(LogReader.open(path)) as reader:
        ends = [frame.end for frame in reader.frames() if frame.revision == last]
    os.truncate(path, ends[0])
    return Cluster.reopen(Log.open(path), cluster.now + 5)


def take(cluster: Cluster, step: Step) -> None:
    what, name, number = step
    if what == "wait":
        cluster.advance(cluster.now + number)
    elif what == "leap":
        cluster.jump(cluster.now + number)
    else:
        writes = written(cluster.state, what, name, number)
        try:
            if writes:
                cluster.submit("user", writes, f"{what} {name} {number}")
        except ApiError:
            return  # refused in one line: also an answer


def written(state: State, what: str, name: str, number: int) -> list[Write]:
    ref = Ref("Deployment", "default", name)
    match what:
        case "scale":
            return [Patch(ref, {"spec": {"replicas": number}}, "merge")]
        case "image":
            containers = [{"name": "main", "image": IMAGES[number]}]
            return [Patch(ref, {"spec": {"template": {"spec": {"containers": containers}}}})]
        case "cordon":
            return [Patch(Ref("Node", "", name), {"spec": {"unschedulable": bool(number)}}, "merge")]
        case "kill" | "evict" | "type":
            pods = [each for each in state.all(Pod) if each.metadata.labels.get("app") == name]
            if not pods:
                return []
            pod_ref = Ref("Pod", "default", pods[number % len(pods)].metadata.name)
            if what == "type":
                return [RunLine(ref=pod_ref, container="main", session="s", line=LINES[number])]
            return [Delete(ref=pod_ref) if what == "kill" else Evict(ref=pod_ref)]
        case "select":
            return [Patch(Ref("Service", "default", "a"), {"spec": {"selector": {"app": name}}}, "merge")]
        case "shrink":
            sets = list(state.objects("ReplicaSet"))
            how = ("Background", "Foreground", "Orphan")[number]
            return [Delete(ref=ref_of(sets[-1]), propagation=how)] if sets else []
        case _:
            fault = Fault(metadata=ObjectMeta(name=f"down-{name}"), spec=FaultSpec(type="NodeDown", node=name))
            return [Create(fault)] if number else [Delete(ref=Ref("Fault", "", f"down-{name}"))]


def keeps_its_books(state: State) -> None:
    for each in state.all(Node):
        held = [p for p in state.pods_on(each.metadata.name) if p.status.phase not in ("Succeeded", "Failed")]
        requested = state.requested_on(each.metadata.name)
        assert requested.pods == len(held)
        assert requested.cpu_milli <= cpu_milli(each.status.allocatable.get("cpu", "0"))
        assert requested.memory_bytes <= whole(each.status.allocatable.get("memory", "0"))
    addresses = [p.status.pod_ip for p in state.all(Pod) if p.status.pod_ip and p.status.phase == "Running"]
    assert len(addresses) == len(set(addresses))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_cluster_settles_keeps_its_books_and_runs_again_byte_for_byte(tmp_path: Path, steps: list[Step]) -> None:
    path = tmp_path / "day.k9log"
    cluster = lived(path, steps)
    for name in NODES:
        take(cluster, ("fault", name, 0))
        take(cluster, ("cordon", name, 0))
    cluster.advance(cluster.now + 3600)
    for each in cluster.state.all(Deployment):
        settled_or_says_why(cluster, each)
    cluster.close()
    history = History.open(path)
    difference = verify(history)
    assert difference is None, difference
    assert contents(history.state_at(history.last_revision)) == contents(cluster.state)
    history.close()


def contents(state: State) -> dict[str, object]:
    """Everything in a State, tables and indices, as plain values that compare."""
    parts: dict[str, object] = {kind: list(table.items()) for kind, table in state.tables.items() if len(table)}
    for name in ("by_node", "by_owner", "by_label", "by_subject", "unscheduled", "requested"):
        parts[name] = list(getattr(state, name).items())
    return {**parts, "revision": state.revision, "time": state.time}


def settled_or_says_why(cluster: Cluster, each: Deployment) -> None:
    if each.status.available_replicas == each.spec.replicas == each.status.updated_replicas:
        return
    failing = [condition for condition in each.status.conditions if condition.status == "False"]
    assert failing, f"{each.metadata.name} is not there and no condition says why"
    assert cluster.settled


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_reopened_cluster_has_the_same_state_and_nothing_to_do(tmp_path: Path, steps: list[Step]) -> None:
    path = tmp_path / "day.k9log"
    cluster = lived(path, steps)
    cluster.close()
    log = Log.open(path)
    history = History.open(path)
    state = State(time=START)
    for revision in range(1, history.last_revision + 1):
        state = fold(state, history.commit(revision))
    reopened = Cluster(log.header, log, state)
    assert contents(reopened.state) == contents(cluster.state)
    reopened.settle()
    assert reopened.state.revision == cluster.state.revision, reopened.last_commit
    assert reopened.next_timer == cluster.next_timer
    reopened.close()
    history.close()
