"""A kind listed by its printer: a glyph for its health, its namespace, then kubectl's columns."""

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from types import MappingProxyType
from typing import Any

from engine.kinds import KINDS, Kind, Object
from engine.printers import PRINTERS
from engine.printers.generic import PRINTER as GENERIC
from engine.printers.health import health
from engine.printers.parts.columns import Printer
from engine.store.state import State
from k9lite.resource import Query, Resource
from k9lite.widgets.columns import Cell, Column

Extra = tuple[Column, Callable[[Any, State, int], str]]
"""A column the console adds, and its text."""

LEVEL_STYLES = {"ok": "ok", "warn": "warn", "bad": "bad", "done": "dim", "dim": "dim"}
_WIDE, _LEFT_OUT_LAST = 8, 2
_QUIET = ("AGE", "LAST SEEN", "CPU", "MEM")
_COLOURED = ("STATUS", "READY")
_STATUS_CELLS = 24
"""``Ready,SchedulingDisabled``; what is longer may be cut, before a column is left out."""
_NARROWEST: Mapping[str, int] = MappingProxyType({"NAMESPACE": 9, "STATUS": 12, "RESTARTS": 8})


def listed(
    kind: str,
    *,
    priorities: Mapping[str, int] | None = None,
    extras: Sequence[Extra] = (),
    before: str = "AGE",
    drill: Callable[[Any, State], Query | None] = lambda _obj, _state: None,
    place: str = "",
    packed_text: Callable[[bytes], str | None] = lambda _packed: None,
    steady: Mapping[str, int] = MappingProxyType({}),
) -> Resource:
    """``priorities`` says which columns go first where room is short (0 never, the highest first);
    ``extras`` are put ``before`` one of the printer's columns; ``steady`` ones are at least so wide, lest others
    move with every change of theirs."""
    return printed(
        KINDS[kind], PRINTERS.get(kind, GENERIC), priorities=priorities, extras=extras, before=before, drill=drill,
        place=place, packed_text=packed_text, steady=steady,
    )  # fmt: skip


def printed(
    kind: Kind,
    printer: Printer,
    *,
    priorities: Mapping[str, int] | None = None,
    extras: Sequence[Extra] = (),
    before: str = "AGE",
    drill: Callable[[Any, State], Query | None] = lambda _obj, _state: None,
    place: str = "",
    packed_text: Callable[[bytes], str | None] = lambda _packed: None,
    steady: Mapping[str, int] = MappingProxyType({}),
) -> Resource:
    """As ``listed``, of a kind whose printer is not one of PRINTERS."""
    names = [column.name for column in printer.columns]
    at = names.index(before) if before in names else len(names)
    rank = {"NAMESPACE": 3, "NAME": 0, "AGE": 3, **(priorities or {})}
    lead = [Column("", min_width=1)]
    if kind.namespaced:
        lead.append(
            Column("NAMESPACE", priority=rank["NAMESPACE"], max_width=24, narrowest=_NARROWEST["NAMESPACE"])
        )
    flexible = "MESSAGE" if "MESSAGE" in names else "NAME"
    own = [
        _column(
            each.name, rank.get(each.name, _WIDE if each.wide else _LEFT_OUT_LAST), flexible=flexible,
            least=steady.get(each.name, 0),
        )
        for each in printer.columns
    ]
    columns = (*lead, *own[:at], *(column for column, _ in extras), *own[at:])
    texts = [text for _, text in extras]

    def cells(obj: Object, state: State, now: int) -> tuple[Cell, ...]:
        found = health(obj, state, now)
        style = LEVEL_STYLES[found.level]
        head = [Cell(found.glyph, style)]
        if kind.namespaced:
            head.append(Cell(obj.metadata.namespace, "dim"))
        shown = printer.cells(obj, state, now)
        row = [*shown[:at], *(text(obj, state, now) for text in texts), *shown[at:]]
        styled = [
            Cell(text, style if column.name in _COLOURED else "")
            for column, text in zip(columns[len(head) :], row, strict=True)
        ]
        return (*head, *styled)

    lasting = [each.name not in (*_QUIET, "FIRST SEEN") for each in printer.columns]

    def text(obj: Object, state: State, now: int) -> str:
        shown = compress(printer.cells(obj, state, now), lasting)
        return " ".join((health(obj, state, now).glyph, obj.metadata.namespace, *shown))

    return Resource(
        kind=kind.name, columns=columns, cells=cells, text=text, drill=drill, place=place,
        packed_text=packed_text,
    )  # fmt: skip


def _column(name: str, priority: int, *, flexible: str, least: int) -> Column:
    message = name == "MESSAGE"
    return Column(
        name,
        priority=priority,
        flexible=name == flexible,
        quiet=name in _QUIET,
        legible=_STATUS_CELLS if name == "STATUS" else 0,
        narrowest=_NARROWEST.get(name, 0),
        min_width=40 if message else least,
        max_width=120 if message else 60,
    )
