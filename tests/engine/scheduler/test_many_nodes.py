"""Above a few nodes they are all asked at once: the same decisions, the same words, and numpy only then."""

import subprocess
import sys
from hashlib import blake2b
from typing import Any

import pytest

from engine.kinds import Pod, with_metadata
from engine.scheduler.explain import explain
from engine.scheduler.schedule import FEW, Decision, schedule
from engine.store.state import State
from tests.engine.scheduling import bound, node, pod, put, state_of
from tests.engine.volumes_given import claim, claiming, volume

MANY = FEW + 8


def names(count: int = MANY) -> list[str]:
    return [f"w{number:02}" for number in range(count)]


def expected(state: State, wish: Pod) -> str | None:
    """The one of the best nodes that the pod's uid draws."""
    fits = [each for each in explain(state, wish) if not each.reasons]
    best = [each.node for each in fits if each.total == max(one.total for one in fits)]
    number = int.from_bytes(blake2b(wish.metadata.uid.encode(), digest_size=8).digest())
    return best[number % len(best)] if best else None


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_few_or_many_nodes_are_filled_as_each_of_them_would_have_it(count: int) -> None:
    state = state_of(*(node(name, labels={"even": str(int(name[1:]) % 2)}) for name in names(count)))
    for number in range(3 * count):
        selector: dict[str, Any] = {"nodeSelector": {"even": "1"}} if number % 3 else {}
        wish = pod(f"p{number}", requests={"cpu": f"{100 + number % 7}m", "memory": f"{90 + number % 5}Mi"}, **selector)
        decision = schedule(state, wish, wish.metadata.uid)
        assert decision == Decision(expected(state, wish))
        assert decision.node is not None
        state = put(state, bound(wish, decision.node))


@pytest.mark.parametrize("memory", ["100Ti", "9000Pi"])
def test_amounts_too_large_for_columns_are_compared_all_the_same(memory: str) -> None:
    state = state_of(*(node(name, allocatable={"memory": memory}) for name in names()))
    wish = pod(requests={"memory": memory})
    there = [bound(pod(f"p-{name}", requests={"memory": "1"}), name) for name in names() if name != "w07"]
    assert schedule(put(state, *there), wish, "seed") == Decision("w07")
    small = state_of(*(node(name) for name in names()))
    assert f"{MANY} Insufficient memory" in schedule(small, wish, "seed").message


def test_nodes_that_join_leave_or_change_are_seen() -> None:
    state = state_of(*(node(name, unschedulable=True) for name in names()))
    assert schedule(state, pod(), "seed").node is None
    uncordoned = put(state, node("w05"))
    assert schedule(uncordoned, pod(), "seed").node == "w05"
    joined = put(state, node("another"))
    assert schedule(joined, pod(), "seed").node == "another"
    assert schedule(state, pod(), "seed").node is None


def test_a_pod_that_names_its_node_gets_it_among_many() -> None:
    fields = [{"key": "metadata.name", "operator": "In", "values": ["w33"]}]
    selector = {"nodeSelectorTerms": [{"matchFields": fields}]}
    wish = pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}})
    state = state_of(*(node(name) for name in names()))
    assert schedule(state, wish, "seed") == Decision("w33")
    full = put(state, node("w33", allocatable={"pods": "0"}))
    assert schedule(full, wish, "seed").message.startswith(
        "0/40 nodes are available: 1 Too many pods, 39 node(s) didn't satisfy plugin(s) [NodeAffinity]. "
    )


def test_a_small_cluster_does_not_wait_for_numpy() -> None:
    check = (
        "import sys, engine.cluster\n"
        "from tests.engine.scheduling import *\n"
        "from engine.scheduler.schedule import schedule\n"
        "assert schedule(state_of(node()), pod(), 'seed').node\n"
        "print('numpy' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_pod_goes_where_its_volume_is_among_many_and_says_why_not() -> None:
    bound_claim = with_metadata(
        claim("data", volumeName="pv-1"), annotations={"pv.kubernetes.io/bind-completed": "yes"}
    )
    nodes = [node(name, labels={"kubernetes.io/hostname": name}) for name in names()]
    state = state_of(*nodes, bound_claim, volume("pv-1", node="w05"))
    wish = claiming("p", "data")
    assert schedule(state, wish, "seed") == Decision("w05")
    assert [each.node for each in explain(state, wish) if not each.reasons] == ["w05"]
    full = put(state, node("w05", labels={"kubernetes.io/hostname": "w05"}, allocatable={"pods": "0"}))
    assert schedule(full, wish, "seed").message.startswith(
        "0/40 nodes are available: 1 Too many pods, 39 node(s) didn't match PersistentVolume's node affinity. "
    )
    lost = schedule(state_of(*nodes), wish, "seed")
    assert lost.message == (
        '0/40 nodes are available: persistentvolumeclaim "data" not found. '
        "preemption: 0/40 nodes are available: 40 Preemption is not helpful for scheduling."
    )
    assert {each.reasons for each in explain(state_of(*nodes), wish)} == {('persistentvolumeclaim "data" not found',)}
