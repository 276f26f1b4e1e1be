"""How much of what the nodes can give is used, asked node by node: so many pods a second, however many there are.

What is shown follows from what each node said when it was last asked; until all were, from those that were.
"""

from engine.kinds import Node
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.usage import node_usage
from engine.store.state import State

_PODS_A_SECOND = 32
"""Some 2 ms where nobody has read them yet, which is most of what an idle console does; a round of 10,000 pods takes
five minutes.
"""
_ROUND_SECONDS = 5
_STRIDE = 16
"""Neighbours by name are alike: the first nodes asked should not all be of one pool."""

Figures = tuple[int, int, int, int]
"""Used and allocatable: cpu_milli, cpu_milli, memory_bytes, memory_bytes."""

Shares = tuple[float, float] | tuple[None, None]
"""Of CPU and memory: used of what can be given; nothing where nothing can."""


def share(figures: Figures) -> Shares:
    used_cpu, room_cpu, used_memory, room_memory = figures
    return (used_cpu / room_cpu, used_memory / room_memory) if room_cpu and room_memory else (None, None)


class Sample:
    """Kept from one look to the next."""

    def __init__(self) -> None:
        self._said: dict[str, Figures] = {}
        self._total: Figures = (0, 0, 0, 0)
        self._waiting: list[str] = []
        self._round_began = self._asked_at = -1
        self._owed = 0
        """Pods that were asked beyond what a second has: a node is asked as a whole."""

    def text(self, state: State, now: int) -> str:
        """``cpu 12%  mem 30%``; "" where no node gives anything."""
        self.shares(state, now)
        used_cpu, room_cpu, used_memory, room_memory = self._total
        if not room_cpu or not room_memory:
            return ""
        return f"cpu {used_cpu * 100 // room_cpu}%  mem {used_memory * 100 // room_memory}%"

    def shares(self, state: State, now: int) -> Shares:
        """Asks on when cluster time has changed."""
        if now != self._asked_at:
            self._asked_at = now
            self._ask(state, now)
        return share(self._total)

    def _ask(self, state: State, now: int) -> None:
        if not self._waiting and not 0 <= now - self._round_began < _ROUND_SECONDS:
            self._begin_round(state, now)
        self._owed = max(0, self._owed - _PODS_A_SECOND)
        while self._waiting and self._owed < _PODS_A_SECOND:
            name = self._waiting.pop()
            node = state.find(Node, name)
            self._hear(name, (0, 0, 0, 0) if node is None else figures_of(state, node, now))
            self._owed += 1 + state.requested_on(name).pods

    def _begin_round(self, state: State, now: int) -> None:
        self._round_began = now
        names = [node.metadata.name for node in state.all(Node)]
        self._waiting = [name for first in range(_STRIDE) for name in names[first::_STRIDE]]
        for name in self._said.keys() - set(self._waiting):
            self._hear(name, (0, 0, 0, 0))
            del self._said[name]

    def _hear(self, name: str, figures: Figures) -> None:
        before = self._said.get(name, (0, 0, 0, 0))
        total = (each + new - old for each, new, old in zip(self._total, figures, before, strict=True))
        used_cpu, room_cpu, used_memory, room_memory = total
        self._total = used_cpu, room_cpu, used_memory, room_memory
        self._said[name] = figures


def figures_of(state: State, node: Node, now: int) -> Figures:
    used, room = node_usage(state, node.metadata.name, now), node.status.allocatable
    return used.cpu_milli, cpu_milli(room.get("cpu", "0")), used.memory_bytes, whole(room.get("memory", "0"))
