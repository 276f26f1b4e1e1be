"""Xray: an object, or all of a kind, with everything below it as a tree; what is not well is unfolded by itself."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.screen import Screen

from engine.kinds import KINDS, Pod, Ref
from engine.printers.parts.levels import Health
from engine.serving import kind_meant
from k9lite.at_hand import object_meant
from k9lite.place import Here, Onward
from k9lite.resources.listed import LEVEL_STYLES
from k9lite.screens.rows import Line, RowKey, RowsScreen
from k9lite.tracing.below import Branch, below, branch_of, missing, roots
from k9lite.viewing import state_of
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("", min_width=1),
    Column("TREE", max_width=120),
    Column("NAMESPACE", priority=2, max_width=24),
    Column("WHY", flexible=True, max_width=160, priority=1),
)
_STEPS = 3
"""So many levels of one object are unfolded at first, well or not."""
_DEEPEST, _MOST_LINES = 12, 5000


def opened(here: Here, rest: str) -> Screen[Onward]:
    words = rest.split()
    kind = kind_meant(here.client.state, words[0]) if words and "/" not in words[0] else None
    if kind is not None and (len(words) == 1 or _is_namespace(here, words[1:])):
        namespace = words[1] if len(words) > 1 else here.namespace
        tree = _Tree(here, partial(_all_of, here, kind.name, namespace), steps=0)
        title = f"xray {kind.plural}({namespace or 'all'})"
    else:
        ref = object_meant(here, rest)
        tree = _Tree(here, partial(_one, here, ref), steps=_STEPS)
        title = f"xray {KINDS[ref.kind].singular}/{ref.name}"
    keys = (
        RowKey(name="xray.fold", act=lambda line: tree.toggle(line.key)),
        RowKey(name="xray.leftwards", act=lambda line: move(tree.leftwards, line), above_all=True),
        RowKey(name="xray.rightwards", act=lambda line: move(tree.rightwards, line), above_all=True),
        RowKey(name="xray.unfold_all", act=lambda _line: tree.unfold_all()),
    )
    screen = RowsScreen(
        here, title, _COLUMNS, lambda: list(tree.lines()), keys=keys, empty_text="there is none of them here"
    )

    def move(goes: Callable[[str], str], line: Line) -> None:
        to = goes(line.key)
        screen.list_again()
        screen.table.move_to(to)

    tree.changed = screen.list_again
    return screen


def _is_namespace(here: Here, words: list[str]) -> bool:
    """``xray deploy shop`` is a namespace's, unless an object is called so."""
    return len(words) == 1 and here.client.state.get(Ref("Namespace", "", words[0])) is not None


def _one(here: Here, ref: Ref) -> list[Branch]:
    state = state_of(here.client)
    obj = state.get(ref)
    return [missing(ref) if obj is None else branch_of(obj, state, here.client.now)]


def _all_of(here: Here, kind: str, namespace: str) -> list[Branch]:
    return list(roots(state_of(here.client), here.client.now, kind, namespace))


class _Tree:
    """Which branches were folded or unfolded by hand, by their way from the root; the rest follows from the State."""

    def __init__(self, here: Here, tops: Callable[[], list[Branch]], *, steps: int) -> None:
        self._here, self._tops, self._steps = here, tops, steps
        self._by_hand: dict[str, bool] = {}
        self._open: dict[str, bool] = {}
        """Of those that have anything below them."""
        self._depths: dict[str, int] = {}
        self._whole = False
        self._state = here.client.state
        self.changed: Callable[[], None] = lambda: None

    def lines(self) -> Iterator[Line]:
        self._open, self._depths = {}, {}
        self._state = state_of(self._here.client)
        for branch in self._tops():
            yield from self._shown(branch, branch.name, "", "", 0)
            if len(self._depths) > _MOST_LINES:
                more = Branch(name="more", label=f"… more than {_MOST_LINES:,} lines: fold some", level="dim")
                yield Line(key="more", cells=partial(_cells, more, more.label))
                return

    def toggle(self, key: str) -> None:
        if key in self._open:
            self._by_hand[key] = not self._open[key]
            self.changed()

    def unfold_all(self) -> None:
        """As far as it goes; or back to what is unfolded by itself."""
        self._whole = not self._whole
        self._by_hand = {}
        self.changed()

    def leftwards(self, key: str) -> str:
        """Folds it, or goes to the branch it is on."""
        if self._open.get(key):
            self._by_hand[key] = False
            return key
        return key.rpartition(" ")[0] or key

    def rightwards(self, key: str) -> str:
        """Unfolds it, or goes to what is first below it."""
        if self._open.get(key):
            keys = list(self._depths)
            return keys[min(keys.index(key) + 1, len(keys) - 1)]
        if key in self._open:
            self._by_hand[key] = True
        return key

    def _shown(self, branch: Branch, key: str, before: str, indent: str, depth: int) -> Iterator[Line]:
        self._depths[key] = depth
        foldable = not branch.leaf and depth < _DEEPEST
        is_open = foldable and self._is_open(branch, key, depth)
        found = self._below(branch) if is_open else []
        if foldable and (found or not is_open):
            self._open[key] = is_open
        text = self._text(branch, key, before, depth, is_open=is_open)
        yield Line(key=key, cells=partial(_cells, branch, text), ref=branch.of or branch.ref)
        if is_open:
            for number, each in enumerate(found, 1):
                last = number == len(found)
                stem, more = ("└─ ", "   ") if last else ("├─ ", "│  ")
                yield from self._shown(each, f"{key} {each.name}", indent + stem, indent + more, depth + 1)

    def _text(self, branch: Branch, key: str, before: str, depth: int, *, is_open: bool) -> str:
        """In the linear mode words say what stems and arrows show."""
        if self._here.operator.settings.linear:
            folded = "" if key not in self._open else ", unfolded" if is_open else ", folded"
            return f"{'  ' * depth}{branch.label}, level {depth + 1}{folded}"
        mark = "" if key not in self._open else "▾ " if is_open else "▸ "
        return f"{before}{mark}{branch.label}"

    def _below(self, branch: Branch) -> list[Branch]:
        obj = None if branch.ref is None else self._state.get(branch.ref)
        return [] if obj is None else list(below(obj, self._state, self._here.client.now))

    def _is_open(self, branch: Branch, key: str, depth: int) -> bool:
        by_itself = branch.troubled or (depth < self._steps and (depth == 0 or not _is_pod(branch)))
        return self._by_hand.get(key, by_itself or (self._whole and depth < _STEPS + 1))


def _is_pod(branch: Branch) -> bool:
    return branch.ref is not None and branch.ref.kind == Pod.kind


def _cells(branch: Branch, text: str) -> tuple[Cell, ...]:
    style = LEVEL_STYLES[branch.level]
    glyph = "" if branch.name == "more" else Health(branch.level).glyph
    where = "" if branch.ref is None else branch.ref.namespace
    shown = Cell(text, style if branch.troubled else "")
    return Cell(glyph, style), shown, Cell(where, "dim"), Cell(branch.reason, style)
