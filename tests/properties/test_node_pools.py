"""Random days of a small cloud: it comes to rest, keeps within its bounds, and wakes up with nothing left to do."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Patch, Write
from engine.cluster import Cluster
from engine.errors import ApiError
from engine.kinds import Fault, FaultSpec, Node, ObjectMeta, Ref
from engine.kinds.node_pool import POOL_LABEL, NodePool
from engine.kinds.quantity import cpu_milli
from engine.store.commit import encode_commit
from tests.builders import cluster, daemon_set, deployment, node, pod_spec
from tests.engine.controllers.test_node_pools import cpu, pool

_MOST_COMMITS = 3_000
Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("web", "large", "picky", "size", "down", "lift", "scheduler", "manager", "delete", "wait")),
        st.integers(min_value=0, max_value=12),
    ),
    min_size=1,
    max_size=12,
)


def begun() -> Cluster:
    fast = pool("fast", min=1, max=2, labels={"disk": "ssd"}, capacity={"cpu": "8", "memory": "16Gi"})
    picky = {**cpu("1"), "nodeSelector": {"disk": "ssd"}}
    return cluster(
        node(cpu="2"), pool(max=4), fast, daemon_set(template=pod_spec(resources={"requests": {"cpu": "100m"}})),
        deployment("web", replicas=2, template=cpu("500m")), deployment("large", replicas=0, template=cpu("3")),
        deployment("picky", replicas=0, template=picky),
    )  # fmt: skip


def writes_of(found: Cluster, step: Step) -> list[Write]:
    what, number = step
    machines = [each for each in found.state.all(Node) if POOL_LABEL in each.metadata.labels]
    match what:
        case "web" | "large" | "picky":
            return [Patch(Ref("Deployment", "default", what), {"spec": {"replicas": number}}, "merge")]
        case "size":
            return [Patch(Ref("NodePool", "", "small"), {"spec": {"replicas": number}}, "merge")]
        case "down" | "delete" if machines:
            chosen = machines[number % len(machines)].metadata.name
            if what == "delete":
                return [Delete(ref=Ref("Node", "", chosen))]
            return [fault(f"down-{chosen}", FaultSpec(type="NodeDown", node=chosen))]
        case "scheduler":
            return [fault("scheduler", FaultSpec(type="ComponentDown", component="kube-scheduler"))]
        case "manager":
            return [fault("manager", FaultSpec(type="ComponentDown", component="kube-controller-manager"))]
        case "lift":
            return [Delete(ref=Ref("Fault", "", each.metadata.name)) for each in found.state.all(Fault)]
        case _:
            return []


def fault(name: str, spec: FaultSpec) -> Write:
    return Create(Fault(metadata=ObjectMeta(name=name), spec=spec))


def lived(steps: list[Step]) -> Cluster:
    found = begun()
    for step in steps:
        try:
            found.submit("user", writes_of(found, step))
        except ApiError:
            continue  # a size out of bounds, a fault that is there
        before = found.state.revision
        found.advance(found.now + 60 * (1 + step[1]))
        assert found.state.revision - before < _MOST_COMMITS, f"{step} never settles"
        keeps_within_bounds(found)
    return found


def keeps_within_bounds(found: Cluster) -> None:
    for each in found.state.all(NodePool):
        there = [one for one in found.state.all(Node) if one.metadata.labels.get(POOL_LABEL) == each.metadata.name]
        staying = [one for one in there if all("ToBeDeleted" not in taint.key for taint in one.spec.taints)]
        assert len(staying) + len(each.status.starting) <= each.spec.max
    for one in found.state.all(Node):
        held = found.state.requested_on(one.metadata.name)
        assert held.cpu_milli <= cpu_milli(one.status.allocatable["cpu"])


@given(STEPS)
@settings(deadline=None, max_examples=8)
def test_a_cloud_keeps_within_its_bounds_and_comes_to_rest(steps: list[Step]) -> None:
    found = lived([*steps, ("lift", 12), ("wait", 60)])
    for each in found.state.all(NodePool):
        nodes = [one for one in found.state.all(Node) if one.metadata.labels.get(POOL_LABEL) == each.metadata.name]
        assert each.status.starting == ()
        assert each.status.replicas == each.status.ready_replicas == len(nodes) >= each.spec.min
    revision = found.state.revision
    found.jump(found.now)
    found.settle()
    assert found.state.revision == revision + 1, "waking everything changes nothing"


@given(STEPS)
@settings(deadline=None, max_examples=4)
def test_the_same_day_gives_the_same_commits(steps: list[Step]) -> None:
    first, second = lived(steps), lived(steps)
    assert first.last_commit is not None and second.last_commit is not None
    assert encode_commit(first.last_commit) == encode_commit(second.last_commit)
