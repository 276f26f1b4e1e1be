"""Why a row is red: level and reason of pods, nodes, deployments, services and budgets."""

from typing import Any, get_args

from engine.kinds import Object, format_time, from_manifest
from engine.printers.health import Health, Level, health
from engine.store.commit import Commit
from engine.store.state import State, fold

NOW = 1_700_000_000
READY = {"type": "Ready", "status": "True"}
RUNNING = {"running": {"startedAt": format_time(NOW - 60)}}


def made(kind: str, version: str, name: str, *, owner: str = "", **body: Any) -> Any:
    metadata = {
        "name": name, "uid": f"uid-{name}", "creationTimestamp": format_time(NOW - 3600),
        **({} if kind == "Node" else {"namespace": "shop"}),
        **({"ownerReferences": [{"apiVersion": "v1", "kind": "X", "name": owner, "uid": f"uid-{owner}",
                                 "controller": True}]} if owner else {}),
        **body.pop("metadata", {}),
    }  # fmt: skip
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **body})


def node(name: str = "node1", ready: str = "True", *, cordoned: bool = False, **conditions: str) -> Any:
    shown = [{
        "type": "Ready", "status": ready, "message": "Kubelet stopped posting node status.",
        "lastTransitionTime": format_time(NOW - 180),
    }]  # fmt: skip
    shown += [{"type": type_, "status": status, "message": "low"} for type_, status in conditions.items()]
    return made("Node", "v1", name, spec={"unschedulable": cordoned}, status={"conditions": shown})


def pod(
    *containers: dict[str, Any], name: str = "web-1", node_name: str = "node1", phase: str = "Running",
    conditions: tuple[dict[str, Any], ...] = (), metadata: dict[str, Any] | None = None, owner: str = "",
    **status: Any,
) -> Any:  # fmt: skip
    return made(
        "Pod", "v1", name, owner=owner, metadata={"labels": {"app": "web"}, **(metadata or {})},
        spec={"nodeName": node_name, "containers": [{"name": each["name"]} for each in containers]},
        status={
            "phase": phase, "containerStatuses": list(containers), "conditions": list(conditions), **status,
        },
    )  # fmt: skip


def container(name: str = "web", *, ready: bool = False, restarts: int = 0, **state: Any) -> dict[str, Any]:
    return {"name": name, "ready": ready, "restartCount": restarts, "image": "i", "imageID": "", **state}


def state_of(*objects: Object) -> State:
    commit = Commit(revision=1, time=NOW, actor="user", cause=0, puts=objects, removes=())
    return fold(State(), commit)


def told(obj: Object, *others: Object) -> tuple[str, str]:
    found = health(obj, state_of(obj, *others), NOW)
    return found.level, found.reason


def ended(code: int, reason: str) -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": reason, "finishedAt": format_time(NOW - 12)}}


CRASHING = container(
    restarts=3,
    state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container"}},
    lastState=ended(1, "Error"),
)


def test_a_running_ready_pod_is_ok_and_needs_no_reason() -> None:
    assert told(pod(container(ready=True, state=RUNNING), conditions=(READY,)), node()) == ("ok", "")


def test_a_finished_pod_is_done() -> None:
    assert told(pod(container(state=ended(0, "Completed")), phase="Succeeded"), node())[0] == "done"


def test_a_crashing_pod_tells_how_it_ended_last() -> None:
    assert told(pod(CRASHING), node()) == ("bad", "web: CrashLoopBackOff; last Error, exit code 1 12s ago")


def test_a_pod_without_its_image_tells_why_the_pull_fails() -> None:
    waiting = container(state={"waiting": {"reason": "ErrImagePull", "message": "nginx:nope: not found"}})
    assert told(pod(waiting, phase="Pending"), node()) == ("bad", "web: ErrImagePull: nginx:nope: not found")


def test_an_unschedulable_pod_tells_the_schedulers_words() -> None:
    scheduled = {
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 Insufficient cpu.",
    }  # fmt: skip
    reason = "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."
    assert told(pod(phase="Pending", node_name="", conditions=(scheduled,))) == ("bad", reason)
    assert told(pod(phase="Pending", node_name="")) == ("warn", "waits for the scheduler")


def test_a_starting_pod_is_no_more_than_a_warning() -> None:
    creating = container(state={"waiting": {"reason": "ContainerCreating"}})
    assert told(pod(creating, phase="Pending"), node()) == ("warn", "ContainerCreating")


def test_a_running_pod_that_is_not_ready_names_the_container() -> None:
    assert told(pod(container(state=RUNNING)), node()) == ("warn", "web is not ready")


def test_a_pod_on_a_lost_node_blames_the_node() -> None:
    not_ready = {"type": "Ready", "status": "False", "reason": "NodeNotReady"}
    lost = pod(container(ready=True, state=RUNNING), conditions=(not_ready,))
    assert told(lost, node(ready="Unknown")) == ("bad", "node node1 is NotReady")
    assert told(pod(CRASHING)) == ("bad", "node node1 is gone")


def test_a_terminating_pod_counts_down_and_turns_red_when_it_is_overdue() -> None:
    due = {"deletionTimestamp": format_time(NOW + 20)}
    assert told(pod(container(ready=True, state=RUNNING), metadata=due), node()) == (
        "dim", "terminating, 20s left",
    )
    late = {"deletionTimestamp": format_time(NOW - 300)}
    assert told(pod(container(ready=True, state=RUNNING), metadata=late), node(ready="Unknown")) == (
        "bad", "terminating, overdue by 5m: node node1 is NotReady",
    )


def test_an_evicted_pod_tells_what_ran_out() -> None:
    evicted = pod(phase="Failed", reason="Evicted", message="The node was low on resource: memory.")
    assert told(evicted, node()) == ("bad", "Evicted: The node was low on resource: memory.")


def test_a_reason_is_one_line_whatever_the_message_was() -> None:
    torn = pod(phase="Failed", reason="Evicted", message="The node was low\n on resource: memory.")
    assert told(torn, node()) == ("bad", "Evicted: The node was low on resource: memory.")


def test_a_node_is_judged_by_readiness_pressure_and_cordon() -> None:
    assert told(node()) == ("ok", "")
    assert told(node(cordoned=True)) == ("warn", "cordoned: takes no new pods")
    assert told(node(MemoryPressure="True")) == ("warn", "MemoryPressure: low")
    assert told(node(ready="Unknown")) == ("bad", "NotReady for 3m: Kubelet stopped posting node status.")


def deployment(replicas: int = 2, *, paused: bool = False, **status: Any) -> Any:
    template = {"spec": {"containers": [{"name": "web"}]}}
    spec = {"replicas": replicas, "paused": paused, "template": template}
    return made("Deployment", "apps/v1", "web", spec=spec, status=status)


def replica_set(**status: Any) -> Any:
    spec = {"replicas": 2, "template": {"spec": {"containers": [{"name": "web"}]}}}
    return made(
        "ReplicaSet", "apps/v1", "web-abc", owner="web", spec=spec, status={"replicas": 2, **status}
    )


def test_a_deployment_short_of_pods_names_one_that_fails() -> None:
    good = pod(container(ready=True, state=RUNNING), name="web-1", conditions=(READY,), owner="web-abc")
    short = deployment(updatedReplicas=2, availableReplicas=1)
    reason = "1 of 2 available: web-2 web: CrashLoopBackOff; last Error, exit code 1 12s ago"
    bad = pod(CRASHING, name="web-2", owner="web-abc")
    assert told(short, replica_set(), good, bad, node()) == ("warn", reason)
    assert told(replica_set(readyReplicas=1), good, bad, node()) == ("warn", reason.replace("available", "ready"))
    assert told(deployment(updatedReplicas=2)) == ("bad", "0 of 2 available")


def test_a_deployment_tells_whether_it_is_done_paused_or_stuck() -> None:
    assert told(deployment(updatedReplicas=2, availableReplicas=2)) == ("ok", "")
    assert told(deployment(0)) == ("dim", "scaled to 0")
    assert told(deployment(updatedReplicas=1, availableReplicas=2)) == ("warn", "rolling out: 1 of 2 updated")
    assert told(deployment(paused=True, updatedReplicas=2, availableReplicas=2)) == ("warn", "paused")
    stuck = {"type": "Progressing", "status": "False", "message": 'ReplicaSet "web-x" has timed out progressing.'}
    assert told(deployment(updatedReplicas=1, availableReplicas=2, conditions=[stuck])) == (
        "bad", 'ReplicaSet "web-x" has timed out progressing.',
    )


def service(type_: str = "ClusterIP", **status: Any) -> Any:
    return made("Service", "v1", "web", spec={"type": type_, "selector": {"app": "web"}}, status=status)


def test_a_service_without_endpoints_tells_why() -> None:
    assert told(service()) == ("bad", "no endpoints: no pod has app=web")
    one = pod(container(state=RUNNING))
    assert told(service(), one) == ("bad", "no endpoints: 1 pod has app=web, none is ready")
    two = pod(container(state=RUNNING), name="web-2")
    assert told(service(), one, two) == ("bad", "no endpoints: 2 pods have app=web, none is ready")


def test_a_service_with_endpoints_is_ok_unless_it_waits_for_an_external_ip() -> None:
    endpoints = made("Endpoints", "v1", "web", subsets=[{"addresses": [{"ip": "10.0.0.1"}]}])
    assert told(service(), endpoints) == ("ok", "")
    assert told(service("LoadBalancer"), endpoints) == ("warn", "no external IP yet")
    external = made("Service", "v1", "db", spec={"type": "ExternalName", "externalName": "db.example.com"})
    assert told(external) == ("ok", "")


def test_a_budget_tells_why_it_holds_evictions_back() -> None:
    def budget(allowed: int, healthy: int, desired: int) -> Any:
        status = {
            "disruptionsAllowed": allowed, "currentHealthy": healthy, "desiredHealthy": desired, "expectedPods": 3,
        }  # fmt: skip
        return made("PodDisruptionBudget", "policy/v1", "web", spec={"minAvailable": desired}, status=status)

    assert told(budget(1, 3, 2)) == ("ok", "")
    assert told(budget(0, 2, 2)) == ("warn", "no eviction allowed: all 2 healthy pods are needed")
    assert told(budget(0, 1, 2)) == ("bad", "only 1 healthy, 2 needed")


def test_every_level_has_a_glyph_of_its_own() -> None:
    levels = get_args(Level)
    assert len({Health(level).glyph for level in levels}) == len(levels) == 5


def test_a_service_whose_ready_pods_name_no_such_port_says_so() -> None:
    service = made("Service", "v1", "web", spec={"selector": {"app": "web"}, "ports": [
        {"port": 80, "targetPort": "htttp"}]})  # fmt: skip
    ready = pod(container(ready=True, state=RUNNING), conditions=(READY,))
    assert told(service, ready, node()) == ("bad", "no endpoints: 1 pod has app=web, none has a port htttp")


def test_an_ingress_is_as_bad_as_the_service_behind_it() -> None:
    web = made("Service", "v1", "web", spec={"selector": {"app": "web"}, "ports": [{"port": 80}]})
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    found = made("Ingress", "networking.k8s.io/v1", "shop", spec={"defaultBackend": backend})
    assert told(found, web) == ("bad", "service web: no endpoints: no pod has app=web")


def test_what_finalizers_hold_back_is_worth_a_look() -> None:
    def going(seconds: int, **meta: Any) -> Any:
        since = format_time(NOW - seconds)
        return made("ConfigMap", "v1", "settings", metadata={"deletionTimestamp": since, **meta})

    assert told(going(3, finalizers=["example.com/keep"])) == ("dim", "being deleted")
    held = "being deleted for 2m, waits for finalizers example.com/keep"
    assert told(going(120, finalizers=["example.com/keep"])) == ("warn", held)


def test_a_namespace_that_cannot_go_names_the_finalizers() -> None:
    held = {"type": "NamespaceFinalizersRemaining", "status": "True", "message": "Some content has finalizers"}
    status = {"phase": "Terminating", "conditions": [held]}
    assert told(made("Namespace", "v1", "old", status=status)) == ("warn", "terminating: Some content has finalizers")
