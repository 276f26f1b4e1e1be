"""Pods of one template one after the other, as a ReplicaSet makes them: what is kept between them never shows.

Nodes fill up, pods leave, are marked to leave or change their labels, nodes change, and other templates come in
between; after each step the nodes that tie are those that the plain rules find for the same State.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Pod, ref_of, with_metadata
from engine.scheduler.population import Population
from engine.store.commit import Commit
from engine.store.state import State, fold
from tests.engine.scheduling import START, bound, finished, node, pod, put, state_of
from tests.properties.test_scheduler_neighbours import KEYS, service
from tests.properties.test_scheduler_vectors import best_of, best_of_each

HOST, ZONE, _ = KEYS
places = st.fixed_dictionaries(
    {"cpu": st.sampled_from(["4", "1"]), "pods": st.sampled_from(["9", "3"])},
    optional={
        "image": st.just(True),
        "soft": st.just(True),
        "cordoned": st.booleans(),
        "label": st.sampled_from(["x", "y"]),
    },
)
constraints = st.fixed_dictionaries(
    {
        "topologyKey": st.sampled_from([HOST, HOST, ZONE]),
        "maxSkew": st.integers(1, 3),
        "whenUnsatisfiable": st.sampled_from(["ScheduleAnyway", "ScheduleAnyway", "DoNotSchedule"]),
        "labelSelector": st.sampled_from([{"matchLabels": {"app": "a"}}, {"matchLabels": {"tier": "b"}}]),
    }
)
templates = st.fixed_dictionaries(
    {
        "requests": st.fixed_dictionaries(
            {}, optional={"cpu": st.sampled_from(["150m", "600m"]), "memory": st.sampled_from(["300Mi", "2Gi"])}
        )
    },
    optional={
        "topologySpreadConstraints": st.lists(constraints, min_size=1, max_size=2),
        "ports": st.just([{"containerPort": 80, "hostPort": 80}]),
        "affinity": st.just(
            {
                "nodeAffinity": {
                    "preferredDuringSchedulingIgnoredDuringExecution": [
                        {
                            "weight": 7,
                            "preference": {"matchExpressions": [{"key": "label", "operator": "In", "values": ["x"]}]},
                        }
                    ]
                }
            }
        ),
    },
)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["burst", "burst", "burst", "other"]), st.integers(2, 6), st.none()),
        st.tuples(st.sampled_from(["leaves", "finishes", "leaving", "relabelled"]), st.integers(0, 30), st.none()),
        st.tuples(st.just("node"), st.integers(0, 5), places),
        st.tuples(st.just("back"), st.integers(0, 30), st.none()),
    ),
    min_size=6,
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(places, min_size=3, max_size=5), st.lists(templates, min_size=2, max_size=2), steps, st.booleans())
def test_a_burst_of_one_template_goes_where_the_plain_rules_would_have_it(
    first: list[Any], kinds: list[dict[str, Any]], steps: list[Any], zones: bool
) -> None:
    wish, other = (
        with_metadata(pod(name, **kind), labels={"app": "a", "tier": name})
        for name, kind in zip("ab", kinds, strict=True)
    )
    states = [state_of(service(), *(a_node(number, each, zones) for number, each in enumerate(first)))]
    population = Population()
    for number, (what, which, more) in enumerate(steps):
        match what:
            case "burst" | "other":
                for count in range(which):
                    placed(states, population, wish if what == "burst" else other, f"p{number}-{count}")
            case "node":
                states.append(put(states[-1], a_node(which, more, zones)))
            case "back":
                states.append(states[which % len(states)])
            case _:
                states.append(happened(states[-1], what, which))
        assert best_of(population, states[-1], wish) == best_of_each(states[-1], wish)


def placed(states: list[State], population: Population, wish: Pod, name: str) -> None:
    """Asks for the pod and binds it to one of the nodes that tie."""
    found = best_of(population, states[-1], wish)
    assert found == best_of_each(states[-1], wish)
    if found:
        there = bound(with_metadata(wish, name=name, uid=name), found[len(states) % len(found)])
        states.append(put(states[-1], there))


def happened(state: State, what: str, which: int) -> State:
    """To one of the pods on nodes, if there are any."""
    pods = list(state.all(Pod))
    if not pods:
        return state
    each = pods[which % len(pods)]
    match what:
        case "finishes":
            return put(state, finished(each))
        case "leaving":
            return put(state, with_metadata(each, deletion_timestamp=START))
        case "relabelled":
            return put(state, with_metadata(each, labels={"app": "c"}))
        case _:
            commit = Commit(revision=state.revision + 1, time=START, actor="user", removes=(ref_of(each),))
            return fold(state, commit)


def a_node(number: int, place: dict[str, Any], zones: bool) -> Any:
    labels = {HOST: f"w{number}"} | ({ZONE: "ab"[number % 2]} if zones else {})
    if "label" in place:
        labels["label"] = place["label"]
    return node(
        f"w{number}",
        labels=labels,
        allocatable={"cpu": place["cpu"], "pods": place["pods"]},
        unschedulable=place.get("cordoned", False),
        taints=[{"key": "s", "effect": "PreferNoSchedule"}] if "soft" in place else [],
        images=[("web:1", 400 * 1024 * 1024)] if "image" in place else (),
    )
