"""Why a pod fits on no node of a large cluster: the reasons counted for all nodes at once, with the same answers.

A node is counted by the first rule that rejects it, as ``standing`` would have it; the order is that of the rules.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from engine.scheduler.columns import Columns, Floats, Mask
from engine.scheduler.filters import INSUFFICIENT, PORTS, TOO_MANY_PODS, node_ports
from engine.scheduler.neighbour_vectors import kept_off
from engine.scheduler.standing import rejection
from engine.scheduler.vectors import fixed_of, rows_of, static_filters
from engine.scheduler.wanted import Wanted


class Reasons:
    """``left`` are the rows that nothing has rejected yet, ``hopeful`` those that preemption might help."""

    def __init__(self, size: int) -> None:
        self.counts: Counter[str] = Counter()
        self.left: Mask = np.ones(size, np.bool_)
        self.hopeful: Mask = np.zeros(size, np.bool_)

    def reject(self, reason: str, rows: Mask, *, helped: bool) -> None:
        rows = rows & self.left
        self.counts[reason] += int(np.count_nonzero(rows))
        self.left &= ~rows
        if helped:
            self.hopeful |= rows


def reasons_of(columns: Columns, wanted: Wanted) -> Reasons:
    """Of a pod that fits nowhere."""
    columns.catch_up()
    found = Reasons(columns.size)
    for reason, passes in static_filters(columns, wanted.pod):
        found.reject(reason, ~passes, helped=False)
    _reject_reserved(columns, wanted, found)
    if wanted.pod.ports:
        found.reject(PORTS, _without_ports(columns, wanted), helped=True)
    _reject_full(columns, wanted, found)
    for row in rows_of(columns, wanted.out_of_reach):
        if found.left[row]:
            found.counts.update(wanted.out_of_reach[columns.nodes[row].name].reasons)
            found.left[row] = False
    if wanted.neighbours is not None:
        for reason, helped, rows in kept_off(columns, fixed_of(columns, wanted.pod), wanted.neighbours):
            found.reject(reason, rows, helped=helped)
    assert not found.left.any(), "a node fits"
    return found


def _reject_reserved(columns: Columns, wanted: Wanted, found: Reasons) -> None:
    """The few nodes where room is kept for others, one by one."""
    for name in wanted.reserved:
        row = columns.row.get((name,))
        if row is None or not found.left[row]:
            continue
        rejected = rejection(wanted, None, columns.nodes[row], columns.held_by(row))
        if rejected is not None:
            found.counts.update(rejected.reasons)
            found.left[row] = False
            found.hopeful[row] = rejected.helped_by_preemption


def _without_ports(columns: Columns, wanted: Wanted) -> Mask:
    rows = np.zeros(columns.size, np.bool_)
    for row, held in columns.with_ports.items():
        rows[row] = node_ports(wanted.pod, columns.nodes[row], held) is not None
    return rows


def _reject_full(columns: Columns, wanted: Wanted, found: Reasons) -> None:
    """As node_resources_fit: each resource that does not suffice is a reason of its own."""
    rejected = columns.full & found.left
    found.counts[TOO_MANY_PODS] += int(np.count_nonzero(rejected))
    hopeless = np.zeros(columns.size, np.bool_)
    for resource, amount, free, allocatable in _amounts(columns, wanted):
        lacking = (free < amount) & found.left
        found.counts[f"{INSUFFICIENT} {resource}"] += int(np.count_nonzero(lacking))
        hopeless |= lacking & (allocatable < amount)
        rejected |= lacking
    found.left &= ~rejected
    found.hopeful |= rejected & ~hopeless


def _amounts(columns: Columns, wanted: Wanted) -> Iterator[tuple[str, int, Floats, Floats]]:
    """Resource, what is wanted of it, what is free, and what there is; no resource of which nothing is wanted."""
    pod = wanted.pod
    for row, (resource, amount) in enumerate((("cpu", pod.cpu_milli), ("memory", pod.memory_bytes))):
        if amount:
            yield resource, amount, columns.free[row], columns.free[row] + columns.held[row]
    for resource, amount in pod.others:
        there = np.array([node.others.get(resource, 0) for node in columns.nodes], np.float64)
        yield resource, amount, columns.free_of(resource), there
