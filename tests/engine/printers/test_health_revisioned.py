"""Why a StatefulSet or a DaemonSet is stuck, in one line, in clusters in which it is."""

from typing import Any

from engine.api.writes import Delete, Patch
from engine.cluster import Cluster
from engine.kinds import Object, Ref
from engine.printers.health import health
from tests.builders import daemon_set, node, pod_spec, settled, stateful_set

WEB, AGENT = Ref("StatefulSet", "default", "web"), Ref("DaemonSet", "default", "agent")
BROKEN = {"containers": [{"name": "main", "image": "nginx:no-such-tag"}]}
GOLD = {**pod_spec(), "priorityClassName": "gold"}


def told(made: Cluster, ref: Ref) -> tuple[str, str]:
    obj = made.state.get(ref)
    assert obj is not None
    found = health(obj, made.state, made.now)
    return found.level, found.reason


def cluster(obj: Object) -> Cluster:
    return settled(node("w1", disk="ssd"), node("w2"), obj)


def change(made: Cluster, ref: Ref, spec: dict[str, Any], seconds: int = 60) -> None:
    made.submit("user", [Patch(ref, {"spec": spec}, "merge")])
    made.advance(made.now + seconds)


def test_what_has_all_its_pods_is_well() -> None:
    assert told(cluster(stateful_set(replicas=2)), WEB) == ("ok", "")
    assert told(cluster(daemon_set()), AGENT) == ("ok", "")
    assert told(cluster(stateful_set(replicas=0)), WEB) == ("dim", "scaled to 0")


def test_a_set_in_order_names_the_pod_all_others_wait_for() -> None:
    level, reason = told(cluster(stateful_set(replicas=3, template=BROKEN)), WEB)
    assert level == "bad"
    assert reason.startswith("0 of 3 available, the next one waits: web-0 main: ImagePullBackOff")
    together = told(cluster(stateful_set(replicas=3, template=BROKEN, podManagementPolicy="Parallel")), WEB)
    assert together[1].startswith("0 of 3 available: web-0 main: ImagePullBackOff")


def test_a_refusal_is_told_until_a_pod_is_made() -> None:
    why = "is forbidden: no PriorityClass with name gold was found"
    level, reason = told(cluster(stateful_set(template=GOLD)), WEB)
    assert (level, reason) == ("bad", f'create Pod web-0 in StatefulSet web failed error: pods "web-0" {why}')
    made = cluster(daemon_set(template=GOLD))
    assert told(made, AGENT) == ("bad", f'Error creating: pods "agent-" {why}')
    change(made, AGENT, {"template": {"spec": {"priorityClassName": None}}})
    assert told(made, AGENT) == ("ok", "")


def test_a_rollout_tells_how_far_it_is_and_what_holds_it() -> None:
    made = cluster(stateful_set(replicas=2))
    change(made, WEB, {"template": {"spec": BROKEN}})
    level, reason = told(made, WEB)
    assert level == "warn"
    assert reason.startswith("1 of 2 available: web-1 main: ImagePullBackOff")
    rolling = {"rollingUpdate": {"partition": 1}}
    parted = cluster(stateful_set(replicas=2, updateStrategy=rolling))
    change(parted, WEB, {"template": {"spec": pod_spec("nginx:1.28")}})
    assert told(parted, WEB) == ("ok", ""), "as far as the partition lets it"


def test_a_set_rolled_back_behind_a_broken_pod_says_that_somebody_has_to_delete_it() -> None:
    made = cluster(stateful_set(replicas=2))
    change(made, WEB, {"template": {"spec": BROKEN}})
    change(made, WEB, {"template": {"spec": pod_spec()}})
    assert told(made, WEB) == (
        "warn",
        "1 of 2 available: web-1 has an older template and is replaced only when it is ready or deleted",
    )
    made.submit("user", [Delete(ref=Ref("Pod", "default", "web-1"))])
    made.advance(made.now + 60)
    assert told(made, WEB) == ("ok", "")


def test_what_is_updated_on_deletion_says_who_has_to_act() -> None:
    for made, ref in (
        (cluster(stateful_set(replicas=2, updateStrategy={"type": "OnDelete"})), WEB),
        (cluster(daemon_set(updateStrategy={"type": "OnDelete"})), AGENT),
    ):
        change(made, ref, {"template": {"spec": pod_spec("nginx:1.28")}})
        assert told(made, ref) == ("warn", "2 of an older template, until somebody deletes them")


def test_a_daemon_set_tells_what_it_misses_and_where_it_is_too_much() -> None:
    made = cluster(daemon_set())
    change(made, AGENT, {"template": {"spec": BROKEN}})
    level, reason = told(made, AGENT)
    assert level == "warn"
    assert "1 of 2 available: agent-" in reason
    assert "ImagePullBackOff" in reason
    tainted = cluster(daemon_set())
    taints = {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}}
    tainted.submit("user", [Patch(Ref("Node", "", "w1"), taints, "merge")])
    tainted.settle()
    assert told(tainted, AGENT) == ("warn", "1 on nodes that are to have none")
    nowhere = cluster(daemon_set(template={**pod_spec(), "nodeSelector": {"disk": "none"}}))
    assert told(nowhere, AGENT) == ("dim", "no node is eligible")


def test_what_is_going_is_dim() -> None:
    made = cluster(stateful_set(replicas=2))
    made.submit("user", [Delete(ref=WEB, propagation="Foreground")])
    made.settle()
    assert told(made, WEB) == ("dim", "being deleted")
