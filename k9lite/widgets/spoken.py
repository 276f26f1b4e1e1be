"""What a widget with the focus is about, in one line of words: for whoever has the screen read aloud.

The most telling comes first, for a narrow window cuts the line off: which row, how it is, where it stands and why it is
not well; then which table it is in, and what its columns say.
No state is told by a glyph or a colour here.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static

from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.command_line import FILTER, CommandLine
from k9lite.widgets.node_map import NodeMap
from k9lite.widgets.options import CHOSEN
from k9lite.widgets.safe import plain
from k9lite.widgets.table import ObjectTable
from k9lite.widgets.text_view import TextView
from k9lite.widgets.tick import Tick

STATES: Mapping[str, str] = MappingProxyType(
    {"●": "well", "▲": "warning", "✗": "not well", "✓": "done", "○": "waiting", "◆": "marked"}
)


def spoken(widget: Widget | None, trouble: str = "") -> str:
    """Nothing of what says nothing. ``trouble`` is what is wrong with the selected object."""
    match widget:
        case ObjectTable():
            return _of_table(widget, trouble)
        case TextView():
            where = f"line {widget.cursor_line + 1} of {widget.line_count}"
            here = plain(widget.cursor_text).strip() or "an empty line"
            return f"{here}; {where}" if widget.line_count else "no lines"
        case NodeMap():
            if words := widget.words:
                return words
            target = widget.target
            here = "nothing" if target is None else plain(f"{target.ref.kind.lower()} {target.ref.name}")
            return f"{here}; {trouble}" if trouble else here
        case CommandLine():
            return f"{'filter' if widget.mode == FILTER else 'command'}: {plain(widget.value) or 'type it'}"
        case Input():
            return f"{_label(widget)}: {plain(widget.value) or 'empty'}"
        case Tick():
            return f"{'yes' if widget.value else 'no'}: {plain(widget.render().plain[4:])}; space changes it"
        case OptionList() if widget.highlighted is not None:
            here = plain(str(widget.get_option_at_index(widget.highlighted).prompt)).removeprefix(CHOSEN)
            return f"choice {here}; {widget.highlighted + 1} of {widget.option_count}"
        case Button():
            return f"button {plain(str(widget.label))}"
        case _:
            return ""


def title_of(widget: Widget | None) -> str:
    """What would be written on the frame around it, were there one."""
    for each in () if widget is None else widget.ancestors_with_self:
        if isinstance(each, Widget) and each.border_title:
            return plain(Content.from_markup(str(each.border_title)).plain)
    return ""


def _of_table(table: ObjectTable, trouble: str) -> str:
    if not table.row_count:
        return plain(table.empty_text) or "no rows"
    where = f"row {table.cursor_row + 1} of {table.row_count}"
    marked = f", {len(table.marked)} marked" if table.marked else ""
    name, state, rest = of_row(table.columns, table.cursor_cells())
    title = title_of(table)
    inside = f"in {title}" if title else ""
    place = (f"{where}{marked}", trouble, inside) if trouble else (f"{where}{marked} {inside}".rstrip(),)
    return "; ".join(each for each in (", ".join(filter(None, (name, state))), *place, rest) if each)


def of_row(columns: Sequence[Column], cells: Sequence[Cell]) -> tuple[str, str, str]:
    """Its name, its state, and the other columns: ``READY 0/1, AGE 2m``; what has no text is passed over."""
    named = [(column.name, plain(cell.text).strip()) for column, cell in zip(columns, cells, strict=False)]
    state = next((STATES.get(text, text) for name, text in named if not name and text), "")
    titled = [(name, text) for name, text in named if name and text not in ("", "-")]
    first = next((each for each in titled if each[0] == "NAME"), titled[0] if titled else ("", ""))
    return first[1], state, ", ".join(f"{name} {text}" for name, text in titled if (name, text) != first)


def _label(field: Input) -> str:
    """What stands before it."""
    beside = [] if field.parent is None else [each for each in field.parent.children if isinstance(each, Static)]
    return plain(str(beside[0].content)) if beside else plain(field.placeholder) or "a field"
