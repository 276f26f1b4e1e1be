"""Pods with wishes about other pods: all nodes asked at once, each asked alone, and a plain reading of the rules agree.

The plain reading walks over all pods for every node and shares no code with the engine's.
"""

from collections.abc import Mapping
from math import log
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Namespace, Node, ObjectMeta, Pod, Service, from_manifest, with_metadata
from engine.scheduler.explain import explain
from engine.scheduler.neighbour_rules import AFFINITY_NAME, SPREAD_NAME
from engine.scheduler.population import Population
from engine.store.state import State
from tests.engine.scheduling import bound, finished, node, pod, put, state_of
from tests.properties.test_scheduler_vectors import best_of, best_of_each

KEYS = ("kubernetes.io/hostname", "topology.kubernetes.io/zone", "rack")
HONOR = ("Honor", "Ignore", None)
Labels = Mapping[str, str]


def service() -> Service:
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "a", "namespace": "default"},
            "spec": {"selector": {"app": "a"}, "ports": [{"port": 80}]},
        }
    )
    assert isinstance(made, Service)
    return made


labels = st.fixed_dictionaries({}, optional={"app": st.sampled_from("ab"), "tier": st.sampled_from("xy")})
selectors = st.one_of(
    st.just({}),
    st.none(),
    st.builds(lambda app: {"matchLabels": {"app": app}}, st.sampled_from("ab")),
    st.builds(lambda app: {"matchLabels": {"app": app}}, st.sampled_from("ab")),
    st.just({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}),
    st.just({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["b"]}]}),
)
terms = st.fixed_dictionaries(
    {"topologyKey": st.sampled_from(KEYS), "labelSelector": selectors},
    optional={
        "namespaces": st.just(["other"]),
        "namespaceSelector": st.sampled_from([{}, {"matchLabels": {"team": "t"}}]),
        "matchLabelKeys": st.just(["tier"]),
        "mismatchLabelKeys": st.just(["tier"]),
    },
)
weighted = st.builds(lambda weight, term: {"weight": weight, "podAffinityTerm": term}, st.integers(1, 100), terms)
REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
sides = st.fixed_dictionaries(
    {}, optional={REQUIRED: st.lists(terms, max_size=2), PREFERRED: st.lists(weighted, max_size=2)}
)
spreads = st.fixed_dictionaries(
    {
        "topologyKey": st.sampled_from(KEYS),
        "maxSkew": st.integers(1, 3),
        "whenUnsatisfiable": st.sampled_from(["DoNotSchedule", "ScheduleAnyway"]),
        "labelSelector": selectors,
    },
    optional={
        "minDomains": st.integers(1, 3),
        "nodeAffinityPolicy": st.sampled_from(["Honor", "Ignore"]),
        "nodeTaintsPolicy": st.sampled_from(["Honor", "Ignore"]),
        "matchLabelKeys": st.just(["tier"]),
    },
)
templates = st.tuples(
    st.sampled_from(["default", "default", "other"]),
    labels,
    st.fixed_dictionaries(
        {},
        optional={
            "affinity": st.fixed_dictionaries({}, optional={"podAffinity": sides, "podAntiAffinity": sides}),
            "topologySpreadConstraints": st.lists(spreads, max_size=2),
            "nodeSelector": st.just({"disk": "ssd"}),
            "tolerations": st.just([{"key": "x", "operator": "Exists"}]),
        },
    ),
)
places = st.fixed_dictionaries(
    {},
    optional={
        "zone": st.sampled_from(["a", "b", ""]),
        "rack": st.sampled_from(["1", "2"]),
        "disk": st.just("ssd"),
        "taint": st.just("x"),
        "nameless": st.just(True),
    },
)
moves = st.lists(st.tuples(st.sampled_from("+++++-%?n"), st.integers(0, 9), places), min_size=4, max_size=20)


@settings(max_examples=300, deadline=None)
@given(st.lists(places, min_size=2, max_size=5), st.lists(templates, min_size=1, max_size=4), moves, st.booleans())
def test_however_they_are_asked_the_nodes_say_the_same(
    first: list[Any], kinds: list[Any], moves: list[Any], default_spread: bool
) -> None:
    wishes = [a_pod(number, *kind) for number, kind in enumerate(kinds)]
    spaces = [
        Namespace(metadata=ObjectMeta(name="default")),
        Namespace(metadata=ObjectMeta(name="other", labels={"team": "t"})),
    ]
    made = [a_node(f"w{number}", each) for number, each in enumerate(first)]
    states = [state_of(*spaces, *made, *([service()] if default_spread else []))]
    population = Population()
    for number, (move, which, place) in enumerate(moves):
        states.append(moved(states, wishes[which % len(wishes)], number, move, which, place))
        for wish in wishes:
            assert best_of(population, states[-1], wish) == best_of_each(states[-1], wish)
        assert_plainly(states[-1], wishes[number % len(wishes)], default_spread)


def a_pod(number: int, namespace: str, labels: Labels, spec: dict[str, Any]) -> Pod:
    return with_metadata(pod(f"wish-{number}", **spec), namespace=namespace, labels=labels)


def a_node(name: str, place: dict[str, Any]) -> Node:
    named = {"zone": KEYS[1], "rack": "rack", "disk": "disk"}
    labels = {named[key]: value for key, value in place.items() if key in named}
    if "nameless" not in place:
        labels[KEYS[0]] = name
    taints = [{"key": "x", "effect": "NoSchedule"}] if "taint" in place else []
    return node(name, labels=labels, taints=taints, allocatable={"pods": "4"})


def moved(states: list[State], wish: Pod, number: int, move: str, which: int, place: Any) -> State:
    state, on = states[-1], f"w{(which + number) % states[-1].count('Node')}"
    there = list(state.pods_on(on))[:1]
    match move:
        case "+":
            return put(state, bound(with_metadata(wish, name=f"p{number}", uid=f"u{number}"), on))
        case "-":
            return put(state, *(finished(each) for each in there))
        case "%":
            return put(state, *(with_metadata(each, deletion_timestamp=1) for each in there))
        case "n":
            return put(state, a_node(f"w{which % 5}", place))
        case _:
            return states[which % len(states)]


def assert_plainly(state: State, wish: Pod, default_spread: bool) -> None:
    for verdict in explain(state, wish):
        there = state.find(Node, verdict.node)
        assert there is not None
        off = [reason for reason in verdict.reasons if "spread" in reason or "ffinity rules" in reason]
        if off or not verdict.reasons:
            assert off == kept_off(state, wish, there)
    fits = [each for each in explain(state, wish) if not each.reasons]
    nodes = [found for each in fits if (found := state.find(Node, each.node))]
    if nodes:
        assert [each.points[SPREAD_NAME] for each in fits] == spread_points(state, wish, nodes, default_spread)
        assert [each.points[AFFINITY_NAME] for each in fits] == affinity_points(state, wish, nodes)


def there_are(state: State) -> list[tuple[Pod, Labels]]:
    """Pods that hold room, with the labels of their nodes."""
    found = []
    for each in state.all(Pod):
        on = state.find(Node, each.spec.node_name) if each.spec.node_name else None
        if on is not None and each.status.phase != "Succeeded":
            found.append((each, on.metadata.labels))
    return found


def chosen_by(
    selector: Any, labels: Labels, more: tuple[str, ...] = (), less: Any = (), mine: Labels | None = None
) -> bool:
    if selector is None or not selector.matches(labels):
        return False
    mine = mine or {}
    return all(labels.get(key) == mine[key] for key in more if key in mine) and not any(
        labels.get(key) == mine[key] for key in less if key in mine
    )


def meets(state: State, owner: Pod, term: Any, other: Pod) -> bool:
    meta = owner.metadata
    spaces = list(term.namespaces)
    if not spaces and term.namespace_selector is None:
        spaces = [meta.namespace]
    if term.namespace_selector is not None:
        spaces += [
            each.metadata.name for each in state.all(Namespace) if term.namespace_selector.matches(each.metadata.labels)
        ]
    return other.metadata.namespace in spaces and chosen_by(
        term.label_selector, other.metadata.labels, term.match_label_keys, term.mismatch_label_keys, meta.labels
    )


def side(of: Pod, name: str, what: str) -> Any:
    found = getattr(of.spec.affinity, name) if of.spec.affinity else None
    return getattr(found, f"{what}_during_scheduling_ignored_during_execution") if found else ()


def kept_off(state: State, wish: Pod, there: Node) -> list[str]:
    spread = "node(s) didn't match pod topology spread constraints"
    hard = [each for each in wish.spec.topology_spread_constraints if each.when_unsatisfiable == "DoNotSchedule"]
    mine = there.metadata.labels
    for each in hard:
        if each.topology_key not in mine:
            return [f"{spread} (missing required label)"]
        domains: dict[str, int] = {}
        for one in state.all(Node):
            if all(c.topology_key in one.metadata.labels for c in hard) and included(wish, each, one):
                value = one.metadata.labels[each.topology_key]
                domains[value] = domains.get(value, 0) + counted(state, wish, each, one)
        least = min(domains.values()) if domains and len(domains) >= (each.min_domains or 1) else 0
        itself = chosen_by(each.label_selector, wish.metadata.labels, each.match_label_keys, (), wish.metadata.labels)
        if domains.get(mine[each.topology_key], 0) + itself - least > each.max_skew:
            return [spread]
    near = side(wish, "pod_affinity", "required")
    matching = [on for other, on in there_are(state) if near and all(meets(state, wish, term, other) for term in near)]
    if any(term.topology_key not in mine for term in near):
        return ["node(s) didn't match pod affinity rules"]
    if not all(any(on.get(t.topology_key) == mine[t.topology_key] for on in matching) for t in near):
        first = not any(term.topology_key in on for on in matching for term in near)
        if not (first and all(meets(state, wish, term, wish) for term in near)):
            return ["node(s) didn't match pod affinity rules"]
    for term in side(wish, "pod_anti_affinity", "required"):
        if any(
            meets(state, wish, term, other)
            and term.topology_key in mine
            and on.get(term.topology_key) == mine[term.topology_key]
            for other, on in there_are(state)
        ):
            return ["node(s) didn't match pod anti-affinity rules"]
    for other, on in there_are(state):
        for term in side(other, "pod_anti_affinity", "required"):
            if (
                meets(state, other, term, wish)
                and term.topology_key in mine
                and on.get(term.topology_key) == mine[term.topology_key]
            ):
                return ["node(s) didn't satisfy existing pods anti-affinity rules"]
    return []


def included(wish: Pod, constraint: Any, one: Node) -> bool:
    selected = all(one.metadata.labels.get(key) == value for key, value in wish.spec.node_selector.items())
    tolerated = not one.spec.taints or bool(wish.spec.tolerations)
    return (selected or constraint.node_affinity_policy == "Ignore") and (
        tolerated or constraint.node_taints_policy != "Honor"
    )


def counted(state: State, wish: Pod, constraint: Any, one: Node) -> int:
    selector = constraint.label_selector
    keys = [key for key in constraint.match_label_keys if key in wish.metadata.labels]
    if selector is not None and not selector.match_labels and not selector.match_expressions and not keys:
        return 0
    return sum(
        other.spec.node_name == one.metadata.name
        and other.metadata.namespace == wish.metadata.namespace
        and other.metadata.deletion_timestamp is None
        and chosen_by(selector, other.metadata.labels, constraint.match_label_keys, (), wish.metadata.labels)
        for other, _ in there_are(state)
    )


def default_constraints(wish: Pod, default_spread: bool) -> list[Any]:
    if not default_spread or wish.metadata.namespace != "default" or wish.metadata.labels.get("app") != "a":
        return []
    plain = pod(
        topologySpreadConstraints=[
            {
                "topologyKey": key,
                "maxSkew": skew,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {"app": "a"}},
            }
            for key, skew in ((KEYS[0], 3), (KEYS[1], 5))
        ]
    )
    return list(plain.spec.topology_spread_constraints)


def spread_points(state: State, wish: Pod, fits: list[Node], default_spread: bool) -> list[int]:
    own = wish.spec.topology_spread_constraints
    soft = [each for each in own if each.when_unsatisfiable == "ScheduleAnyway"]
    if not own:
        soft = default_constraints(wish, default_spread)
    if not soft:
        return [0] * len(fits)

    def scored(one: Node) -> bool:
        return not own or all(each.topology_key in one.metadata.labels for each in soft)

    ranked = [one for one in fits if scored(one)]
    scores = {}
    for one in ranked:
        score = 0.0
        for each in soft:
            key = each.topology_key
            value = one.metadata.labels.get(key)
            if value is None:
                continue
            if key == KEYS[0]:
                size, count = len(ranked), counted(state, wish, each, one)
            else:
                size = len({other.metadata.labels.get(key, "") for other in ranked})
                count = sum(
                    counted(state, wish, each, other)
                    for other in state.all(Node)
                    if scored(other) and included(wish, each, other) and other.metadata.labels.get(key, "") == value
                )
            score += count * log(size + 2) + (each.max_skew - 1)
        scores[one.metadata.name] = int(score + 0.5)
    most, least = max(scores.values(), default=0), min(scores.values(), default=0)
    return [
        0 if name not in scores else 100 if not most else 100 * (most + least - scores[name]) // most
        for name in (one.metadata.name for one in fits)
    ]


def affinity_points(state: State, wish: Pod, fits: list[Node]) -> list[int]:
    sums = []
    for one in fits:
        mine, total = one.metadata.labels, 0
        for other, on in there_are(state):
            for owner, judged in ((wish, other), (other, wish)):
                felt = [(each.weight, each.pod_affinity_term) for each in side(owner, "pod_affinity", "preferred")]
                felt += [
                    (-each.weight, each.pod_affinity_term) for each in side(owner, "pod_anti_affinity", "preferred")
                ]
                if owner is other:
                    felt += [(1, term) for term in side(owner, "pod_affinity", "required")]
                for weight, term in felt:
                    key = term.topology_key
                    if key in mine and on.get(key) == mine[key] and meets(state, owner, term, judged):
                        total += weight
        sums.append(total)
    least, most = min(sums), max(sums)
    return [int(100 * ((each - least) / (most - least))) if most > least else 0 for each in sums]
