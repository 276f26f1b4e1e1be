"""The rules of ``filters`` and ``scores`` asked of all nodes of a large cluster at once, with the same answers.

That is some thirty operations on vectors for a template: a few ns for each of the nodes. Rules that
read the node objects alone are asked once per distinct value they read (a label's values, the sets of taints) and
remembered. Every number is the very one the plain rules compute, in the same order of roundings.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from engine.kinds import NodeSelectorTerm, Requirement
from engine.scheduler.columns import LARGEST, Columns, Fixed, Floats, Mask
from engine.scheduler.facts import PodFacts
from engine.scheduler.filters import (
    AFFINITY,
    NODE_NAME,
    NOT_NAMED,
    TAINTS,
    UNSCHEDULABLE,
    field_matches,
    node_ports,
    node_unschedulable,
    taint_toleration,
)
from engine.scheduler.neighbour_rules import AFFINITY_WEIGHT
from engine.scheduler.neighbour_vectors import affinity_points
from engine.scheduler.neighbours import Neighbours
from engine.scheduler.population import Population
from engine.scheduler.scores import IMAGE_LEAST_BYTES, IMAGE_MOST_BYTES, MOST, STATIC_SCORES, untolerated
from engine.scheduler.wanted import Wanted
from engine.store.state import State

_TAINT_WEIGHT, _AFFINITY_WEIGHT, _ = (score.weight for score in STATIC_SCORES)


def is_exact(columns: Columns, wanted: Wanted) -> bool:
    return columns.exact and wanted.pod.largest <= LARGEST


def columns_of(state: State, population: Population) -> Columns:
    """The columns of a State; its ``population`` keeps them, and counts by their rows."""
    columns = population.columns
    if columns is None or not columns.follow(state):
        columns = population.columns = Columns(state.table("Node"))
        columns.follow(state)
    population.settle(columns.row, columns.stale)
    return columns


def relative_points(columns: Columns, fixed: Fixed, neighbours: Neighbours | None, fits: Mask | None) -> Floats | None:
    """Those but for spread that depend on which other nodes fit (None: all do); None where all fare alike."""
    parts = []
    if fixed.soft is not None and (most := _most(fixed.soft, fits)):
        parts.append(-_TAINT_WEIGHT * np.floor(MOST * fixed.soft / most))
    if fixed.preferred is not None and (most := _most(fixed.preferred, fits)):
        parts.append(_AFFINITY_WEIGHT * np.floor(MOST * fixed.preferred / most))
    if neighbours is not None and (felt := affinity_points(columns, neighbours, fits)) is not None:
        parts.append(AFFINITY_WEIGHT * felt)
    return np.add.reduce(parts) if parts else None


def _most(counts: Floats, fits: Mask | None) -> float:
    return float(counts.max() if fits is None else counts.max(where=fits, initial=0))


def closed(columns: Columns, pod: PodFacts, always: Mask) -> Mask:
    """The rows of nodes where the pod has no room whatever its volumes and its neighbours are, in a scratch mask."""
    found: Mask
    found, lacking = columns.masks
    free_cpu, free_memory = columns.free
    np.logical_or(always, columns.full, out=found)
    if pod.cpu_milli:
        np.logical_or(found, np.less(free_cpu, pod.cpu_milli, out=lacking), out=found)
    if pod.memory_bytes:
        np.logical_or(found, np.less(free_memory, pod.memory_bytes, out=lacking), out=found)
    for resource, amount in pod.others:
        np.logical_or(found, np.less(columns.free_of(resource), amount, out=lacking), out=found)
    if pod.ports:
        for row, held in columns.with_ports.items():
            if node_ports(pod, columns.nodes[row], held) is not None:
                found[row] = True
    return found


def rows_of(columns: Columns, names: Iterable[str]) -> list[int]:
    return [columns.row[name,] for name in names if (name,) in columns.row]


def dynamic_points(columns: Columns, pod: PodFacts) -> Floats:
    """least_allocated and balanced_allocation of each row, in a scratch vector."""
    parts, shares = columns.scratch
    np.subtract(columns.scored_free, ((MOST * pod.scored_cpu_milli,), (MOST * pod.scored_memory_bytes,)), out=parts)
    parts /= columns.capacity
    np.floor(parts, out=parts)
    np.maximum(parts, columns.zeros, out=parts)
    totals: Floats = parts[0]
    totals += parts[1]
    totals *= columns.half
    np.floor(totals, out=totals)
    if not pod.cpu_milli and not pod.memory_bytes:
        return totals
    np.add(columns.held, ((pod.cpu_milli,), (pod.memory_bytes,)), out=shares)
    shares /= columns.share_of
    np.minimum(shares, columns.ones, out=shares)
    points = shares[0]
    points -= shares[1]
    np.abs(points, out=points)
    points *= 0.5
    np.subtract(1, points, out=points)
    points *= MOST
    np.floor(points, out=points)
    points *= 0.5
    points += columns.unbalanced
    totals += np.floor(points, out=points)
    return totals


def image_points(columns: Columns, pod: PodFacts) -> Floats | None:
    """image_locality of each row; None where it is 0 for all."""
    return columns.image_points.get((pod.images, pod.container_count), lambda: _images(columns, pod))


def fixed_of(columns: Columns, pod: PodFacts) -> Fixed:
    return columns.fixed.get(pod.placement, lambda: _fixed(columns, pod))


def _fixed(columns: Columns, pod: PodFacts) -> Fixed:
    open_ = np.logical_and.reduce([passes for _, passes in static_filters(columns, pod)])
    soft = columns.taints.counts(lambda node: untolerated(pod, node))
    preferred = np.zeros(columns.size)
    for each in pod.preferred:
        preferred += each.weight * _term(columns, each.preference)
    tolerated = columns.taints.where(lambda node: taint_toleration(pod, node))
    in_affinity = [passes for reason, passes in static_filters(columns, pod) if reason == AFFINITY]
    return Fixed(
        closed=~open_,
        in_affinity=in_affinity[0] if in_affinity else None,
        tolerated=None if tolerated.all() else tolerated,
        soft=soft if soft.any() else None,
        preferred=preferred if preferred.any() else None,
    )


def static_filters(columns: Columns, pod: PodFacts) -> Iterator[tuple[str, Mask]]:
    """The reason of each, with the rows that pass, in the order in which they are asked."""
    if pod.only_on is not None:
        yield NOT_NAMED, _named(columns, pod.only_on)
    yield UNSCHEDULABLE, columns.taints.where(lambda node: node_unschedulable(pod, node))
    if pod.node_name:
        yield NODE_NAME, _named(columns, (pod.node_name,))
    yield TAINTS, columns.taints.where(lambda node: taint_toleration(pod, node))
    rows = [columns.label(key).having([value]) for key, value in pod.node_selector.items()]
    if pod.required is not None:
        rows.append(np.logical_or.reduce([_term(columns, term) for term in pod.required.node_selector_terms]))
    if rows:
        yield AFFINITY, np.logical_and.reduce(rows)


def _term(columns: Columns, term: NodeSelectorTerm) -> Mask:
    """A term without requirements matches no node."""
    rows = [_expression(columns, each) for each in term.match_expressions]
    rows += [_field(columns, each) for each in term.match_fields]
    return np.logical_and.reduce(rows) if rows else np.zeros(columns.size, np.bool_)


def _expression(columns: Columns, requirement: Requirement) -> Mask:
    label = columns.label(requirement.key)
    if requirement.operator == "In":
        return label.having(requirement.values)
    return label.where(lambda node: requirement.matches(node.labels))


def _field(columns: Columns, field: Requirement) -> Mask:
    return np.array([field_matches(field, node) for node in columns.nodes], np.bool_)


def _named(columns: Columns, names: Iterable[str]) -> Mask:
    rows = np.zeros(columns.size, np.bool_)
    rows[rows_of(columns, names)] = True
    return rows


def _images(columns: Columns, pod: PodFacts) -> Floats | None:
    there = [columns.on_image[image] for image in pod.images if image in columns.on_image]
    if not there:
        return None
    total_bytes = np.zeros(columns.size)
    for sizes in there:
        rows = np.fromiter(sizes.keys(), np.intp, len(sizes))
        total_bytes[rows] += np.floor(np.fromiter(sizes.values(), np.float64, len(sizes)) * (len(sizes) / columns.size))
    most = IMAGE_MOST_BYTES * pod.container_count
    over = np.clip(total_bytes, IMAGE_LEAST_BYTES, most) - IMAGE_LEAST_BYTES
    return np.floor(MOST * over / (most - IMAGE_LEAST_BYTES))
