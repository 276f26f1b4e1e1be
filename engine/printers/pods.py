"""Pods as ``kubectl get pods`` lists them; the words of STATUS are in ``pod_status``."""

from engine.kinds import Pod, is_true
from engine.printers.durations import NONE, age, human_duration
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.pod_status import pod_status_cells
from engine.store.state import State


def cells(pod: Pod, _state: State, now: int) -> tuple[str, ...]:
    shown = pod_status_cells(pod)
    restarts = str(shown.restarts)
    if shown.restarts and shown.last_restart is not None:
        restarts += f" ({human_duration(now - shown.last_restart)} ago)"
    return (
        pod.metadata.name,
        f"{shown.ready}/{shown.total}",
        shown.status,
        restarts,
        age(pod, now),
        pod.status.pod_ip or NONE,
        pod.spec.node_name or NONE,
        pod.status.nominated_node_name or NONE,
        _readiness_gates(pod) if pod.spec.readiness_gates else NONE,
    )


PRINTER = Printer(columns("NAME,READY,STATUS,RESTARTS,AGE", "IP,NODE,NOMINATED NODE,READINESS GATES"), cells)


def _readiness_gates(pod: Pod) -> str:
    gates = pod.spec.readiness_gates
    open_gates = sum(is_true(pod.status.conditions, gate.get("conditionType", "")) for gate in gates)
    return f"{open_gates}/{len(gates)}"
