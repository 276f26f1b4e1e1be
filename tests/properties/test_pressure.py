"""Random shortages: no node holds more than it has, a run repeats byte for byte, and nobody waits for nothing."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Write
from engine.cluster import Cluster
from engine.errors import ApiError
from engine.kinds import Node, Object, Pod, Ref, from_manifest
from engine.kinds.quantity import whole
from engine.kubelet.memory import holdings, system_memory_bytes
from engine.kubelet.usage import node_usage, pod_usage
from engine.store.history import History
from engine.store.log import Header, Log
from engine.store.state import State, fold
from engine.verify import verify
from tests.builders import START, deployment, namespace, node, pod_spec, service

NODES = ("w1", "w2")
RESOURCES: tuple[dict[str, Any], ...] = (
    {},
    {"requests": {"memory": "200Mi"}},
    {"requests": {"memory": "300Mi", "cpu": "1"}, "limits": {"memory": "300Mi", "cpu": "1"}},
    {"limits": {"memory": "600Mi"}},
)
FAULTS: tuple[dict[str, str], ...] = (
    {"type": "MemoryFull", "node": "w1"},
    {"type": "MemoryFull", "node": "w2", "memory": "1Gi"},
    {"type": "DiskFull", "node": "w2"},
    {"type": "NodeDown", "node": "w1"},
    {"type": "MemoryLeak", "pod": "s1", "memory": "7Mi"},
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("stress"), st.integers(0, 3), st.integers(0, 3), st.integers(1, 30)),
        st.tuples(st.just("fault"), st.integers(0, len(FAULTS) - 1), st.booleans(), st.just(0)),
        st.tuples(st.just("load"), st.booleans(), st.just(0), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 400), st.just(0), st.just(0)),
    ),
    max_size=10,
)


def begun(path: Path) -> Cluster:
    """Two small nodes, and a server that is scaled with its load."""
    header = Header(cluster="pressure", seed="pressure", created=START)
    path.unlink(missing_ok=True)
    made = Cluster(header, Log.create(path, header))
    resources = {"requests": {"cpu": "200m", "memory": "64Mi"}, "limits": {"cpu": "500m"}}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    scaler = {"scaleTargetRef": target, "maxReplicas": 6, "targetCPUUtilizationPercentage": 50}
    objects = [
        namespace("default"),
        *(node(name, memory="2Gi") for name in NODES),
        deployment(template=pod_spec("registry.k8s.io/hpa-example", resources=resources)),
        service(),
        manifest("autoscaling/v1", "HorizontalPodAutoscaler", "web", scaler),
    ]
    for obj in objects:
        made.submit("bootstrap", [Create(obj)])
    made.advance(START + 60)
    return made


def manifest(version: str, kind: str, name: str, spec: dict[str, Any]) -> Object:
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec})


def written(step: tuple[Any, ...]) -> list[Write]:
    what, first, second, third = step
    if what == "stress":
        args = ["-mem-total", f"{third * 50}Mi", "-mem-alloc-size", f"{third}Mi", "-mem-alloc-sleep", "1s"]
        main = {"name": "main", "image": "vish/stress", "args": args, "resources": RESOURCES[second]}
        made = manifest("v1", "Pod", f"s{first}", {"containers": [main]})
        return [Create(made)]
    if what == "load":
        loop = ["sh", "-c", "while sleep 0.01; do wget -q -O- http://web; done"]
        load = manifest("v1", "Pod", "load", {"containers": [{"name": "l", "image": "busybox", "command": loop}]})
        return [Create(load)] if first else [Delete(ref=Ref("Pod", "default", "load"))]
    name = f"f{first}"
    if second:
        return [Create(manifest("k9lite.dev/v1", "Fault", name, FAULTS[first]))]
    return [Delete(ref=Ref("Fault", "", name))]


def lived(path: Path, steps: list[tuple[Any, ...]]) -> Cluster:
    made = begun(path)
    for step in steps:
        if step[0] == "wait":
            made.advance(made.now + step[1])
        else:
            try:
                made.submit("user", written(step))
            except ApiError:
                continue
        assert made.settle()
        keeps_within_its_nodes(made.state, made.now)
    return made


def keeps_within_its_nodes(state: State, now: int) -> None:
    for each in state.all(Node):
        name, capacity = each.metadata.name, whole(each.status.capacity["memory"])
        assert state.requested_on(name).memory_bytes <= whole(each.status.allocatable["memory"])
        pods = [pod for pod in state.pods_on(name) if pod.status.phase == "Running"]
        is_down = any(step.spec.type == "NodeDown" and step.spec.node == name for step in state.objects("Fault"))  # type: ignore[attr-defined]
        held = sum(each.at(now) for pod in pods for each in holdings(state, pod))
        assert is_down or held + system_memory_bytes(each) <= capacity


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_node_holds_more_than_it_has_and_a_run_repeats(tmp_path: Path, steps: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "short.k9log"
    made = lived(path, steps)
    made.close()
    history = History.open(path)
    difference = verify(history)
    assert difference is None, difference
    again = history.state_at(history.last_revision)
    history.close()
    assert node_usage(again, "w1", made.now) == node_usage(made.state, "w1", made.now)
    for pod in made.state.all(Pod):
        assert pod_usage(again, pod, made.now) == pod_usage(made.state, pod, made.now)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_reopened_cluster_waits_for_the_same(tmp_path: Path, steps: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "short.k9log"
    made = lived(path, steps)
    made.close()
    log = Log.open(path)
    history = History.open(path)
    state = State(time=START)
    for revision in range(1, history.last_revision + 1):
        state = fold(state, history.commit(revision))
    reopened = Cluster(log.header, log, state)
    reopened.settle()
    assert reopened.state.revision == made.state.revision, reopened.last_commit
    assert reopened.next_timer == made.next_timer
    reopened.close()
    history.close()
