"""A State -> the picture of its nodes, by zone and pool: boxes while there is room for them, else a heat map."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from attrs import evolve

from engine.kinds import Node, Pod, Ref, ref_of
from engine.store.state import State
from k9lite.mapping.figures import LEGEND, fill, fill_style, letter, node_words, requested
from k9lite.mapping.picture import Line, Picture, Piece, Target, fitted, width_of
from k9lite.mapping.slots import Slots

_ZONE, _POOL = "topology.kubernetes.io/zone", "k9lite.dev/node-pool"
_BOX_CELLS, _GAP = 28, 1
_LEAST_BOX_LINES = 5
_BAR_CELLS = 8
_AIRY_LINES = 2
"""Pods stand apart from each other where they need no more lines than these."""
MOST_BOXES = 120
"""Of more nodes than these a box each is more than anyone looks through."""
_SHADES = "·░▒▓█"
_HEAT_CELLS = 2
_NOWHERE = "no node"


class _Block:
    """Lines as wide as they are asked to be, and the objects' places on them."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[Line] = []
        self.targets: dict[str, Target] = {}

    def line(self, *pieces: Piece) -> None:
        self.lines.append(pieces)

    def target(self, key: str, ref: Ref, x: int, width: int) -> None:
        """On the line that comes next."""
        self.targets[key] = Target(key, ref, len(self.lines), x, width)

    def paste(self, blocks: Sequence["_Block"]) -> None:
        """Below what there is, side by side; the lower ones are filled up."""
        top, height = len(self.lines), max(len(block.lines) for block in blocks)
        rows: list[list[Piece]] = [[] for _ in range(height)]
        x = 0
        for block in blocks:
            for key, each in block.targets.items():
                self.targets[key] = evolve(each, line=top + each.line, x=x + each.x)
            for number, row in enumerate(rows):
                line = block.lines[number] if number < len(block.lines) else ()
                row += [*line, Piece(" " * (block.width + _GAP - width_of(line)))]
            x += block.width + _GAP
        self.lines += [tuple(row) for row in rows]


def draw(
    state: State, now: int, width: int, slots: Slots, *, heat: bool | None = None, part: range | None = None
) -> Picture:
    """``width`` cells wide. ``heat`` chooses; None leaves it to the number of nodes.

    ``part`` are the places of those nodes, of all of them in order, that get a box.
    """
    canvas = _Block(width)
    nodes = in_order(state)
    as_heat = is_heat(state, heat)
    slots.begin(now)
    if part is not None and not as_heat:
        text = f"nodes {part.start + 1:,} to {part.stop:,} of {len(nodes):,}: up and down lead on, z shows all"
        canvas.line(Piece(fitted(text, width).rstrip(), "dim"))
        nodes = nodes[part.start : part.stop]
    groups = [list(group) for _, group in groupby(nodes, key=lambda node: (_zone(node), _pool(node)))]
    if as_heat:
        for group in groups:
            canvas.line(Piece(_heading(group, state, width), "accent"))
            _heat(canvas, group, state, width)
    else:
        for shelf in _shelves([_group(group, state, now, width, slots) for group in groups], width):
            canvas.paste(shelf)
    waiting = list(_waiting(state))
    if waiting:
        _nowhere(canvas, waiting, state, now, width)
    canvas.line(*_legend(heat=as_heat))
    return Picture(canvas.lines, canvas.targets)


def in_order(state: State) -> list[Node]:
    """By zone, pool and name."""
    return sorted(state.all(Node), key=lambda node: (_zone(node), _pool(node), node.metadata.name))


def is_heat(state: State, chosen: bool | None) -> bool:
    return state.count(Node.kind) > MOST_BOXES if chosen is None else chosen


def part_at(state: State, place: int, width: int, height: int) -> range | None:
    """As many boxes from ``place`` on as a screen of so many lines has room for; None where all may have one."""
    count = state.count(Node.kind)
    if count <= MOST_BOXES:
        return None
    across = max(1, (width + _GAP) // (_BOX_CELLS + _GAP))
    most = across * max(1, height // _LEAST_BOX_LINES)
    first = max(0, min(place, count - most))
    return range(first, min(count, first + most))


def _heading(nodes: Sequence[Node], state: State, width: int) -> str:
    names = "/".join(name for name in (_zone(nodes[0]), _pool(nodes[0])) if name) or "no zone"
    pods = sum(state.requested_on(node.metadata.name).pods for node in nodes)
    return fitted(f"{names}  {pods} pods", width).rstrip()


# Boxes


def _shelves(blocks: Sequence[_Block], width: int) -> Iterator[list[_Block]]:
    """In their order, as many beside each other as there is room for."""
    shelf: list[_Block] = []
    for block in blocks:
        if shelf and sum(each.width + _GAP for each in shelf) + block.width > width:
            yield shelf
            shelf = []
        shelf.append(block)
    if shelf:
        yield shelf


def _group(nodes: Sequence[Node], state: State, now: int, width: int, slots: Slots) -> _Block:
    across = min(len(nodes), max(1, (width + _GAP) // (_BOX_CELLS + _GAP)))
    box_width = min(_BOX_CELLS, max(12, width))
    block = _Block(across * (box_width + _GAP) - _GAP)
    block.line(Piece(_heading(nodes, state, block.width), "accent"))
    for first in range(0, len(nodes), across):
        block.paste([_box(node, state, now, box_width, slots) for node in nodes[first : first + across]])
    return block


def _box(node: Node, state: State, now: int, width: int, slots: Slots) -> _Block:
    box, inner = _Block(width), width - 2
    uid, name = node.metadata.uid, node.metadata.name
    words, style = node_words(node, state, now)
    edge = "" if style == "ok" else style
    title = fitted(f" {name} ", min(inner - 2, len(name) + 2))
    box.target(uid, ref_of(node), 2, len(title))
    box.line(Piece("╭─", edge), Piece(title, style, uid), Piece("─" * (inner - 1 - len(title)) + "╮", edge))
    found = fill(node, state, now)
    box.line(*_framed(_bar("cpu", found.cpu_requested, found.cpu_used), inner, edge))
    box.line(*_framed(_bar("mem", found.memory_requested, found.memory_used), inner, edge))
    pods = sorted(state.pods_on(name), key=lambda pod: (pod.metadata.creation_timestamp or 0, pod.metadata.uid))
    places = slots.places(uid, pods, now)
    apart = " " if 2 * len(places) <= _AIRY_LINES * inner else ""
    row: list[Piece] = []
    for pod, is_new in places:
        if width_of(row) + 1 + len(apart) > inner:
            box.line(*_framed(row, inner, edge))
            row = []
        if pod is None:
            row.append(Piece(f"{'·' if is_new else ' '}{apart}", "dim"))
            continue
        glyph, meaning = letter(pod, state, now)
        box.target(pod.metadata.uid, ref_of(pod), 1 + width_of(row), 1)
        row += (Piece(glyph, "changed" if is_new else meaning, pod.metadata.uid), Piece(apart))
    box.line(*_framed(row, inner, edge))
    foot = fitted(f" {words} ", min(inner - 1, len(words) + 2)) if words else ""
    box.line(Piece("╰─", edge), Piece(foot, style), Piece("─" * (inner - 1 - len(foot)) + "╯", edge))
    return box


def _framed(pieces: Sequence[Piece], inner: int, edge: str) -> Line:
    return (Piece("│", edge), *pieces, Piece(" " * (inner - width_of(pieces)) + "│", edge))


def _bar(what: str, asked: float, used: float) -> Sequence[Piece]:
    """``cpu ▓▓▓▓░░░░  45% used 12%``: the bar is what is requested, for that is what fills a node."""
    full = min(_BAR_CELLS, round(asked * _BAR_CELLS))
    return (
        Piece(f"{what} "),
        Piece("▓" * full, fill_style(asked)),
        Piece("░" * (_BAR_CELLS - full), "dim"),
        Piece(f"{asked:4.0%} "),
        Piece(f"used{used:4.0%}", fill_style(used)),
    )


# Heat


def _heat(canvas: _Block, nodes: Sequence[Node], state: State, width: int) -> None:
    """Two cells a node: how full it is by request, and a letter where something is the matter."""
    across = max(1, width // _HEAT_CELLS)
    for first in range(0, len(nodes), across):
        row = []
        for at, node in enumerate(nodes[first : first + across]):
            uid, part = node.metadata.uid, max(requested(node, state))
            mark, style = _mark(node, part)
            canvas.target(uid, ref_of(node), at * _HEAT_CELLS, _HEAT_CELLS)
            row.append(Piece(_SHADES[min(len(_SHADES) - 1, int(part * len(_SHADES)))] + mark, style, uid))
        canvas.line(*row)


def _mark(node: Node, part: float) -> tuple[str, str]:
    ready = any(each.type == "Ready" and each.status == "True" for each in node.status.conditions)
    if not ready:
        return "!", "bad"
    return ("c", "dim") if node.spec.unschedulable else (" ", fill_style(part))


# What is on no node, and what the letters mean


def _waiting(state: State) -> Iterator[Pod]:
    for ref in islice(state.unscheduled.values(), MOST_BOXES):
        pod = state.get(ref)
        if isinstance(pod, Pod):
            yield pod


def _nowhere(canvas: _Block, pods: Sequence[Pod], state: State, now: int, width: int) -> None:
    canvas.line(Piece(f"{_NOWHERE}  pods {len(state.unscheduled)}", "warn"))
    for first in range(0, len(pods), width):
        row = []
        for x, pod in enumerate(pods[first : first + width]):
            uid = pod.metadata.uid
            canvas.target(uid, ref_of(pod), x, 1)
            glyph, meaning = letter(pod, state, now)
            row.append(Piece(glyph, meaning, uid))
        canvas.line(*row)


def _legend(*, heat: bool) -> Iterator[Piece]:
    if heat:
        yield Piece(f"{_SHADES} requested   ! not ready   c cordoned", "dim")
        return
    for glyph, meaning, words in LEGEND:
        yield Piece(glyph, meaning)
        yield Piece(f" {words}  ", "dim")


def _zone(node: Node) -> str:
    return node.metadata.labels.get(_ZONE, "")


def _pool(node: Node) -> str:
    return node.metadata.labels.get(_POOL, "")
