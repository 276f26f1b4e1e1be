"""Why: the causes of what is wrong with the selected object; Enter on a line leads on to the object it names."""

from collections.abc import Callable, Iterator
from functools import partial
from textwrap import wrap

from textual.screen import Screen

from engine.errors import UsageError
from engine.kinds import Ref
from engine.serving import kind_meant
from k9lite.client import Client
from k9lite.place import Here, Onward
from k9lite.screens.rows import Line, RowKey, RowsScreen
from k9lite.viewing import state_of
from k9lite.why import causes
from k9lite.why.cause import Cause
from k9lite.widgets.columns import Cell, Column

_STYLES = {"ok": "ok", "warn": "warn", "bad": "bad", "done": "dim", "dim": "dim"}
_GLYPHS = {"ok": "●", "warn": "▲", "bad": "✗", "done": "✓", "dim": "·"}
_COLUMNS = (Column("", min_width=1), Column("WHY", flexible=True, max_width=300))
_BESIDE = 9
"""Cells of the frame, the cursor, the glyph and what keeps them apart."""
_NARROWEST = 20
_SAME_END = 40
"""Of two lines that end so alike the further one is written out."""


def opened(here: Here, rest: str) -> Screen[Onward]:
    ref = _meant(here, rest)
    title = f"why {ref.kind.lower()}/{ref.name}"
    look = RowKey(name="why.further", act=lambda line: _further(here, line, screen.leave))
    screen = RowsScreen(
        here, title, _COLUMNS, lambda: _lines(here.client, ref, screen.app.size.width - _BESIDE), keys=[look]
    )
    return screen


def _meant(here: Here, rest: str) -> Ref:
    """The object that was typed (``why pod web-1``, ``why svc/cart``), or else the selected one."""
    words = rest.replace("/", " ").split()
    if not words:
        if not here.refs:
            raise UsageError("nothing is selected: move the cursor to a row first")
        return here.refs[0]
    kind = kind_meant(here.client.state, words[0])
    if kind is None or len(words) != 2:
        raise UsageError("why KIND NAME: the kind and the name of one object")
    named = [obj for obj in here.client.state.objects(kind.name) if obj.metadata.name == words[1]]
    near = [obj for obj in named if obj.metadata.namespace == here.namespace] or named
    if not near:
        raise UsageError(f'{kind.resource} "{words[1]}" not found')
    return Ref(kind.name, near[0].metadata.namespace, words[1])


def _lines(client: Client, ref: Ref, width: int) -> list[Line]:
    obj = client.state.get(ref)
    found = [Cause(f"{ref} is gone", "dim")] if obj is None else causes(obj, state_of(client), client.now)
    lines: list[Line] = []
    for number, cause in enumerate(found):
        below = any(each.text.endswith(cause.text[-_SAME_END:]) for each in found[number + 1 :])
        lines += [_line(number, 0, cause, cause.text)] if below else _wrapped(number, cause, width)
    return lines


def _wrapped(number: int, cause: Cause, width: int) -> Iterator[Line]:
    """The reason is at the end of what a container runtime says, so nothing is cut off where it is said last."""
    room = max(width - 2 * cause.depth, _NARROWEST)
    for place, text in enumerate(wrap(cause.text, room, subsequent_indent="  ")):
        yield _line(number, place, cause, text)


def _line(number: int, place: int, cause: Cause, text: str) -> Line:
    cells = (
        Cell("" if place else _GLYPHS[cause.level], _STYLES[cause.level]),
        Cell(f"{'  ' * cause.depth}{text}", _STYLES[cause.level]),
    )
    return Line(key=f"{number} {place} {cause.text}", cells=partial(tuple, cells), ref=cause.ref)


def _further(here: Here, line: Line, close: Callable[[Onward], None]) -> None:
    """Why that object is as it is; where one goes from there, one leaves this as well."""
    if line.ref is None:
        here.operator.tell("no other object is to blame on this line")
    else:
        here.operator.show(opened(here, f"{line.ref.kind} {line.ref.name}"), close)
