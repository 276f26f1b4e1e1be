"""What a map says of a node and of a pod: how full it is, how it is doing, in a letter and a meaning."""

from attrs import frozen

from engine.kinds import Node, Pod, is_true
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.usage import node_usage
from engine.printers.health import health
from engine.store.state import State

STYLES = {"ok": "ok", "warn": "warn", "bad": "bad", "done": "dim", "dim": "dim"}
_HIGH, _FULL = 0.7, 0.9

LEGEND = (
    ("R", "ok", "running"), ("r", "warn", "not ready"), ("C", "warn", "being made"), ("P", "warn", "pending"),
    ("!", "bad", "failing"), ("T", "dim", "ending"), ("✓", "dim", "done"), ("·", "dim", "just left"),
)  # fmt: skip
"""Letter, meaning, words: a letter says what its colour says."""


@frozen
class Fill:
    """Of cpu and memory: which part is requested, and which is used."""

    cpu_requested: float
    cpu_used: float
    memory_requested: float
    memory_used: float

    @property
    def requested(self) -> float:
        """Of what is scarcer."""
        return max(self.cpu_requested, self.memory_requested)


def requested(node: Node, state: State) -> tuple[float, float]:
    """Parts of cpu and memory; found without looking at a pod."""
    room, asked = node.status.allocatable, state.requested_on(node.metadata.name)
    return (
        _part(asked.cpu_milli, cpu_milli(room.get("cpu", "0"))),
        _part(asked.memory_bytes, whole(room.get("memory", "0"))),
    )


def fill(node: Node, state: State, now: int) -> Fill:
    room, used = node.status.allocatable, node_usage(state, node.metadata.name, now)
    cpu, memory = requested(node, state)
    return Fill(
        cpu,
        _part(used.cpu_milli, cpu_milli(room.get("cpu", "0"))),
        memory,
        _part(used.memory_bytes, whole(room.get("memory", "0"))),
    )


def fill_style(part: float) -> str:
    return "bad" if part >= _FULL else "warn" if part >= _HIGH else "ok"


def letter(pod: Pod, state: State, now: int) -> tuple[str, str]:
    """The letter of a pod's cell, and what it means; LEGEND has them all."""
    found = health(pod, state, now)
    if pod.metadata.deletion_timestamp is not None:
        return "T", "dim"
    if not pod.spec.node_name and pod.active:
        return "P", STYLES[found.level]
    if found.level == "bad":
        return "!", "bad"
    match pod.status.phase:
        case "Succeeded":
            return "✓", "dim"
        case "Failed":
            return "!", "bad"
        case "Pending":
            return "C", "warn"
    return ("R", "ok") if is_true(pod.status.conditions, "Ready") else ("r", "warn")


def node_words(node: Node, state: State, now: int) -> tuple[str, str]:
    """What is not as it should be with a node, in a few words, and what that means; "" where all is well."""
    words = []
    if not is_true(node.status.conditions, "Ready"):
        words.append("NotReady")
    words += [each.type for each in node.status.conditions if each.type.endswith("Pressure") and each.status == "True"]
    if node.spec.unschedulable:
        words.append("cordoned")
    words += [
        taint.key.rpartition("/")[2] for taint in node.spec.taints if not taint.key.startswith("node.kubernetes.io/")
    ]
    return " ".join(words), STYLES[health(node, state, now).level]


def _part(amount: int, room: int) -> float:
    return amount / room if room else 0.0
