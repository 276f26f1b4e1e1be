"""Access: everybody that is given anything, in how many bindings, through which roles; Enter leads to their rights."""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.access.identity import MASTERS
from k9lite.place import Here, Onward
from k9lite.screens.rows import Line, RowsScreen
from k9lite.tracing.rights import Grant, grants
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("WHO", flexible=True, max_width=70),
    Column("BINDINGS", right=True),
    Column("WHERE", priority=1, max_width=40),
    Column("ROLES", priority=2, max_width=100),
)
_WATCHED = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def opened(here: Here, _rest: str) -> Screen[Onward]:
    return RowsScreen(here, "access", _COLUMNS, lambda: list(_lines(here)), watches=_WATCHED)


def _lines(here: Here) -> Iterator[Line]:
    given: dict[str, list[Grant]] = {f"group:{MASTERS}": []}
    for grant in grants(here.client.state):
        for subject in grant.subjects:
            given.setdefault(subject, []).append(grant)
    for subject, some in sorted(given.items()):
        yield Line(key=subject, cells=partial(_cells, subject, some), leads_to=f"rights {subject}")


def _cells(subject: str, given: list[Grant]) -> tuple[Cell, ...]:
    where = dict.fromkeys(grant.namespace or "everywhere" for grant in given)
    roles = dict.fromkeys(grant.role.name for grant in given)
    return (
        Cell(subject),
        Cell(str(len(given))),
        Cell(", ".join(where) or "everywhere", "dim"),
        Cell(", ".join(roles) or "everything, without a role"),
    )
