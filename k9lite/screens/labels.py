"""Labels of one object or many: what they are, what is to be, and whom that joins and parts before it is done.

What is typed is the whole answer; the table below shows it, and puts lines into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from engine.kinds import Ref
from k9lite.arguments.selection import naming
from k9lite.client import Client
from k9lite.memberships import Relabelling, labels_of, relabelling, turns, unread
from k9lite.screens.help import help_screen
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.pressing import Hint, line_of
from k9lite.widgets.safe import plain
from k9lite.widgets.table import ObjectTable

_COLUMNS = (
    Column("KEY", flexible=True, max_width=60),
    Column("VALUE", max_width=40),
    Column("ON", right=True),
    Column("WILL BE", max_width=40),
)
_MOST_TURNS = 8
HINTS: Sequence[Hint] = (
    ("Enter", "do it", ""), ("↓", "choose one", "labels.into"), ("x", "remove it", "labels.remove"),
    ("Esc", "cancel", "labels.cancel"),
)  # fmt: skip


class LabelsScreen(ModalScreen[Mapping[str, str] | None], inherit_bindings=False):
    """Enter does it, Esc leaves all as it is. Down leads into the table: there Enter changes a label, x removes it."""

    DEFAULT_CSS = """
    LabelsScreen { align: center middle; }
    LabelsScreen > #labels {
        width: 94%; max-width: 110; height: auto; max-height: 100%;
        border: round $accent; background: $surface; padding: 0 1;
    }
    LabelsScreen:ansi > #labels { border: heavy ansi_default; background: ansi_default; }
    LabelsScreen Input { border: none; height: 1; background: $boost; padding: 0; }
    LabelsScreen Input:focus { background: $primary 40%; }
    LabelsScreen Input:nocolor { text-style: underline; }
    LabelsScreen ObjectTable { height: auto; min-height: 4; max-height: 9; margin-top: 1; }
    LabelsScreen #turns { height: auto; max-height: 9; border-top: solid $panel-lighten-2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False, id="labels.cancel"),
        Binding("ctrl+s", "confirm", "Do it", show=False, id="labels.confirm"),
        Binding("down,tab", "into", "To the labels", show=False, id="labels.into"),
        Binding("x,delete", "remove", "Remove the label", show=False, id="labels.remove"),
        Binding("a,shift+tab", "add", "Add a label", show=False, id="labels.add"),
        Binding("f1", "help", "What every key does", show=False, id="labels.help"),
    ]

    def __init__(self, client: Client, refs: Sequence[Ref]) -> None:
        super().__init__()
        self._client, self._refs = client, tuple(refs)

    def compose(self) -> ComposeResult:
        with Vertical(id="labels") as box:
            box.border_title = Content(plain(f"Labels of {naming(self._refs)}"))
            box.border_subtitle = line_of(self.app, HINTS)
            yield Static("key=value to add or change, key- to remove", markup=False)
            yield Input(id="changes", compact=True, select_on_focus=False)
            yield ObjectTable(_COLUMNS, empty_text="no labels yet", can_mark=False)
            yield Static(id="turns", markup=False)

    def on_mount(self) -> None:
        self._show()
        self._line.focus()

    @property
    def change(self) -> Relabelling:
        """As far as it is typed."""
        return relabelling(self._line.value)

    def on_state_changed(self) -> None:
        self._show()

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self._show()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_confirm()

    def on_object_table_row_selected(self, message: ObjectTable.RowSelected) -> None:
        """Its value is changed in the line."""
        message.stop()
        values = list(self._labels.get(message.key, ())) or [""]
        value = self.change.new.get(message.key, values[0])
        self._write(message.key, f"{message.key}={value}")

    def action_remove(self) -> None:
        if (key := self.query_one(ObjectTable).cursor_key) is not None:
            self._write(key, f"{key}-")

    def action_add(self) -> None:
        self._line.focus()

    def action_into(self) -> None:
        self.query_one(ObjectTable).focus()

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_confirm(self) -> None:
        """Nothing typed, nothing done; what cannot be read is typed to its end first."""
        text = self._line.value.strip()
        if unread(text):
            self.app.bell()
            return
        self.dismiss({"changes": text, "overwrite": "true"} if text else None)

    @property
    def _line(self) -> Input:
        return self.query_one("#changes", Input)

    @property
    def _labels(self) -> dict[str, dict[str, int]]:
        return labels_of(self._client.state, self._refs)

    def _write(self, key: str, word: str) -> None:
        """Puts a word into the line, in the place of what it said of this key before."""
        kept = [each for each in self._line.value.split() if each.partition("=")[0] not in (key, f"{key}-")]
        self._line.value = " ".join([*kept, word])
        self._line.cursor_position = len(self._line.value)
        self._line.focus()

    def _show(self) -> None:
        change, there = self.change, self._labels
        table = self.query_one(ObjectTable)
        keys = [*there, *(key for key in change.new if key not in there)]
        table.set_rows(keys, lambda key: self._cells(key, there.get(key, {}), change))
        doubts = [plain(f"▲ {word}: key=value, or key- to remove it?") for word in unread(self._line.value)]
        self.query_one("#turns", Static).update(Content("\n".join(doubts + self._turns(change))))

    def _cells(self, key: str, values: Mapping[str, int], change: Relabelling) -> tuple[Cell, ...]:
        value = " | ".join(values) or "-"
        if key in change.removed:
            will_be = Cell("removed", "bad")
        elif key in change.new:
            will_be = Cell(change.new[key] or '""', "changed")
        else:
            will_be = Cell("")
        return Cell(key), Cell(value), Cell(f"{sum(values.values())}/{len(self._refs)}", "dim"), will_be

    def _turns(self, change: Relabelling) -> list[str]:
        """What follows from it, the grave first."""
        if not change.new and not change.removed:
            return ["Nothing is changed yet."]
        found = sorted(turns(self._client.state, self._refs, change), key=lambda turn: not turn.grave)
        if not found:
            return ["Nobody selects by that: no Service, workload, budget or policy gains or loses anything."]
        more = [f"and {len(found) - _MOST_TURNS} more"] if len(found) > _MOST_TURNS else []
        return [plain(f"{'▲' if turn.grave else '●'} {turn.text}") for turn in found[:_MOST_TURNS]] + more
