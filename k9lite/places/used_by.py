"""Used by: who uses the selected object, and how; Enter leads to the one that does."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from textual.screen import Screen

from engine.errors import NotFound
from engine.kinds import KINDS, Ref
from engine.printers.durations import age
from engine.printers.health import health
from k9lite.at_hand import object_meant
from k9lite.client import Client
from k9lite.place import Here, Onward
from k9lite.resource import Query
from k9lite.resources.listed import LEVEL_STYLES
from k9lite.screens.rows import Line, RowsScreen
from k9lite.tracing.users import User, users
from k9lite.viewing import state_of
from k9lite.widgets.columns import Cell, Column

_MOST = 2000
_COLUMNS = (
    Column("", min_width=1),
    Column("USED BY", flexible=True, max_width=100),
    Column("NAMESPACE", priority=2, max_width=24),
    Column("HOW", max_width=80, priority=1),
    Column("AGE", quiet=True, priority=3),
)


def opened(here: Here, rest: str) -> Screen[Onward]:
    ref = object_meant(here, rest)
    title = f"used-by {KINDS[ref.kind].singular}/{ref.name}"
    return RowsScreen(
        here, title, _COLUMNS, lambda: list(_lines(here.client, ref)), empty_text="nothing uses it, as far as is known"
    )


def _lines(client: Client, ref: Ref) -> Iterator[Line]:
    state = state_of(client)
    obj = state.get(ref)
    if obj is None:
        raise NotFound(f"{ref} is gone; this is how it last was")
    count = 0
    for user in islice(users(obj, state), _MOST):
        count += 1
        leads_to = Query(kind=user.kind, namespace=ref.name) if ref.kind == "Namespace" else None
        yield Line(
            key=f"{user.kind} {user.ref} {user.how}", cells=partial(_cells, client, user), ref=user.ref,
            leads_to=leads_to if user.ref is None else None,
        )  # fmt: skip
    if count == _MOST:
        more = (Cell("·", "dim"), Cell(f"… and more than these {_MOST:,}", "dim"), Cell(""), Cell(""), Cell(""))
        yield Line(key="more", cells=partial(tuple, more))


def _cells(client: Client, user: User) -> tuple[Cell, ...]:
    if user.ref is None:
        return Cell("·", "dim"), Cell(KINDS[user.kind].plural), Cell(""), Cell(user.how), Cell("")
    state, obj = state_of(client), client.state.get(user.ref)
    found = None if obj is None else health(obj, state, client.now)
    style = "dim" if found is None else LEVEL_STYLES[found.level]
    return (
        Cell("?" if found is None else found.glyph, style),
        Cell(f"{KINDS[user.ref.kind].singular}/{user.ref.name}"),
        Cell(user.ref.namespace, "dim"),
        Cell(user.how if found is not None else f"{user.how}, and is not there", style if style == "bad" else ""),
        Cell("" if obj is None else age(obj, client.now)),
    )
