"""The columns of ``kubectl get pods``: STATUS, READY and RESTARTS in every case of rules 6."""

import timeit
from typing import Any

from engine.kinds import Pod, format_time, from_manifest
from engine.printers import PRINTERS
from engine.store.state import State

NOW = 1_700_000_000
RUNNING = {"running": {"startedAt": format_time(NOW - 60)}}
STATUS, READY, RESTARTS = 2, 1, 3


def container(name: str = "web", **fields: Any) -> dict[str, Any]:
    status = {"name": name, "ready": False, "restartCount": 0, "image": "nginx", "imageID": ""}
    return {**status, **fields}


def pod(
    *statuses: dict[str, Any],
    init: tuple[dict[str, Any], ...] = (),
    init_specs: tuple[dict[str, Any], ...] = (),
    conditions: tuple[dict[str, Any], ...] = (),
    phase: str = "Running",
    deleted: bool = False,
    spec: dict[str, Any] | None = None,
    **status: Any,
) -> Pod:
    names = [each["name"] for each in statuses] or ["web"]
    specs = init_specs or tuple({"name": each["name"], "image": "busybox"} for each in init)
    made = from_manifest({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web-1",
            "namespace": "default",
            "creationTimestamp": format_time(NOW - 300),
            **({"deletionTimestamp": format_time(NOW + 10)} if deleted else {}),
        },
        "spec": {
            "containers": [{"name": name, "image": "nginx"} for name in names],
            "initContainers": list(specs),
            **(spec or {}),
        },
        "status": {
            "phase": phase,
            "containerStatuses": list(statuses),
            "initContainerStatuses": list(init),
            "conditions": list(conditions),
            **status,
        },
    })
    assert isinstance(made, Pod)
    return made


def cells(made: Pod) -> tuple[str, ...]:
    return PRINTERS["Pod"].cells(made, State(), NOW)


def ended(exit_code: int, reason: str = "", signal: int = 0, at: int = NOW - 180) -> dict[str, Any]:
    return {"terminated": {
        "exitCode": exit_code, "reason": reason, "signal": signal, "finishedAt": format_time(at),
    }}


def test_a_running_pod_shows_what_kubectl_shows() -> None:
    running = pod(
        container(ready=True, state=RUNNING), spec={"nodeName": "node1"}, podIP="10.244.1.5"
    )
    assert PRINTERS["Pod"].headers(wide=True) == (
        "NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES",
    )
    assert cells(running) == (
        "web-1", "1/1", "Running", "0", "5m", "10.244.1.5", "node1", "<none>", "<none>",
    )


def test_a_pod_nobody_placed_is_pending_and_has_neither_ip_nor_node() -> None:
    assert cells(pod(phase="Pending"))[1:] == ("0/1", "Pending", "0", "5m") + ("<none>",) * 4


def test_the_restarts_of_all_containers_are_added_and_the_latest_end_is_told() -> None:
    two = pod(
        container("a", ready=True, restartCount=2, state=RUNNING, lastState=ended(1, "Error", at=NOW - 600)),
        container("b", ready=True, restartCount=1, state=RUNNING, lastState=ended(1, "Error", at=NOW - 180)),
    )
    assert cells(two)[RESTARTS] == "3 (3m ago)"
    assert cells(two)[READY] == "2/2"


def test_the_first_container_that_waits_speaks_for_the_pod() -> None:
    crashing = pod(
        container("a", state={"waiting": {"reason": "CrashLoopBackOff"}}),
        container("b", state={"waiting": {"reason": "ImagePullBackOff"}}),
        container("c", ready=True, state=RUNNING),
    )
    assert cells(crashing)[STATUS] == "CrashLoopBackOff"
    assert cells(crashing)[READY] == "1/3"


def test_an_end_without_a_reason_is_told_by_its_signal_or_exit_code() -> None:
    assert cells(pod(container(state=ended(137, "OOMKilled"))))[STATUS] == "OOMKilled"
    assert cells(pod(container(state=ended(137, signal=9))))[STATUS] == "Signal:9"
    assert cells(pod(container(state=ended(3))))[STATUS] == "ExitCode:3"


def test_a_pod_with_one_completed_container_is_running_only_if_it_is_ready() -> None:
    half = (container("a", state=ended(0, "Completed")), container("b", ready=True, state=RUNNING))
    ready = ({"type": "Ready", "status": "True"},)
    assert cells(pod(*half, conditions=ready))[STATUS] == "Running"
    assert cells(pod(*half))[STATUS] == "NotReady"
    assert cells(pod(half[0], phase="Succeeded"))[STATUS] == "Completed"


def test_a_failed_container_behind_a_completed_one_is_what_the_pod_says() -> None:
    done, failed = container("a", state=ended(0, "Completed")), container("b", state=ended(1, "Error"))
    assert cells(pod(done, failed, phase="Failed"))[STATUS] == "Error"


def test_the_pods_own_reason_comes_before_its_phase() -> None:
    assert cells(pod(phase="Failed", reason="Evicted"))[STATUS] == "Evicted"


def test_a_gated_pod_says_so() -> None:
    gate = ({"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"},)
    assert cells(pod(phase="Pending", conditions=gate))[STATUS] == "SchedulingGated"


def test_a_pod_being_deleted_is_terminating_unless_it_has_ended_or_its_node_is_lost() -> None:
    assert cells(pod(container(ready=True, state=RUNNING), deleted=True))[STATUS] == "Terminating"
    done = pod(container(state=ended(0, "Completed")), phase="Succeeded", deleted=True)
    assert cells(done)[STATUS] == "Completed"
    assert cells(pod(phase="Running", reason="NodeLost", deleted=True))[STATUS] == "Unknown"


def test_the_first_init_container_that_is_not_done_speaks_for_the_pod() -> None:
    done, waiting = container("i1", state=ended(0, "Completed")), container("i2", state={"waiting": {}})
    main = container(state={"waiting": {"reason": "PodInitializing"}})
    assert cells(pod(main, init=(done, waiting), phase="Pending"))[STATUS] == "Init:1/2"
    failed = container("i1", restartCount=4, state=ended(1, "Error"), lastState=ended(1, "Error"))
    shown = cells(pod(main, init=(failed,), phase="Pending"))
    assert (shown[STATUS], shown[RESTARTS]) == ("Init:Error", "4 (3m ago)")
    crashing = container("i1", state={"waiting": {"reason": "CrashLoopBackOff"}})
    assert cells(pod(main, init=(crashing,), phase="Pending"))[STATUS] == "Init:CrashLoopBackOff"
    assert cells(pod(main, init=(container("i1", state=ended(3)),), phase="Pending"))[STATUS] == "Init:ExitCode:3"
    killed = container("i1", state={"terminated": {"exitCode": 137, "signal": 9}})
    assert cells(pod(main, init=(killed,), phase="Pending"))[STATUS] == "Init:Signal:9"
    pulling = container("i1", state={"waiting": {"reason": "PodInitializing"}})
    assert cells(pod(main, init=(pulling,), phase="Pending"))[STATUS] == "Init:0/1"


def test_restarts_of_init_containers_are_forgotten_once_the_pod_is_initialized() -> None:
    done = container("i1", restartCount=4, state=ended(0, "Completed"))
    running = pod(container(ready=True, restartCount=1, state=RUNNING), init=(done,))
    assert cells(running)[1:4] == ("1/1", "Running", "1")


def test_a_sidecar_counts_as_a_container() -> None:
    sidecar = {"name": "proxy", "image": "envoy", "restartPolicy": "Always"}
    status = container("proxy", ready=True, started=True, restartCount=2, state=RUNNING)
    both = pod(container(ready=True, state=RUNNING), init=(status,), init_specs=(sidecar,))
    assert cells(both)[1:4] == ("2/2", "Running", "2")


def test_readiness_gates_are_counted_by_their_conditions() -> None:
    gated = pod(
        spec={"readinessGates": [{"conditionType": "lb"}, {"conditionType": "dns"}]},
        conditions=({"type": "lb", "status": "True"},),
    )
    assert cells(gated)[-1] == "1/2"


def test_a_pods_cells_cost_a_few_microseconds() -> None:
    running = pod(container(ready=True, restartCount=1, state=RUNNING, lastState=ended(1, "Error")))
    state, printer = State(), PRINTERS["Pod"]
    best = min(timeit.repeat(lambda: printer.cells(running, state, NOW), number=200, repeat=5)) / 200
    peer = min(timeit.repeat(lambda: sorted(range(1000), key=str), number=10, repeat=5)) / 10
    assert best < peer, f"{best * 1e6:.1f} us a pod, against {peer * 1e6:.1f} us to sort 1,000 numbers as text"
