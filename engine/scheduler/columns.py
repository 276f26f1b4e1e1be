"""The nodes of a large cluster as columns of numbers, a row a node, for rules that look at all of them at once.

``follow`` brings the columns to any State and costs what differs: the chunks of two tables that are not shared.
Amounts are floats that hold whole numbers. Those are exact up to 2**53, and so is the floor of a quotient of two
of them that is at most 128 and has a divisor of at most 2**46; ``exact`` says whether every node is that small.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engine.kinds import Node
from engine.scheduler.facts import NodeFacts, node_facts
from engine.scheduler.scores import MOST, balance
from engine.store.requested import NOTHING_REQUESTED, Requested
from engine.store.sorted_map import SortedMap
from engine.store.state import Held, State, Table

if TYPE_CHECKING:
    from engine.scheduler.ranking import Ranking

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
V = TypeVar("V")

LARGEST = 2**46
"""Of anything counted; in bytes 64 TiB."""
REMEMBERED = 8_000_000
"""Numbers in all the vectors that a Memory keeps."""
_FEW_VALUES = 16
"""Of a label: up to that many, one vector each is summed up faster than one for all."""
_INFINITE = float("inf")


class Columns:
    """Not for two at a time: every decision writes over the scratch vectors."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._requested: Held = SortedMap()
        self.nodes = [node_facts(cast(Node, node)) for node in table.values()]
        self.row = {node.key: row for row, node in enumerate(self.nodes)}
        self.size = size = len(self.nodes)
        # Each of these has a row for cpu and a row for memory.
        self.capacity, self.share_of, self.free, self.scored_free, self.held = np.empty((5, 2, size))
        self.half, self.unbalanced = np.empty((2, size))
        self.full: Mask = np.empty(size, np.bool_)
        self.taints = Coded(size)
        self.with_ports: dict[int, Requested] = {}
        self.on_image: dict[str, dict[int, int]] = {}
        """Image -> row -> bytes."""
        self.fixed: Memory[Fixed] = Memory(size)
        self.image_points: Memory[Floats | None] = Memory(size)
        self.zeros, self.ones = np.zeros((2, size)), np.ones((2, size))
        self.scratch = np.empty((2, 2, size))
        self.masks = np.empty((2, size), np.bool_)
        self._held = [NOTHING_REQUESTED] * size
        self._behind: set[int] = set()
        self.stale: set[int] = set()
        """Rows where something has changed that pods bring along, since this was last emptied."""
        self.ranking: Ranking | None = None
        """The last that was made of these."""
        self._labels: dict[str, Coded] = {}
        self._others: dict[str, Floats] = {}
        self._too_large: set[int] = set()
        self._hold_too_much: set[int] = set()
        for row, node in enumerate(self.nodes):
            self._set_node(row, node, None)
            self.hold(row, NOTHING_REQUESTED)

    @property
    def exact(self) -> bool:
        return not self._too_large and not self._hold_too_much

    def follow(self, state: State) -> bool:
        """Makes these the columns of ``state``; False, and they are of no use, where that is not worth it."""
        table, requested = state.table("Node"), state.requested
        if table is not self._table:
            changes = list(table.changed_since(self._table))
            if any(node is None or (key[1],) not in self.row for key, node in changes):
                return False
            for key, node in changes:
                self._renew(self.row[(key[1],)], node_facts(cast(Node, node)))
            self._table = table
            if any(len(column.examples) > 2 * self.size for column in (self.taints, *self._labels.values())):
                return False
        if requested is not self._requested:
            for name, held in requested.changed_since(self._requested):
                row = self.row.get(name)
                if row is not None:
                    self.hold(row, held or NOTHING_REQUESTED)
            self._requested = requested
        return True

    def held_by(self, row: int) -> Requested:
        return self._held[row]

    def catch_up(self) -> None:
        """To be called before the vectors are looked at: until then only the nodes are known where pods changed."""
        for row in self._behind:
            self._count(row)
        self._behind.clear()

    def label(self, key: str) -> "Coded":
        """The values of a label, None where a node does not have it."""
        found = self._labels.get(key)
        if found is None:
            found = self._labels[key] = Coded(self.size)
            for row, node in enumerate(self.nodes):
                found.set(row, node.labels.get(key), node)
        return found

    def free_of(self, resource: str) -> Floats:
        """What is free of a resource that is neither cpu nor memory."""
        found = self._others.get(resource)
        if found is None:
            found = self._others[resource] = np.empty(self.size)
            for row, node in enumerate(self.nodes):
                found[row] = node.others.get(resource, 0) - self.held_by(row).others.get(resource, 0)
        return found

    def _renew(self, row: int, node: NodeFacts) -> None:
        before = self.nodes[row]
        if node is before:
            return
        self.nodes[row] = node
        self.ranking = None
        self._set_node(row, node, before)
        self.hold(row, self._held[row])

    def _set_node(self, row: int, node: NodeFacts, before: NodeFacts | None) -> None:
        cpu, memory = node.cpu_milli, node.memory_bytes
        (self._too_large.add if _is_large(cpu, memory, node.others) else self._too_large.discard)(row)
        both = bool(cpu and memory)
        # Of a resource that is not there every part is 0.
        self.capacity[0, row], self.capacity[1, row] = cpu or _INFINITE, memory or _INFINITE
        self.share_of[0, row], self.share_of[1, row] = (cpu, memory) if both else (_INFINITE, _INFINITE)
        self.half[row] = 0.5 if both else 1.0
        if before is None or before.labels != node.labels or _taints(before) != _taints(node):
            self.taints.set(row, _taints(node), node)
            for key, column in self._labels.items():
                column.set(row, node.labels.get(key), node)
            self.fixed.clear()
        old = {} if before is None else before.images
        if old != node.images:
            for image in old:
                del self.on_image[image][row]
                if not self.on_image[image]:
                    del self.on_image[image]
            for image, size_bytes in node.images.items():
                self.on_image.setdefault(image, {})[row] = size_bytes
            self.image_points.clear()

    def hold(self, row: int, held: Requested) -> None:
        self._held[row] = held
        self._behind.add(row)
        self.stale.add(row)
        if _is_large(held.scored_cpu_milli, held.scored_memory_bytes, held.others):
            self._hold_too_much.add(row)
        elif self._hold_too_much:
            self._hold_too_much.discard(row)

    def _count(self, row: int) -> None:
        node, held = self.nodes[row], self._held[row]
        cpu, memory = node.cpu_milli, node.memory_bytes
        self.held[0, row], self.held[1, row] = held.cpu_milli, held.memory_bytes
        self.free[0, row] = cpu - held.cpu_milli
        self.free[1, row] = memory - held.memory_bytes
        self.scored_free[0, row] = MOST * (cpu - held.scored_cpu_milli)
        self.scored_free[1, row] = MOST * (memory - held.scored_memory_bytes)
        # 50 + (50 + s - x) // 2 is the floor of s / 2 + (150 - x) / 2.
        self.unbalanced[row] = (MOST + MOST // 2 - balance(node, held.cpu_milli, held.memory_bytes)) / 2
        self.full[row] = held.pods >= node.pods
        for resource, free in self._others.items():
            free[row] = node.others.get(resource, 0) - held.others.get(resource, 0)
        if held.ports:
            self.with_ports[row] = held
        else:
            self.with_ports.pop(row, None)


def _is_large(cpu_milli: int, memory_bytes: int, others: Mapping[str, int]) -> bool:
    return cpu_milli > LARGEST or memory_bytes > LARGEST or (bool(others) and max(others.values()) > LARGEST)


class Coded:
    """A column of values as small numbers: ``codes`` says of each row which of the values it has."""

    def __init__(self, size: int) -> None:
        self.codes = np.zeros(size, np.intp)
        self.examples: list[NodeFacts] = []
        """A node with each value: what a rule says of it, it says of all that have the value."""
        self._code: dict[Hashable, int] = {}
        self._given: Mask | None = None
        self._members: Floats | None = None
        """A vector for each code, 1 where a row has it."""

    def set(self, row: int, value: Hashable, node: NodeFacts) -> None:
        code = self._code.get(value)
        if code is None:
            code = self._code[value] = len(self.examples)
            self.examples.append(node)
        self.codes[row] = code
        self._given = self._members = None

    @property
    def given(self) -> Mask | None:
        """The rows that have a value; None if all have."""
        if None not in self._code:
            return None
        if self._given is None:
            self._given = self.codes != self._code[None]
        return self._given

    @property
    def blank(self) -> list[int]:
        """The codes that stand for no value and for an empty one."""
        return [self._code[value] for value in (None, "") if value in self._code]

    def found(self, rows: Mask | None) -> Mask:
        """The codes that some of the rows have; None for all rows."""
        found = np.zeros(len(self.examples), np.bool_)
        found[self.codes if rows is None else self.codes[rows]] = True
        return found

    def sums(self, by_row: Floats, rows: Mask | None) -> Floats:
        """A sum for each code, over some of the rows; None for all rows."""
        if rows is not None:
            by_row = by_row * rows
        codes = len(self.examples)
        if codes > _FEW_VALUES:
            return np.bincount(self.codes, by_row, codes).astype(np.float64, copy=False)
        if self._members is None:
            self._members = np.equal.outer(np.arange(codes), self.codes).astype(np.float64)
        sums: Floats = self._members @ by_row
        return sums

    def where(self, holds: Callable[[NodeFacts], bool]) -> Mask:
        return np.array([holds(node) for node in self.examples], np.bool_)[self.codes]

    def counts(self, count: Callable[[NodeFacts], int]) -> Floats:
        return np.array([count(node) for node in self.examples], np.float64)[self.codes]

    def having(self, values: Iterable[Hashable]) -> Mask:
        """The rows with one of some values."""
        chosen = np.zeros(len(self.examples), np.bool_)
        chosen[[self._code[value] for value in values if value in self._code]] = True
        return chosen[self.codes]


class Memory(Generic[V]):
    """Vectors by what they follow from; forgets all of them when they grow too many."""

    def __init__(self, size: int) -> None:
        self._most = max(1, REMEMBERED // max(1, size))
        self._made: dict[Hashable, V] = {}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        if key not in self._made:
            if len(self._made) >= self._most:
                self._made.clear()
            self._made[key] = make()
        return self._made[key]

    def clear(self) -> None:
        self._made.clear()


@frozen(eq=False)
class Fixed:
    """What the node objects alone say of a pod; None where no node is out, and where none differs from another."""

    closed: Mask
    in_affinity: Mask | None
    tolerated: Mask | None
    soft: Floats | None
    preferred: Floats | None


def _taints(node: NodeFacts) -> Hashable:
    taints = (*node.hard_taints, *node.soft_taints)
    return node.unschedulable, tuple((taint.key, taint.value, taint.effect) for taint in taints)
