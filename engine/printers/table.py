"""kubectl's column layout: cells padded to their column's widest, three spaces apart, the last one bare.

Follows cli-runtime's table printer and its tab writer (minimum width 6, padding 3). No cell can break a line
or steer a terminal: a cell ends at its first line break, and control characters are shown, not sent.
"""

import re
from collections.abc import Iterable, Sequence

from engine.kinds import KINDS, Object
from engine.kinds.frozen import frozen
from engine.printers.parts.columns import Printer
from engine.printers.parts.selectors import labels_text
from engine.store.state import State

_MIN_WIDTH, _PADDING = 6, 3
_LINE_BREAK = re.compile("[\f\n\r]")


@frozen(kw_only=True)
class ListOptions:
    """``-o wide``, ``-A``, ``--show-labels``, ``-L`` and ``--no-headers`` of ``kubectl get``.

    ``with_kind`` writes names as ``pod/web-1``, as ``kubectl get`` does once it lists several kinds.
    """

    wide: bool = False
    with_namespace: bool = False
    show_labels: bool = False
    label_columns: tuple[str, ...] = ()
    with_kind: bool = False
    no_headers: bool = False


def list_objects(
    printer: Printer, objects: Iterable[Object], state: State, now: int, options: ListOptions
) -> list[str]:
    """The lines ``kubectl get`` prints for objects of one kind; none for none."""
    rows = [list_row(printer, obj, state, now, options) for obj in objects]
    return render(() if options.no_headers else list_headers(printer, options), rows)


def list_headers(printer: Printer, options: ListOptions) -> tuple[str, ...]:
    return (
        *(("NAMESPACE",) if options.with_namespace else ()),
        *printer.headers(wide=options.wide),
        *(key.rpartition("/")[2].upper() for key in options.label_columns),
        *(("LABELS",) if options.show_labels else ()),
    )


def list_row(printer: Printer, obj: Object, state: State, now: int, options: ListOptions) -> tuple[str, ...]:
    cells = printer.row(obj, state, now, wide=options.wide)
    if options.with_kind:
        cells = _with_kind(printer.headers(wide=options.wide), cells, obj)
    labels = obj.metadata.labels
    return (
        *((obj.metadata.namespace,) if options.with_namespace else ()),
        *cells,
        *(labels.get(key, "") for key in options.label_columns),
        *((labels_text(labels),) if options.show_labels else ()),
    )


def render(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The aligned lines of a table; ``headers`` may be empty, and no rows give no lines."""
    if not rows:
        return []
    lines = [[harmless(cell) for cell in row] for row in ([headers, *rows] if headers else rows)]
    widths = [max(_MIN_WIDTH, max(map(len, column)) + _PADDING) for column in zip(*lines, strict=True)]
    widths[-1] = 0
    return ["".join(map(str.ljust, line, widths)) for line in lines]


def harmless(cell: str) -> str:
    """One line that prints: cut with ``...`` at a line break, ESC as ``^[``, a tab as a space."""
    if cell.isprintable():
        return cell
    first, *rest = _LINE_BREAK.split(cell, maxsplit=1)
    return "".join(map(visible, first)) + ("..." if rest else "")


def visible(char: str) -> str:
    """A control character as a terminal's user knows it (``^[``); what else does not print as U+FFFD."""
    if char.isprintable():
        return char
    if char == "\t":
        return " "
    return f"^{chr(ord(char) ^ 64)}" if char < " " or char == "\x7f" else "\ufffd"


def _with_kind(headers: Sequence[str], cells: tuple[str, ...], obj: Object) -> tuple[str, ...]:
    if "NAME" not in headers:
        return cells
    at = headers.index("NAME")
    return (*cells[:at], f"{KINDS[obj.kind].qualified}/{cells[at]}", *cells[at + 1 :])
