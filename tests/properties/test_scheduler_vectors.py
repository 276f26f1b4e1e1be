"""All nodes asked at once say what each of them says alone, whatever was asked before and of which State."""

from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Pod
from engine.scheduler.columns import REMEMBERED, Columns, Memory
from engine.scheduler.explain import explain
from engine.scheduler.facts import nodes_of
from engine.scheduler.population import Population
from engine.scheduler.ranking import best
from engine.scheduler.refusal import refusal, told
from engine.scheduler.refusal_vectors import reasons_of
from engine.scheduler.standing import rejections, standing
from engine.scheduler.vectors import columns_of
from engine.scheduler.wanted import Wanted, wanted
from engine.store.state import State
from tests.engine.scheduling import bound, finished, node, pod, put, state_of

MIB = 1024 * 1024

quantities = st.sampled_from(["0", "150m", "500m", "1", "3"])
sizes = st.sampled_from(["0", "100Mi", "700Mi", "2000Mi"])
values = st.sampled_from(["", "1", "7", "x"])
taints = st.builds(
    lambda key, value, effect: {"key": key, "value": value, "effect": effect},
    st.sampled_from("xyz"),
    st.sampled_from(["", "v"]),
    st.sampled_from(["NoSchedule", "PreferNoSchedule", "PreferNoSchedule", "NoExecute"]),
)
nodes = st.fixed_dictionaries(
    {
        "allocatable": st.fixed_dictionaries(
            {
                "cpu": st.sampled_from(["4", "4", "3500m", "1", "0"]),
                "memory": st.sampled_from(["4000Mi", "4000Mi", "3000Mi", "0"]),
                "pods": st.sampled_from(["110", "110", "3"]),
            },
            optional={"ephemeral-storage": st.sampled_from(["1000Mi", "200Mi"]), "gpu.example/a": st.just("1")},
        )
    },
    optional={
        "labels": st.dictionaries(st.sampled_from("abc"), values),
        "taints": st.lists(taints, max_size=3, unique_by=str),
        "unschedulable": st.booleans(),
        "images": st.lists(
            st.tuples(st.sampled_from(["web:1", "other:2"]), st.sampled_from([400 * MIB, 999 * MIB])), max_size=2
        ),
    },
)


def requirement(key: str, operator: str, value: str) -> dict[str, Any]:
    listed = {"Exists": [], "DoesNotExist": [], "In": [value, "x"], "NotIn": [value, "x"]}
    return {"key": key, "operator": operator, "values": listed.get(operator, [value])}


expressions = st.builds(
    requirement,
    st.sampled_from("abc"),
    st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    st.sampled_from(["1", "5", "x"]),
)
fields = st.builds(
    lambda operator, name: {"key": "metadata.name", "operator": operator, "values": [name]},
    st.sampled_from(["In", "NotIn"]),
    st.sampled_from(["w0", "w1", "gone"]),
)
terms = st.fixed_dictionaries(
    {}, optional={"matchExpressions": st.lists(expressions, max_size=2), "matchFields": st.lists(fields, max_size=1)}
)


def node_affinity(required: list[Any], preferred: list[tuple[int, Any]]) -> dict[str, Any]:
    affinity: dict[str, Any] = {}
    if required:
        affinity["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": required}
    if preferred:
        weighted = [{"weight": weight, "preference": term} for weight, term in preferred]
        affinity["preferredDuringSchedulingIgnoredDuringExecution"] = weighted
    return {"nodeAffinity": affinity}


templates = st.fixed_dictionaries(
    {
        "requests": st.fixed_dictionaries(
            {},
            optional={
                "cpu": quantities,
                "memory": sizes,
                "ephemeral-storage": st.just("300Mi"),
                "gpu.example/a": st.just("1"),
            },
        )
    },
    optional={
        "tolerations": st.lists(
            st.builds(lambda key: {"key": key, "operator": "Exists"}, st.sampled_from("xyz")), max_size=2
        ),
        "nodeSelector": st.dictionaries(st.sampled_from("ab"), values, max_size=1),
        "affinity": st.builds(
            node_affinity,
            st.lists(terms, max_size=2),
            st.lists(st.tuples(st.integers(1, 100), terms), max_size=2),
        ),
        "ports": st.just([{"containerPort": 80, "hostPort": 80}]),
    },
)
moves = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("++++-?"), st.integers(0, 9), st.none()),
        st.tuples(st.just("node"), st.integers(0, 5), nodes),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(nodes, min_size=2, max_size=5), st.lists(templates, min_size=1, max_size=6), moves, st.booleans())
def test_asking_all_nodes_at_once_is_asking_each(
    places: list[dict[str, Any]], kinds: list[dict[str, Any]], moves: list[Any], forgetful: bool
) -> None:
    wishes = [pod(f"wish-{number}", **kind) for number, kind in enumerate(kinds)]
    states = [state_of(*(node(f"w{number}", **each) for number, each in enumerate(places)))]
    population = Population()
    for number, (move, which, more) in enumerate(moves):
        states.append(moved(states, wishes[number % len(wishes)], f"p{number}", move, which, more))
        if forgetful and population.columns is not None:
            population.columns.fixed, population.columns.image_points = Memory(REMEMBERED), Memory(REMEMBERED)
        for wish in wishes:
            assert best_of(population, states[-1], wish) == best_of_each(states[-1], wish)


def moved(states: list[State], wish: Pod, name: str, move: str, which: int, more: Any) -> State:
    state, on = states[-1], f"w{which % states[-1].count('Node')}"
    match move:
        case "+":
            return put(state, bound(evolve(wish, metadata=evolve(wish.metadata, name=name)), on))
        case "-":
            return put(state, *(finished(each) for each in list(state.pods_on(on))[:1]))
        case "node":
            return put(state, node(f"w{which}", **more))
        case _:
            return states[which % len(states)]


def best_of(population: Population, state: State, wish: Pod) -> list[str]:
    """The nodes that tie for the pod, by a population and its columns that follow from those before."""
    population.follow(state)
    columns = columns_of(state, population)
    asked = wanted(state, wish, population)
    found = [columns.nodes[row].name for row in best(columns, asked)]
    if not found:
        assert_refused_alike(columns, asked, state)
    return found


def assert_refused_alike(columns: Columns, asked: Wanted, state: State) -> None:
    """For the same reasons, whether all nodes are asked at once or each of them."""
    nodes = nodes_of(state.table("Node"))
    each = refusal(
        len(nodes.all), rejections(standing(asked.pod, nodes), asked, nodes, state.requested), conflicting=False
    )
    together = reasons_of(columns, asked)
    assert told(columns.size, together.counts) == each.why
    assert [columns.nodes[row].name for row in together.hopeful.nonzero()[0]] == each.hopeful_names()


def best_of_each(state: State, wish: Pod) -> list[str]:
    fits = [each for each in explain(state, wish) if not each.reasons]
    return [each.node for each in fits if each.total == max(one.total for one in fits)]
