"""How many points each rule gives, computed by hand from Kubernetes' formulas."""

import pytest

from engine.scheduler.explain import explain
from engine.scheduler.scores import SCORES, balanced_allocation, image_locality, least_allocated
from tests.engine.scheduling import facts, holding, node, pod, state_of

MIB = 1024 * 1024
GIB = 1024 * MIB


def test_the_weights_are_kubernetes_own() -> None:
    assert {score.name: score.weight for score in SCORES} == {
        "TaintToleration": 3,
        "NodeAffinity": 2,
        "NodeResourcesFit": 1,
        "NodeResourcesBalancedAllocation": 1,
        "ImageLocality": 1,
    }


@pytest.mark.parametrize(
    ("requests", "cpu_milli", "memory_bytes", "points"),
    [
        ({"cpu": "1", "memory": "2Gi"}, 0, 0, 75),
        ({"cpu": "1", "memory": "2Gi"}, 1000, 0, (50 + 75) // 2),
        ({"cpu": "1", "memory": "2Gi"}, 3500, 0, (0 + 75) // 2),
        # 100m of 4 cores leave 97.5, 200 MiB of 8 GiB leave 97.56: whole points each.
        ({}, 0, 0, 97),
        # (4000-1333)*100/4000 = 66.6, (8-2)*100/8 = 75; rounded down before and after the mean.
        ({"cpu": "1333m", "memory": "2Gi"}, 0, 0, (66 + 75) // 2),
    ],
)
def test_least_allocated_prefers_free_nodes(
    requests: dict[str, str], cpu_milli: int, memory_bytes: int, points: int
) -> None:
    wish, place, _ = facts(pod(requests=requests), node())
    assert least_allocated(wish, place, holding(cpu_milli, memory_bytes)) == points


def test_least_allocated_ignores_a_resource_the_node_does_not_have() -> None:
    wish, place, _ = facts(pod(requests={"cpu": "1"}), node(allocatable={"memory": None}))
    assert least_allocated(wish, place, holding()) == 75


@pytest.mark.parametrize(
    ("requests", "cpu_milli", "memory_bytes", "points"),
    [
        # balanced before and after: 50 + (50 + 100 - 100) / 2
        ({"cpu": "1", "memory": "2Gi"}, 0, 0, 75),
        # all cpu: |1 - 0| / 2 = 0.5 -> 50; 50 + (50 + 50 - 100) / 2
        ({"cpu": "4"}, 0, 0, 50),
        # evens out what was lopsided: 50 + (50 + 100 - 50) / 2
        ({"memory": "8Gi"}, 4000, 0, 100),
        # 0.25 cpu: 1 - 0.125 = 87.5 -> 87; 50 + (50 + 87 - 100) // 2
        ({"cpu": "1"}, 0, 0, 68),
        ({}, 4000, 0, 0),
    ],
)
def test_balanced_allocation_prefers_nodes_the_pod_evens_out(
    requests: dict[str, str], cpu_milli: int, memory_bytes: int, points: int
) -> None:
    wish, place, _ = facts(pod(requests=requests), node())
    assert balanced_allocation(wish, place, holding(cpu_milli, memory_bytes)) == points


def test_fewer_untolerated_soft_taints_are_better() -> None:
    soft = [{"key": key, "effect": "PreferNoSchedule"} for key in "abc"]
    nodes = [node("none"), node("one", taints=soft[:1]), node("three", taints=soft)]
    verdicts = explain(state_of(*nodes), pod())
    assert {each.node: each.points["TaintToleration"] for each in verdicts} == {"none": 100, "one": 67, "three": 0}
    tolerant = pod(tolerations=[{"key": "a", "operator": "Exists"}])
    verdicts = explain(state_of(*nodes), tolerant)
    assert {each.node: each.points["TaintToleration"] for each in verdicts} == {
        "none": 100,
        "one": 100,
        "three": 0,
    }


def test_preferred_affinity_adds_the_weights_that_match() -> None:
    terms = [
        {"weight": weight, "preference": {"matchExpressions": [{"key": key, "operator": "Exists"}]}}
        for key, weight in (("ssd", 30), ("near", 60))
    ]
    wish = pod(affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}})
    nodes = [
        node("both", labels={"ssd": "", "near": ""}),
        node("near", labels={"near": ""}),
        node("neither"),
    ]
    verdicts = explain(state_of(*nodes), wish)
    assert {each.node: each.points["NodeAffinity"] for each in verdicts} == {"both": 100, "near": 66, "neither": 0}


@pytest.mark.parametrize(
    ("size_bytes", "on_nodes", "points"),
    [
        (23 * MIB, 2, 0),
        (500 * MIB, 2, 100 * (500 - 23) // (1000 - 23)),
        (500 * MIB, 1, 100 * (250 - 23) // (1000 - 23)),
        (1000 * MIB, 2, 100),
        (3000 * MIB, 2, 100),
    ],
)
def test_image_locality_prefers_nodes_that_have_the_image(size_bytes: int, on_nodes: int, points: int) -> None:
    nodes = [node(name, images=[("web:1", size_bytes)] if index < on_nodes else ()) for index, name in enumerate("ab")]
    assert image_locality(*facts(pod(), *nodes)) == points


def test_an_image_without_a_tag_is_the_latest() -> None:
    wish = pod(containers=[{"name": "main", "image": "registry:5000/web"}])
    there = node(images=[("registry:5000/web:latest", 1000 * MIB)])
    assert image_locality(*facts(wish, there)) == 100


def test_the_total_is_the_weighted_sum() -> None:
    verdicts = explain(state_of(node("a"), node("b")), pod(requests={"cpu": "1", "memory": "2Gi"}))
    assert [each.total for each in verdicts] == [3 * 100 + 75 + 75] * 2


def test_nodes_that_do_not_fit_have_no_say_in_the_points_of_those_that_do() -> None:
    soft = [{"key": key, "effect": "PreferNoSchedule"} for key in "abcd"]
    nodes = [
        node("full", taints=soft, allocatable={"pods": "0"}),
        node("one", taints=soft[:1]),
        node("two", taints=soft[:2]),
    ]
    verdicts = explain(state_of(*nodes), pod())
    points = {each.node: each.points.get("TaintToleration") for each in verdicts}
    assert points == {"full": None, "one": 50, "two": 0}
