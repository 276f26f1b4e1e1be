"""Random days of a DaemonSet: what it remembers changes no answer, and in the end each eligible node has its pod."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Patch, UpdateStatus, Write
from engine.cluster import Cluster
from engine.controllers.daemonset.places import Rules
from engine.controllers.daemonset.pods import generation_of, verdict
from engine.controllers.daemonset.rolling import surges
from engine.controllers.daemonset.standing import Standing, standing
from engine.errors import ApiError
from engine.kinds import ControllerRevision, DaemonSet, Node, Pod, Ref, evolve, ref_of
from engine.revisions import REVISION_LABEL, in_order
from engine.store.state import State
from tests.builders import daemon_set, node, pod, pod_spec, settled

AGENT = Ref("DaemonSet", "default", "agent")
NODES = ("w1", "w2", "w3", "w4")
IMAGES = ("nginx:1.27", "nginx:1.28", "nginx:no-such-tag")
ROLLINGS: tuple[dict[str, Any], ...] = (
    {"maxSurge": 0, "maxUnavailable": 1},
    {"maxSurge": 0, "maxUnavailable": "60%"},
    {"maxSurge": 1, "maxUnavailable": 0},
    {"maxSurge": "100%", "maxUnavailable": 0},
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("disk", "taint", "evict", "cordon", "leave", "come")), st.integers(0, 3)),
        st.tuples(st.sampled_from(("kill", "fail", "lose label", "bare")), st.integers(0, 5)),
        st.tuples(st.just("image"), st.integers(0, 2)),
        st.tuples(st.just("rolling"), st.integers(0, 3)),
        st.tuples(st.just("min ready"), st.sampled_from((0, 20))),
        st.tuples(st.just("wait"), st.integers(1, 90)),
    ),
    max_size=14,
)


def writes_of(state: State, what: str, number: int) -> list[Write]:
    name = NODES[number % 4]
    found = state.find(Node, name)
    pods = list(state.all(Pod, "default"))
    chosen = pods[number % len(pods)] if pods else None
    match what:
        case "disk":
            has = found is not None and "disk" in found.metadata.labels
            return [Patch(Ref("Node", "", name), {"metadata": {"labels": {"disk": None if has else "ssd"}}}, "merge")]
        case "taint" | "evict":
            taints = [] if found is not None and found.spec.taints else [
                {"key": "a", "effect": "NoSchedule" if what == "taint" else "NoExecute"}
            ]
            return [Patch(Ref("Node", "", name), {"spec": {"taints": taints}}, "merge")]
        case "cordon":
            return [Patch(Ref("Node", "", name), {"spec": {"unschedulable": True}}, "merge")]
        case "leave":
            return [Delete(ref=Ref("Node", "", name))]
        case "come":
            return [Create(node(name, disk="ssd"))]
        case "bare":
            return [Create(pod(f"bare-{number}", labels={"app": "agent"}, nodeName=name))]
        case "image":
            body: dict[str, Any] = {"template": {"spec": {"containers": [{"name": "main", "image": IMAGES[number]}]}}}
            return [Patch(AGENT, {"spec": body})]
        case "rolling":
            return [Patch(AGENT, {"spec": {"updateStrategy": {"rollingUpdate": ROLLINGS[number]}}}, "merge")]
        case "min ready":
            return [Patch(AGENT, {"spec": {"minReadySeconds": number}}, "merge")]
    if chosen is None:
        return []
    match what:
        case "kill":
            return [Delete(ref=ref_of(chosen))]
        case "fail":
            return [UpdateStatus(evolve(chosen, status=evolve(chosen.status, phase="Failed")))]
        case "lose label":
            return [Patch(ref_of(chosen), {"metadata": {"labels": {"app": "lost"}}}, "merge")]
    return []


def as_remembered(cluster: Cluster) -> None:
    """The Standing brought forward equals the one made anew."""
    state = cluster.state
    found = state.get(AGENT)
    assert isinstance(found, DaemonSet)
    revisions = in_order(state.all(ControllerRevision))
    rules = Rules(
        hash=revisions[-1].metadata.labels[REVISION_LABEL] if revisions else "",
        generation=generation_of(found),
        min_ready_seconds=found.spec.min_ready_seconds,
        surges=surges(found),
    )
    copied = evolve(found, spec=evolve(found.spec, template=evolve(found.spec.template)))
    brought, anew = (told(standing(state, each, rules, cluster.now)) for each in (found, copied))
    assert brought == anew


def told(found: Standing) -> Any:
    counts = {tag: count for tag, count in found.counts.items() if count}
    return dict(found.places.items()), list(found.tagged), counts, dict(found.strays.items())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_what_is_remembered_changes_no_answer_and_every_eligible_node_gets_its_pod(
    steps: list[tuple[str, int]],
) -> None:
    template = {**pod_spec(), "nodeSelector": {"disk": "ssd"}, "terminationGracePeriodSeconds": 1}
    cluster = settled(*(node(name, disk="ssd") for name in NODES[:3]), daemon_set(template=template), seconds=10)
    for what, number in steps:
        if what == "wait":
            cluster.advance(cluster.now + number)
        else:
            try:
                cluster.submit("user", writes_of(cluster.state, what, number))
            except ApiError:
                continue
            while cluster.run_one():
                as_remembered(cluster)
        as_remembered(cluster)
    cluster.submit("user", writes_of(cluster.state, "image", 1))
    cluster.advance(cluster.now + 3000)
    before = cluster.state.revision
    cluster.jump(cluster.now)
    cluster.settle()
    assert cluster.state.revision == before + 1, "waking everything changes nothing"
    the_set = cluster.state.get(AGENT)
    assert isinstance(the_set, DaemonSet)
    for each in cluster.state.all(Node):
        mine = [found for found in cluster.state.pods_on(each.metadata.name) if _is_mine(the_set, found)]
        allowed = verdict(the_set.spec.template, each)
        assert len(mine) == 1 if allowed.runs else len(mine) <= int(allowed.stays), each.metadata.name
        assert all(found.spec.containers[0].image == IMAGES[1] for found in mine)


def _is_mine(the_set: DaemonSet, found: Pod) -> bool:
    return found.metadata.controller is not None and found.metadata.controller.uid == the_set.metadata.uid
