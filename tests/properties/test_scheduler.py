"""Whatever happens: no node over its room, what a plain scheduler decides, and nothing left to say when settled.

The plain scheduler asks every rule about every pair anew, from the pods on the node, and shares no code with
the engine's.
"""

from hashlib import blake2b
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Namespace, Node, ObjectMeta, Pod, ref_of
from engine.scheduler.population import Population
from engine.scheduler.schedule import schedule
from engine.store.state import State
from tests.engine.scheduling import Scheduling, finished, node, pod
from tests.properties.test_scheduler_vectors import best_of, best_of_each

MIB = 1024 * 1024
EFFECTS = ("NoSchedule", "NoExecute", "PreferNoSchedule")


def affinity(key: str, preferred_weight: int) -> dict[str, Any]:
    term = {"matchExpressions": [{"key": key, "operator": "Exists"}]}
    if preferred_weight:
        terms = [{"weight": preferred_weight, "preference": term}, {"weight": 10, "preference": term}]
        return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}}
    selector = {"nodeSelectorTerms": [term]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}}


cpus = st.sampled_from(["0", "150m", "500m", "1", "3"])
memories = st.sampled_from(["0", "100Mi", "700Mi", "2000Mi"])
taints = st.builds(lambda key, effect: {"key": key, "effect": effect}, st.sampled_from("xy"), st.sampled_from(EFFECTS))
templates = st.fixed_dictionaries(
    {"requests": st.fixed_dictionaries({}, optional={"cpu": cpus, "memory": memories})},
    optional={
        "tolerations": st.lists(st.builds(lambda key: {"key": key, "operator": "Exists"}, st.sampled_from("xy"))),
        "nodeSelector": st.just({"a": ""}),
        "affinity": st.builds(affinity, st.sampled_from("ab"), st.sampled_from([0, 0, 50])),
        "ports": st.just([{"containerPort": 80, "hostPort": 80}]),
    },
)
nodes = st.fixed_dictionaries(
    {
        "allocatable": st.fixed_dictionaries(
            {
                "cpu": st.sampled_from(["8", "7", "3500m", "1", "0"]),
                "memory": st.sampled_from(["9000Mi", "8000Mi", "3000Mi", "0"]),
                "pods": st.sampled_from(["110", "20", "3"]),
            }
        )
    },
    optional={
        "labels": st.dictionaries(st.sampled_from("ab"), st.just("")),
        "taints": st.lists(taints, max_size=2, unique_by=str),
        "unschedulable": st.booleans(),
        "images": st.just([("web:1", 400 * MIB)]),
    },
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("pods"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("pods"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("node"), st.integers(0, 3), nodes),
        st.tuples(st.just("leaves"), st.integers(0, 9), st.none()),
        st.tuples(st.just("finishes"), st.integers(0, 9), st.none()),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(nodes, min_size=2, max_size=4), st.lists(templates, min_size=3, max_size=3), steps)
def test_the_scheduler_keeps_its_promises(
    first: list[dict[str, Any]], kinds: list[dict[str, Any]], changes: list[Any]
) -> None:
    made = [node(f"w{number}", **each) for number, each in enumerate(first)]
    run = Scheduling(Namespace(metadata=ObjectMeta(name="default")), *made)
    specs = [pod(**kind).spec for kind in kinds]
    population = Population()
    for number, (what, which, more) in enumerate(changes):
        happens(run, specs, number, what, which, more)
        for waiting in run.state.all(Pod):
            if not waiting.spec.node_name:
                decision = schedule(run.state, waiting, waiting.metadata.uid)
                assert decision.node == plain(run.state, waiting)
                assert best_of(population, run.state, waiting) == best_of_each(run.state, waiting)
        placed = set(run.bound())
        run.settle()
        for each in run.state.all(Node):
            assert_within_room(run.state, each, set(run.bound()) - placed)
        for waiting in run.state.all(Pod):
            if not waiting.spec.node_name:
                message = schedule(run.state, waiting, "any").message
                assert run.why(waiting.metadata.name) == f"False Unschedulable: {message}"
    run.wake_everything()
    assert run.settle() == 0


def happens(run: Scheduling, specs: Any, number: int, what: str, which: int, more: Any) -> None:
    pods = list(run.state.all(Pod))
    placed = [each for each in pods if each.spec.node_name]
    match what:
        case "pods":
            metas = [ObjectMeta(name=f"p{number}-{n}", namespace="default", uid=f"u{number}-{n}") for n in range(more)]
            run.change("user", tuple(Pod(metadata=meta, spec=specs[which]) for meta in metas))
        case "node":
            run.change("user", (node(f"w{which}", **more),))
        case "leaves" if pods:
            run.change("user", removes=(ref_of(pods[which % len(pods)]),))
        case "finishes" if placed:
            run.change("kubelet", (finished(placed[which % len(placed)]),))


def holders(state: State, name: str) -> list[Pod]:
    return [each for each in state.all(Pod) if each.spec.node_name == name and each.status.phase != "Succeeded"]


def assert_within_room(state: State, each: Node, new: set[str]) -> None:
    """A node may have shrunk under its pods, but nothing new may have been put where it does not fit."""
    there = holders(state, each.metadata.name)
    arrived = [one for one in there if one.metadata.name in new]
    if arrived:
        room = each.status.allocatable
        assert len(there) <= int(room["pods"])
        for resource in ("cpu", "memory"):
            if any(asked(one, resource) for one in arrived):
                assert sum(asked(one, resource) for one in there) <= amount(room[resource])


def amount(quantity: str) -> int:
    """Millicores, or bytes."""
    if quantity.endswith("Mi"):
        return int(quantity[:-2]) * MIB
    return int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000


def asked(each: Pod, resource: str, missing: int = 0) -> int:
    resources = each.spec.containers[0].resources
    requests = resources.requests if resources else {}
    return amount(requests[resource]) if resource in requests else missing


def plain(state: State, wish: Pod) -> str | None:
    fits = [each for each in state.all(Node) if may_go(state, wish, each)]
    totals = [total(state, wish, each, fits) for each in fits]
    best = [each.metadata.name for each, points in zip(fits, totals, strict=True) if points == max(totals)]
    if not best:
        return None
    number = int.from_bytes(blake2b(wish.metadata.uid.encode(), digest_size=8).digest())
    return best[number % len(best)]


def has_all(wish: Pod, each: Node) -> bool:
    labels = each.metadata.labels
    if any(labels.get(key) != value for key, value in wish.spec.node_selector.items()):
        return False
    node_affinity = wish.spec.affinity.node_affinity if wish.spec.affinity else None
    required = node_affinity.required_during_scheduling_ignored_during_execution if node_affinity else None
    return required is None or required.node_selector_terms[0].match_expressions[0].key in labels


def untolerated(wish: Pod, each: Node, effects: tuple[str, ...]) -> int:
    tolerated = {toleration.key for toleration in wish.spec.tolerations}
    return sum(taint.key not in tolerated for taint in each.spec.taints if taint.effect in effects)


def may_go(state: State, wish: Pod, each: Node) -> bool:
    there = holders(state, each.metadata.name)
    room = each.status.allocatable
    return (
        not each.spec.unschedulable
        and not untolerated(wish, each, ("NoSchedule", "NoExecute"))
        and has_all(wish, each)
        and not (wish.spec.containers[0].ports and any(one.spec.containers[0].ports for one in there))
        and len(there) < int(room["pods"])
        and all(
            not asked(wish, resource)
            or asked(wish, resource) + sum(asked(one, resource) for one in there) <= amount(room[resource])
            for resource in ("cpu", "memory")
        )
    )


def total(state: State, wish: Pod, each: Node, fits: list[Node]) -> int:
    soft = [untolerated(wish, one, ("PreferNoSchedule",)) for one in fits]
    mine = untolerated(wish, each, ("PreferNoSchedule",))
    taint_points = 100 - 100 * mine // max(soft) if max(soft) else 100
    liked = [preferred(wish, one) for one in fits]
    affinity_points = 100 * preferred(wish, each) // max(liked) if max(liked) else 0
    with_image = sum(bool(one.status.images) for one in state.all(Node))
    size = int(400 * MIB * (with_image / state.count("Node"))) if each.status.images else 0
    image_points = 100 * (max(size, 23 * MIB) - 23 * MIB) // ((1000 - 23) * MIB)
    return (
        3 * taint_points + 2 * affinity_points + image_points + least(state, wish, each) + balanced(state, wish, each)
    )


def preferred(wish: Pod, each: Node) -> int:
    node_affinity = wish.spec.affinity.node_affinity if wish.spec.affinity else None
    if node_affinity is None:
        return 0
    terms = node_affinity.preferred_during_scheduling_ignored_during_execution
    return sum(term.weight for term in terms if term.preference.match_expressions[0].key in each.metadata.labels)


def least(state: State, wish: Pod, each: Node) -> int:
    there = [*holders(state, each.metadata.name), wish]
    points = []
    for resource, missing in (("cpu", 100), ("memory", 200 * MIB)):
        capacity = amount(each.status.allocatable[resource])
        used = sum(asked(one, resource, missing) for one in there)
        if capacity:
            points.append(max(0, (capacity - used) * 100 // capacity))
    return sum(points) // len(points) if points else 0


def balanced(state: State, wish: Pod, each: Node) -> int:
    if not asked(wish, "cpu") and not asked(wish, "memory"):
        return 0
    there = holders(state, each.metadata.name)
    return 50 + (50 + balance([*there, wish], each) - balance(there, each)) // 2


def balance(there: list[Pod], each: Node) -> int:
    shares = []
    for resource in ("cpu", "memory"):
        capacity = amount(each.status.allocatable[resource])
        if capacity:
            shares.append(min(1.0, sum(asked(one, resource) for one in there) / capacity))
    return int((1 - abs(shares[0] - shares[1]) / 2) * 100) if len(shares) == 2 else 100
