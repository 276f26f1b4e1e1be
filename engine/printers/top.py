"""The lines of ``kubectl top``; the numbers come in.

Follows kubectl's metrics printer: cores in millis, memory in whole MiB rounded down, parts of what is
allocatable in whole percent rounded down.
"""

from collections.abc import Sequence

from attrs import frozen

from engine.printers.table import render

_MEBIBYTE = 1 << 20
UNKNOWN = "<unknown>"


@frozen(kw_only=True)
class Usage:
    """What a pod, a container or a node uses; the allocatable amounts are a node's, None for a pod."""

    name: str
    namespace: str = ""
    pod: str = ""
    cpu_milli: int | None
    memory_bytes: int | None
    allocatable_cpu_milli: int | None = None
    allocatable_memory_bytes: int | None = None


def top_nodes(usages: Sequence[Usage]) -> list[str]:
    headers = ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")
    return render(headers, [node_cells(usage) for usage in usages])


def top_pods(usages: Sequence[Usage], *, with_namespace: bool = False, containers: bool = False) -> list[str]:
    """One row a pod, or with ``containers`` one a container, whose ``pod`` is then set."""
    headers = (
        *(("NAMESPACE",) if with_namespace else ()),
        *(("POD", "NAME") if containers else ("NAME",)),
        "CPU(cores)",
        "MEMORY(bytes)",
    )
    rows = [
        (
            *((usage.namespace,) if with_namespace else ()),
            *((usage.pod, usage.name) if containers else (usage.name,)),
            cores(usage.cpu_milli),
            mebibytes(usage.memory_bytes),
        )
        for usage in usages
    ]
    return render(headers, rows)


def node_cells(usage: Usage) -> tuple[str, ...]:
    """NAME, CPU(cores), CPU(%), MEMORY(bytes), MEMORY(%); all unknown for a node that reports nothing."""
    return (
        usage.name,
        cores(usage.cpu_milli),
        percent(usage.cpu_milli, usage.allocatable_cpu_milli),
        mebibytes(usage.memory_bytes),
        percent(usage.memory_bytes, usage.allocatable_memory_bytes),
    )


def cores(cpu_milli: int | None) -> str:
    """``250m``."""
    return UNKNOWN if cpu_milli is None else f"{cpu_milli}m"


def mebibytes(memory_bytes: int | None) -> str:
    """``64Mi``."""
    return UNKNOWN if memory_bytes is None else f"{memory_bytes // _MEBIBYTE}Mi"


def percent(part: int | None, whole: int | None) -> str:
    """``12%``, rounded down; ``0%`` of nothing."""
    if part is None or whole is None:
        return UNKNOWN
    return f"{part * 100 // whole if whole else 0}%"
