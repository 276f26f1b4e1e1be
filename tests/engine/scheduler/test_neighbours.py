"""Affinity to other pods, anti-affinity, topology spread: who goes where, and with which words who does not."""

from typing import Any

import pytest

from engine.kinds import Object, Pod, from_manifest, with_metadata
from engine.scheduler.explain import explain
from engine.scheduler.schedule import FEW, Decision, schedule
from engine.store.state import State
from tests.engine.scheduling import Scheduling, bound, finished, node, pod, put, state_of

HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


def host(name: str, zone: str = "") -> Object:
    return node(name, labels={HOSTNAME: name} | ({ZONE: zone} if zone else {}))


def zones(*sizes: int) -> State:
    """Zone a with so many nodes, zone b, ..."""
    return state_of(*(host(f"{'abc'[z]}{n}", "abc"[z]) for z, size in enumerate(sizes) for n in range(size)))


def labelled(name: str = "p", app: str = "web", **spec: Any) -> Pod:
    return with_metadata(pod(name, **spec), labels={"app": app})


def term(app: str = "web", key: str = HOSTNAME, **more: Any) -> dict[str, Any]:
    return {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key, **more}


def near(*terms: Any) -> dict[str, Any]:
    return {"podAffinity": {REQUIRED: list(terms)}}


def far(*terms: Any) -> dict[str, Any]:
    return {"podAntiAffinity": {REQUIRED: list(terms)}}


def spread(key: str = ZONE, skew: int = 1, action: str = "DoNotSchedule", **more: Any) -> list[dict[str, Any]]:
    selector = {"matchLabels": {"app": "web"}}
    return [{"topologyKey": key, "maxSkew": skew, "whenUnsatisfiable": action, "labelSelector": selector, **more}]


def verdicts(state: State, wish: Pod) -> dict[str, str]:
    return {each.node: ", ".join(each.reasons) for each in explain(state, wish)}


def points(state: State, wish: Pod, rule: str) -> dict[str, int]:
    return {each.node: each.points[rule] for each in explain(state, wish)}


def test_a_pod_goes_where_those_are_it_has_affinity_to() -> None:
    state = put(zones(2, 1), bound(labelled("db", "db"), "a1"))
    assert verdicts(state, labelled(affinity=near(term("db", ZONE)))) == {
        "a0": "",
        "a1": "",
        "b0": "node(s) didn't match pod affinity rules",
    }
    assert schedule(state, labelled(affinity=near(term("db"))), "seed") == Decision("a1")


def test_the_first_of_a_series_that_wants_its_own_company_may_go_anywhere() -> None:
    alone = labelled(affinity=near(term("web", ZONE)))
    assert set(verdicts(zones(1, 1), alone).values()) == {""}
    others = labelled(affinity=near(term("db", ZONE)))
    assert schedule(zones(1, 1), others, "seed").message == (
        "0/2 nodes are available: 2 node(s) didn't match pod affinity rules. "
        f"preemption: 0/2 nodes are available: 2 {NOT_HELPFUL}."
    )


def test_two_that_shun_each_other_do_not_share_a_node() -> None:
    run = Scheduling(*zones(2).objects("Node"), *(labelled(f"p{n}", affinity=far(term())) for n in range(3)))
    run.settle()
    assert sorted(run.pod(f"p{n}").spec.node_name for n in range(3)) == ["", "a0", "a1"]
    assert run.why("p2") == (
        "False Unschedulable: 0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. "
        f"preemption: 0/2 nodes are available: 2 {NO_VICTIMS}."
    )
    run.change("kubelet/a0", (finished(run.pod("p0")),))
    run.settle()
    assert run.pod("p2").spec.node_name == run.pod("p0").spec.node_name


def test_a_pod_keeps_away_from_those_that_shun_it() -> None:
    shy = bound(labelled("shy", "db", affinity=far(term("web", ZONE))), "a0")
    state = put(zones(2, 1), shy)
    existing = "node(s) didn't satisfy existing pods anti-affinity rules"
    assert verdicts(state, labelled()) == {"a0": existing, "a1": existing, "b0": ""}
    assert set(verdicts(state, labelled(app="db")).values()) == {""}
    assert set(verdicts(put(state, finished(shy)), labelled()).values()) == {""}


@pytest.mark.parametrize(
    ("more", "shunned"),
    [
        ({}, False),
        ({"namespaces": ["other"]}, True),
        ({"namespaceSelector": {"matchLabels": {"team": "t"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"team": "x"}}}, False),
        ({"namespaceSelector": {}}, True),
    ],
)
def test_a_term_is_about_its_own_namespace_unless_it_says_otherwise(more: dict[str, Any], shunned: bool) -> None:
    space = from_manifest(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other", "labels": {"team": "t"}}}
    )
    there = with_metadata(bound(labelled("there"), "a0"), namespace="other")
    state = put(zones(2), space, there)
    own = verdicts(state, labelled(affinity=far(term(**more))))
    assert bool(own["a0"]) is shunned
    # The other way round: one of this namespace shuns, one of the other is to be placed.
    state = put(zones(2), space, bound(labelled("there", affinity=far(term(**more))), "a0"))
    assert bool(verdicts(state, with_metadata(labelled(), namespace="other"))["a0"]) is shunned


def test_match_label_keys_tell_the_versions_of_an_app_apart() -> None:
    old = with_metadata(bound(pod("old"), "a0"), labels={"app": "web", "version": "1"})
    state = put(zones(2), old)
    wish = with_metadata(pod(affinity=far(term(matchLabelKeys=["version"]))), labels={"app": "web", "version": "2"})
    assert set(verdicts(state, wish).values()) == {""}
    other = with_metadata(pod(affinity=far(term(mismatchLabelKeys=["version"]))), labels=wish.metadata.labels)
    assert verdicts(state, other)["a0"] == "node(s) didn't match pod anti-affinity rules"


def test_preferred_terms_of_both_sides_add_up() -> None:
    likes = {"podAffinity": {PREFERRED: [{"weight": 60, "podAffinityTerm": term("db", ZONE)}]}}
    dislikes = {"podAntiAffinity": {PREFERRED: [{"weight": 20, "podAffinityTerm": term("web")}]}}
    needs = near(term("web", ZONE))
    state = put(
        zones(2, 1, 1),
        bound(labelled("db", "db", affinity=dislikes), "a0"),
        bound(labelled("peer", "cache", affinity=needs), "b0"),
    )
    # a0: 60 - 20, a1: 60, b0: 1 for the required term of a pod that is there, c0: 0.
    assert points(state, labelled(affinity=likes), "InterPodAffinity") == {"a0": 66, "a1": 100, "b0": 1, "c0": 0}


def test_spread_keeps_domains_even_and_says_why() -> None:
    state = put(zones(2, 1), bound(labelled("one"), "a0"), host("bare"))
    wish = labelled(topologySpreadConstraints=spread())
    unmatched = "node(s) didn't match pod topology spread constraints"
    assert verdicts(state, wish) == {
        "a0": unmatched,
        "a1": unmatched,
        "b0": "",
        "bare": f"{unmatched} (missing required label)",
    }
    full = put(state, node("b0", labels={HOSTNAME: "b0", ZONE: "b"}, allocatable={"pods": "0"}))
    assert schedule(full, wish, "seed").message == (
        "0/4 nodes are available: 1 Too many pods, "
        "1 node(s) didn't match pod topology spread constraints (missing required label), "
        "2 node(s) didn't match pod topology spread constraints. "
        f"preemption: 0/4 nodes are available: 1 {NOT_HELPFUL}, 3 {NO_VICTIMS}."
    )


def test_too_few_domains_count_as_one_more_that_is_empty() -> None:
    state = put(zones(1, 1), bound(labelled("one"), "a0"), bound(labelled("two"), "b0"))
    assert set(verdicts(state, labelled(topologySpreadConstraints=spread(minDomains=2))).values()) == {""}
    assert "" not in verdicts(state, labelled(topologySpreadConstraints=spread(minDomains=3))).values()


def test_pods_that_are_being_deleted_do_not_count_for_spread() -> None:
    state = put(zones(1, 1), with_metadata(bound(labelled("one"), "a0"), deletion_timestamp=1))
    assert set(verdicts(state, labelled(topologySpreadConstraints=spread())).values()) == {""}


def workload(kind: str, **spec: Any) -> Object:
    version = {"Service": "v1", "ReplicaSet": "apps/v1"}[kind]
    meta = {"name": "web", "namespace": "default", "uid": f"uid-{kind}"}
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec})


@pytest.mark.parametrize("kind", ["Service", "ReplicaSet"])
def test_pods_of_a_service_or_a_workload_are_spread_over_zones_and_nodes_by_default(kind: str) -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "web:1"}]}}
    owner = (
        workload("Service", selector={"app": "web"}, ports=[{"port": 80}])
        if kind == "Service"
        else workload("ReplicaSet", selector={"matchLabels": {"app": "web"}}, template=template)
    )
    state = put(zones(2, 2), owner, bound(labelled("one"), "a0"), bound(labelled("two"), "a0"))
    wish = labelled()
    if kind == "ReplicaSet":
        reference = {"apiVersion": "apps/v1", "kind": kind, "name": "web", "uid": "u", "controller": True}
        manifest = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p", "namespace": "default", "labels": {"app": "web"}, "ownerReferences": [reference]},
            "spec": {"containers": [{"name": "c", "image": "web:1"}]},
        }
        made = from_manifest(manifest)
        assert isinstance(made, Pod)
        wish = made
    # a0: 2 ln 6 + 2 + 2 ln 4 + 4 = 12.4, a1: 2 + 2.8 + 4 = 8.8, b0 and b1: 2 + 4.
    assert points(state, wish, "PodTopologySpread") == {"a0": 50, "a1": 75, "b0": 100, "b1": 100}
    assert set(points(put(zones(2, 2)), labelled(), "PodTopologySpread").values()) == {0}


def test_among_many_nodes_the_same_is_found() -> None:
    count = 2 * FEW + 6
    hosts = [host(f"w{n:02}", "abc"[n % 3]) for n in range(count)]
    service = workload("Service", selector={"app": "web"}, ports=[{"port": 80}])
    run = Scheduling(*hosts, service, *(labelled(f"p{n:03}", affinity=far(term())) for n in range(count + 2)))
    run.settle()
    on = [run.pod(f"p{n:03}").spec.node_name for n in range(count + 2)]
    assert on.count("") == 2
    assert len(set(on)) == count + 1
    assert run.why(f"p{on.index(''):03}").startswith(
        f"False Unschedulable: 0/{count} nodes are available: {count} node(s) didn't match pod anti-affinity rules. "
    )


def test_what_is_counted_for_many_nodes_follows_who_comes_and_goes() -> None:
    count = 2 * FEW + 6
    service = workload("Service", selector={"app": "web"}, ports=[{"port": 80}])
    there = [bound(labelled(f"q{n}"), f"w{n:02}") for n in range(count)]
    state = put(state_of(*(host(f"w{n:02}", "abc"[n % 3]) for n in range(count))), service, *there)
    for number in range(12):
        wish = labelled(f"p{number}")
        fits = explain(state, wish)
        best = [each.node for each in fits if each.total == max(one.total for one in fits)]
        assert schedule(state, wish, f"{number}").node in best
        state = put(state, bound(wish, f"w{number % 3:02}"), finished(there[number + 5]))


def test_a_pod_that_waits_for_company_is_placed_once_it_is_there() -> None:
    run = Scheduling(*zones(1, 1).objects("Node"), labelled("a-waits", affinity=near(term("db", ZONE))))
    run.settle()
    assert run.why("a-waits").startswith("False Unschedulable")
    run.change("user", (labelled("db", "db"),))
    run.settle()
    assert run.pod("a-waits").spec.node_name == run.pod("db").spec.node_name


def test_a_pod_that_waits_for_another_to_change_its_labels_is_placed_when_it_does() -> None:
    there = bound(labelled("there"), "a0")
    run = Scheduling(*zones(1).objects("Node"), there, labelled("waits", affinity=far(term())))
    run.settle()
    assert run.why("waits").startswith("False Unschedulable")
    run.change("user", (with_metadata(there, labels={"app": "other"}),))
    run.settle()
    assert run.pod("waits").spec.node_name == "a0"


def test_a_pod_of_the_same_name_on_the_same_node_is_heeded_by_its_own_wishes() -> None:
    nodes = state_of(host("a"), host("b"))
    shy = bound(labelled("p", "db", affinity=far(term("web"))), "a")
    shy_of_others = bound(labelled("p", "db", affinity=far(term("cart"))), "a")
    at_ease = bound(labelled("p", "db", affinity=near(term("db"))), "a")
    for there, off in ((shy, True), (shy_of_others, False), (at_ease, False), (shy, True)):
        assert bool(verdicts(put(nodes, there), labelled("wish"))["a"]) is off
