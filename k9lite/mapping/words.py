"""A State -> its nodes in words, one after the other, for whoever reads line by line: nothing in it is a glyph.

    w1: Ready; cpu 12% requested, 3% used; memory 4% requested, 2% used;
        3 pods: 2 running, 1 failing; zone a
      default/broken-84ff958ccc-pxddb: failing
    no node: 1 pod
      default/big-0: pending

A pod has a line of its own where it is not simply running.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from textwrap import wrap
from types import MappingProxyType

from engine.kinds import Node, Pod, ref_of
from engine.store.state import State
from k9lite.mapping.figures import LEGEND, fill, letter, node_words
from k9lite.mapping.picture import Line, Picture, Piece, Target
from k9lite.widgets.safe import plain

_ZONE = "topology.kubernetes.io/zone"
_WORDS: Mapping[str, str] = MappingProxyType({glyph: words for glyph, _, words in LEGEND})
_MOST_WAITING = 120
_FURTHER_IN, _LEAST_CELLS = "    ", 20


def in_words(state: State, now: int, width: int) -> Picture:
    """Nodes by zone and name, then the pods that are on none; what is longer than ``width`` goes on further in."""
    lines: list[Line] = []
    targets: dict[str, Target] = {}
    told: dict[str, str] = {}

    def line(text: str, style: str, obj: Node | Pod | None = None) -> None:
        key, shown = "" if obj is None else obj.metadata.uid, plain(text)
        folded = wrap(shown, max(width, _LEAST_CELLS), subsequent_indent=_FURTHER_IN, drop_whitespace=True)
        folded[0] = shown[: len(shown) - len(shown.lstrip())] + folded[0].lstrip()
        if obj is not None:
            targets[key] = Target(key, ref_of(obj), len(lines), 0, len(folded[0]))
            told[key] = shown.strip()
        lines.extend((Piece(each, style, key),) for each in folded)

    zones = {node.metadata.name: node.metadata.labels.get(_ZONE, "") for node in state.all(Node)}
    for node in sorted(state.all(Node), key=lambda node: (zones[node.metadata.name], node.metadata.name)):
        pods = [(pod, *letter(pod, state, now)) for pod in state.pods_on(node.metadata.name)]
        states = Counter(_WORDS[glyph] for _, glyph, _ in pods)
        words, style = node_words(node, state, now)
        line(f"{node.metadata.name}: {'; '.join(_facts(node, words, states, state, now))}", style, node)
        for pod, glyph, meaning in pods:
            if glyph not in "R✓":
                line(f"  {pod.metadata.namespace}/{pod.metadata.name}: {_WORDS[glyph]}", meaning, pod)
    if state.unscheduled:
        line(f"no node: {_counted(len(state.unscheduled))}", "warn")
        for ref in islice(state.unscheduled.values(), _MOST_WAITING):
            if isinstance(waiting := state.get(ref), Pod):
                glyph, meaning = letter(waiting, state, now)
                line(f"  {ref.namespace}/{ref.name}: {_WORDS[glyph]}", meaning, waiting)
    return Picture(lines, targets, told=told)


def _facts(node: Node, words: str, states: Mapping[str, int], state: State, now: int) -> Iterator[str]:
    found = fill(node, state, now)
    yield words if "NotReady" in words else f"Ready {words}".rstrip()
    yield f"cpu {found.cpu_requested:.0%} requested, {found.cpu_used:.0%} used"
    yield f"memory {found.memory_requested:.0%} requested, {found.memory_used:.0%} used"
    counted = ", ".join(f"{states[each]} {each}" for each in _WORDS.values() if each in states)
    yield f"{_counted(sum(states.values()))}: {counted}" if counted else "no pods"
    if zone := node.metadata.labels.get(_ZONE, ""):
        yield f"zone {zone}"


def _counted(pods: int) -> str:
    return f"{pods} pod{'s'[: pods != 1]}"
