"""Why: the causes of what is wrong with the selected object; Enter on a line leads on to the object it names."""

from collections.abc import Callable
from functools import partial

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


def opened(here: Here, rest: str) -> Screen[Onward]:
    ref = _meant(here, rest)
    title = f"why {ref.kind.lower()}/{ref.name}"
    look = RowKey(name="why.further", act=lambda line: _further(here, line, screen.leave))
    screen = RowsScreen(here, title, _COLUMNS, lambda: _lines(here.client, ref), keys=[look])
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


def _lines(client: Client, ref: Ref) -> list[Line]:
    obj = client.state.get(ref)
    if obj is None:
        return [_line(0, Cause(f"{ref} is gone", "dim"))]
    return [_line(number, cause) for number, cause in enumerate(causes(obj, state_of(client), client.now))]


def _line(number: int, cause: Cause) -> Line:
    text = f"{'  ' * cause.depth}{cause.text}"
    cells = (Cell(_GLYPHS[cause.level], _STYLES[cause.level]), Cell(text, _STYLES[cause.level]))
    return Line(key=f"{number} {cause.text}", cells=partial(tuple, cells), ref=cause.ref)


def _further(here: Here, line: Line, close: Callable[[Onward], None]) -> None:
    """Why that object is as it is; where one goes from there, one leaves this as well."""
    if line.ref is None:
        here.operator.tell("no other object is to blame on this line")
    else:
        here.operator.show(opened(here, f"{line.ref.kind} {line.ref.name}"), close)
