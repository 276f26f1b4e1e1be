"""The header's usage: a look costs the same however many pods there are, and comes to be of all the nodes."""

from collections.abc import Sequence
from itertools import combinations

from engine.api.writes import Delete
from engine.kinds import Node, Ref
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.usage import Usage, node_usage
from engine.store.state import State
from k9lite.sampling import Sample
from tests.builders import deployment, node
from tests.console.showing import living

NODES = tuple(f"w{number}" for number in range(9))


def cluster(replicas: int) -> State:
    return living(*(node(name) for name in NODES), deployment("web", replicas=replicas)).state


def of(state: State, now: int, nodes: Sequence[str]) -> str:
    """What ``nodes`` use of what they can give."""
    used = sum((node_usage(state, name, now) for name in nodes), Usage())
    rooms = [node.status.allocatable for node in state.all(Node) if node.metadata.name in nodes]
    cpu, memory = sum(cpu_milli(room["cpu"]) for room in rooms), sum(whole(room["memory"]) for room in rooms)
    return f"cpu {used.cpu_milli * 100 // cpu}%  mem {used.memory_bytes * 100 // memory}%"


def test_a_small_cluster_is_asked_at_once_and_again_every_few_seconds() -> None:
    state = cluster(20)
    sample = Sample()
    assert sample.text(state, state.time) == of(state, state.time, NODES)
    assert sample.text(state, state.time + 4) == of(state, state.time, NODES)
    assert sample.text(state, state.time + 3600) == of(state, state.time + 3600, NODES)


def test_a_look_asks_a_few_nodes_and_in_time_all_of_them() -> None:
    names = ("large", *NODES)
    state = living(node("large", cpu="640"), *(node(name) for name in NODES), deployment("web", replicas=300)).state
    sample, now = Sample(), state.time
    first = sample.text(state, now)
    assert first in {of(state, now, pair) for pair in combinations(NODES, 1)}
    assert sample.text(state, now) == first, "whatever is pressed in that second, nobody else is asked"
    texts = [sample.text(state, now + second) for second in range(1, 10)]
    whole_cluster = {of(state, now + second, names) for second in range(10)}
    assert texts[-1] in whole_cluster and first not in whole_cluster


def test_a_node_that_is_gone_is_counted_no_more() -> None:
    client = living(node("w1"), node("w2"), deployment("web", replicas=2))
    sample = Sample()
    sample.text(client.state, client.now)
    client.submit([Delete(ref=Ref("Node", "", "w2"))])
    client.cluster.advance(client.now + 600)
    assert sample.text(client.state, client.now) == of(client.state, client.now, ["w1"])


def test_without_a_node_nothing_is_said() -> None:
    assert Sample().text(State(), 0) == ""
