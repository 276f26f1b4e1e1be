"""Pods: kubectl's wide columns, and what each uses of CPU and memory; Enter leads to its containers."""

from engine.kinds import Pod
from engine.kubelet.usage import pod_usage
from engine.store.state import State
from k9lite.resources.listed import listed
from k9lite.widgets.columns import Column


def _cpu(pod: Pod, state: State, now: int) -> str:
    return f"{pod_usage(state, pod, now).cpu_milli}m" if pod.status.phase == "Running" else "-"


def _memory(pod: Pod, state: State, now: int) -> str:
    return f"{pod_usage(state, pod, now).memory_bytes >> 20}Mi" if pod.status.phase == "Running" else "-"


RESOURCE = listed(
    "Pod",
    priorities={"READY": 1, "STATUS": 0, "RESTARTS": 2, "AGE": 3, "NODE": 4, "IP": 6},
    extras=(
        (Column("CPU", right=True, priority=5, quiet=True), _cpu),
        (Column("MEM", right=True, priority=5, quiet=True), _memory),
    ),
    place="containers",
)
