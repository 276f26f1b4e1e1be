"""Scheduling at several sizes of cluster, beside the plain scheduler that asks every rule about every node anew.

Both decide for the same pods against the same State, folding each binding in before the next; that the node
chosen is one of the plain one's best is checked on the way. The plain one is asked for a few pods only. Another
row binds all pods in a Cluster, with admission, commits and Events; its peer is a real control plane's pods bound
a second, measured once and quoted here.
"""

from time import process_time
from typing import Any

from attrs import evolve

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.collecting import building
from engine.kinds import Node, Pod, with_metadata
from engine.scheduler import SCHEDULER
from engine.scheduler.explain import explain
from engine.scheduler.schedule import schedule
from engine.store.commit import Commit
from engine.store.frames import Header
from engine.store.state import State, fold
from tests.benchmarks.objects import tell
from tests.benchmarks.scale import DEFAULT, Row, Scale, times
from tests.builders import START, cluster, node, pod, service

TEMPLATES = (1, 300, 2_000, 10_000)
"""How many of them take turns, as far as there are pods for them."""
SERVICES = 300
"""Whose pods are to be spread over zones and nodes."""
ZONE = "topology.kubernetes.io/zone"
PLAIN_CHECKS, A_COMMIT = 200_000, 500
CONTROL_PLANE_BINDS = {100: 330, 1_000: 60}


def rows(scale: Scale = DEFAULT) -> list[Row]:
    return [row for nodes, pods in scale.scheduling for row in at(nodes, pods)]


def at(nodes: int, pods: int) -> list[Row]:
    templates = [number for number in TEMPLATES if number <= pods]
    found = [decisions(waiting(nodes, pods, number), nodes, pods, number) for number in templates]
    of_services = with_services(waiting(nodes, pods, SERVICES), SERVICES)
    found.append(decisions(of_services, nodes, pods, SERVICES, " and Services"))
    bound = in_a_cluster(waiting(nodes, pods, templates[-1]))
    quoted = CONTROL_PLANE_BINDS.get(nodes)
    found.append(
        (
            f"pods bound in a cluster, {templates[-1]:,} templates, {nodes:,} nodes",
            f"{pods / bound:,.0f} pods/s",
            f"{quoted} pods/s (control plane, quoted)" if quoted else "",
            times(pods / bound / quoted) if quoted else "",
        )
    )
    return found


def decisions(state: State, nodes: int, pods: int, templates: int, more: str = "") -> Row:
    waiters = [each for _, each in zip(range(pods), state.all(Pod), strict=False)]
    few = min(pods, max(5, PLAIN_CHECKS // nodes))
    fast, chosen = decided(state, waiters)
    plain = decided_plainly(state, waiters[:few], chosen[:few])
    return (
        f"decisions, {pods:,} pods of {templates:,} templates{more}, {nodes:,} nodes",
        f"{pods / fast:,.0f} pods/s",
        f"{few / plain:,.0f} pods/s plain scheduler",
        times((pods / fast) / (few / plain)),
    )


def waiting(nodes: int, pods: int, templates: int) -> State:
    """Ready nodes in three sizes, and pods that wait, whose templates take turns."""
    tell(f"scheduling {pods:,} pods of {templates:,} templates on {nodes:,} nodes")
    made = cluster(*map(a_node, range(nodes)))
    made.advance(made.now + 60)
    assert all(is_ready(each) for each in made.state.all(Node))
    storing = Cluster(made.header, None, made.state, controllers=())
    kinds = [a_pod(template) for template in range(templates)]
    for start in range(0, pods, A_COMMIT):
        numbers = range(start, min(pods, start + A_COMMIT))
        named = [with_metadata(kinds[number % templates], name=f"p{number:06}") for number in numbers]
        storing.submit("user", [Create(each) for each in named])
    return storing.state


def with_services(state: State, count: int) -> State:
    made = tuple(service(f"app-{number}") for number in range(count))
    return fold(state, Commit(revision=state.revision + 1, time=state.time, actor="bench", puts=made))


def is_ready(each: Node) -> bool:
    return any((said.type, said.status) == ("Ready", "True") for said in each.status.conditions)


def a_node(number: int) -> Node:
    made = node(f"n{number:04}", cpu=str(16 << number % 3), memory=f"{64 << number % 3}Gi")
    return with_metadata(made, labels={ZONE: "abc"[number % 3]})


def a_pod(template: int) -> Pod:
    """Templates differ in what they request and in where they may go."""
    requests = {"cpu": f"{10 + template % 97}m", "memory": f"{16 + template % 103}Mi"}
    where: dict[str, Any] = {}
    if template % 4 == 1:
        where["nodeSelector"] = {ZONE: "abc"[template % 3]}
    if template % 4 == 2:
        where["tolerations"] = [{"key": f"team-{template}", "operator": "Exists", "effect": "NoSchedule"}]
    return pod(
        labels={"app": f"app-{template}"},
        containers=[{"name": "main", "image": "nginx:1.27", "resources": {"requests": requests}}],
        **where,
    )


def decided(state: State, pods: list[Pod]) -> tuple[float, list[str]]:
    """Seconds for all, folded in one by one, and the node of each."""
    chosen = []
    started = process_time()
    with building():
        for each in pods:
            name = schedule(state, each, each.metadata.uid).node
            assert name is not None
            chosen.append(name)
            state = bind(state, each, name)
    return process_time() - started, chosen


def decided_plainly(state: State, pods: list[Pod], chosen: list[str]) -> float:
    """Seconds for all; the node chosen for each must be one of the best."""
    started = process_time()
    for each, name in zip(pods, chosen, strict=True):
        fits = [verdict for verdict in explain(state, each) if not verdict.reasons]
        most = max(verdict.total for verdict in fits)
        assert name in [verdict.node for verdict in fits if verdict.total == most], "not one of the best nodes"
        state = bind(state, each, name)
    return process_time() - started


def bind(state: State, each: Pod, name: str) -> State:
    there = evolve(each, spec=evolve(each.spec, node_name=name))
    return fold(state, Commit(revision=state.revision + 1, time=state.time, actor="bench", puts=(there,)))


def in_a_cluster(state: State) -> float:
    """Seconds until no pod waits; nothing but the scheduler acts."""
    made = Cluster(Header(cluster="bench", seed="bench", created=START), None, state, controllers=(SCHEDULER,))
    started = process_time()
    made.advance(made.now + 1)
    assert not len(made.state.unscheduled)
    return process_time() - started


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
