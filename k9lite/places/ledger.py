"""The ledger of deeds: who did what to what, when, what it changed, with which line, and whether it worked.

What was done is read from the log, so that it goes back to the session's beginning; what was refused, and what is
under way, only this console knows.
"""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.errors import LogError
from engine.kinds import Exec, Object, Ref, dump_yaml, format_time, ref_of
from engine.store.commit import Commit
from k9lite.client import Client, recording
from k9lite.deeds import Deed
from k9lite.differences import difference
from k9lite.effects import effects, meant
from k9lite.one_deed import deeds_of
from k9lite.place import Here, Onward
from k9lite.screens.rows import Line, RowKey, RowsScreen
from k9lite.screens.text import TextScreen
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.text_view import Span

_COLUMNS = (
    Column("", min_width=1),
    Column("TIME", min_width=8),
    Column("WHO", priority=3, max_width=24),
    Column("ON", priority=1, max_width=24),
    Column("CHANGE", priority=2, max_width=36, flexible=True),
    Column("COMMAND", flexible=True, max_width=100),
    Column("RESULT", max_width=24),
)

_TOGETHER = 32
"""Deeds whose changes are looked up at once: about what a screen shows."""

Change = tuple[Ref, Object | None, Object | None]
"""An object before and after."""


def opened(here: Here, _rest: str) -> Screen[Onward]:
    client = here.client
    ledger = _Ledger(here)
    keys = [RowKey(name="ledger.copy", act=lambda line: _copy(here, ledger.command(line.key)))]
    played = recording(client)
    if played is not None:
        keys.append(RowKey(name="ledger.shown", act=lambda line: ledger.opened(line)))
        keys.append(RowKey(name="ledger.travel", act=lambda line: ledger.travel(line.key)))
    else:
        keys.append(RowKey(name="ledger.cancel", act=lambda line: ledger.cancel(line.key)))
    return RowsScreen(
        here, "ledger", _COLUMNS, lambda: list(ledger.lines()), keys=keys,
        opens=ledger.opened if played is None else None,
        empty_text="nothing was done yet: what you do is noted here",
        enter="What it changed" if played is None else "Go",
    )  # fmt: skip


class _Ledger:
    """Deeds by the key of their row; what a commit changed is worked out once, when its row is shown."""

    def __init__(self, here: Here) -> None:
        self._here = here
        self._done: dict[str, list[Commit]] = {}
        self._deeds: dict[str, Deed] = {}
        self._behind: dict[str, Deed] = {}
        """Under way, or ended short of their goal, by the row of what they did; where all was done there is none."""
        self._changes: dict[int, list[Change]] = {}

    def lines(self) -> Iterator[Line]:
        """The newest first."""
        deeds = self._here.operator.deeds
        self._done = {f"revision {group[0].revision}": group for group in deeds_of(self._here.client.done())}
        self._deeds = {f"deed {id(deed)}": deed for deed in (*deeds.running, *deeds.refused)}
        of_rows = {key: self._key_of(deed) for key, deed in self._deeds.items()}
        self._behind = {row: self._deeds[key] for key, row in of_rows.items() if row is not None}
        rows = [(group[0].revision, key) for key, group in self._done.items()]
        rows += [(self._deeds[key].revision + 1, key) for key, row in of_rows.items() if row is None]
        for _, key in sorted(rows, reverse=True):
            cells = partial(self._cells_of_deed, key) if key in self._deeds else partial(self._cells, key)
            yield Line(key=key, cells=cells, ref=self._subject(key), leads_to=self._leads_to(key))

    def command(self, key: str) -> str:
        return self._deeds[key].line if key in self._deeds else self._done[key][0].deed

    def opened(self, line: Line) -> None:
        """What it changed, object by object, or what was said when it was refused."""
        if line.key in self._deeds:
            said = [self._deeds[line.key].line, "", *self._deeds[line.key].lines]
            self._show(said)
            return
        group = self._done[line.key]
        first = group[0]
        lines = [first.deed, f"by {first.actor} at {format_time(first.time)}, revision {first.revision}", ""]
        for commit in group:
            for ref, before, after in self._changed(commit):
                old, new = ("" if each is None else dump_yaml(meant(each)) for each in (before, after))
                lines += difference(f"{ref.kind}/{ref.name}", old, new, 0, "")[3:] or [f"{ref} as it was"]
        if (deed := self._behind.get(line.key)) is not None:
            lines += ["", *deed.lines]
        if recording(self._here.client) is None:
            lines += ["", "This session is live: in its recording (k9lite replay) Enter travels there."]
        self._show(lines)

    def travel(self, key: str) -> None:
        """To the moment before it, so that playing on shows it."""
        played = recording(self._here.client)
        if played is not None and key in self._done:
            played.seek(self._done[key][0].revision - 1)

    def _leads_to(self, key: str) -> str | None:
        """Enter in a recording: there, and back to the console. A living session shows what was changed instead."""
        if recording(self._here.client) is None or key not in self._done:
            return None
        return f"seek {self._done[key][0].revision - 1}"

    def cancel(self, key: str) -> None:
        deed = self._deeds.get(key) or self._behind.get(key)
        if deed is None or not deed.running:
            self._here.operator.tell("this is over: nothing to cancel")
        else:
            deed.cancel()

    def _show(self, lines: list[str]) -> None:
        self._here.operator.show(TextScreen(lines[0], lambda: lines, highlight=_difference_spans))

    def _key_of(self, deed: Deed) -> str | None:
        """The row of what it did so far, or before it failed."""
        for key, group in self._done.items():
            ended = deed.last_revision is not None and group[-1].revision > deed.last_revision
            if group[0].deed == deed.line and group[0].revision > deed.revision and not ended:
                return key
        return None

    def _subject(self, key: str) -> Ref | None:
        if key in self._deeds:
            return None
        first = self._done[key][0]
        puts = [each for each in first.puts if each.kind != "Event"]
        return ref_of(puts[0]) if puts else first.removes[0] if first.removes else None

    def _cells_of_deed(self, key: str) -> tuple[Cell, ...]:
        deed = self._deeds[key]
        glyph, result, style = _course(deed)
        time = Cell(format_time(deed.begun)[11:19], "dim")
        return (Cell(glyph, style), time, Cell("user"), Cell(""), Cell(""), Cell(deed.line), Cell(result, style))

    def _cells(self, key: str) -> tuple[Cell, ...]:
        group = self._done[key]
        first, deed = group[0], self._behind.get(key)
        glyph, result, style = ("✓", "done", "ok") if deed is None else _course(deed)
        played = recording(self._here.client)
        ahead = played is not None and first.revision > played.state.revision
        changed = [each for commit in group for each in self._changed(commit)]
        said = [text for _, before, after in changed for text in effects(before, after)]
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        on = f"{changed[0][0].kind.lower()}/{changed[0][0].name}{more}" if changed else ""
        return (
            Cell("○" if ahead else glyph, "dim" if ahead else style),
            Cell(format_time(first.time)[11:19], "dim"),
            Cell(first.actor),
            Cell(on),
            Cell(", ".join(dict.fromkeys(said))),
            Cell(first.deed or "(a program)", "dim" if ahead else ""),
            Cell("still to come" if ahead else result, "dim" if ahead else style),
        )

    def _changed(self, commit: Commit) -> list[Change]:
        if commit.revision not in self._changes:
            self._look_up(commit)
        return self._changes[commit.revision]

    def _look_up(self, commit: Commit) -> None:
        """With those before it, which the next rows are about; the oldest first, as a State follows from the last."""
        every = {each.revision: each for group in self._done.values() for each in group}
        unknown = [revision for revision in every if revision <= commit.revision and revision not in self._changes]
        for revision in sorted(unknown)[-_TOGETHER:]:
            self._changes[revision] = _changes(self._here.client, every[revision])


def _changes(client: Client, commit: Commit) -> list[Change]:
    """What the deed was about: what was run in a container is its pod's, reports of it are left out."""
    try:
        before = client.state_before(commit.revision)
    except LogError:
        return [(ref_of(each), None, each) for each in commit.puts if each.kind != "Event"]
    found: list[Change] = []
    for each in commit.puts:
        if isinstance(each, Exec):
            found.append((Ref("Pod", each.metadata.namespace, each.pod), each, each))
        elif each.kind != "Event":
            found.append((ref_of(each), before.get(ref_of(each)), each))
    found += [(ref, before.get(ref), None) for ref in commit.removes if ref.kind not in ("Event", "Exec")]
    return found


def _course(deed: Deed) -> tuple[str, str, str]:
    """Glyph, words and meaning of how far a deed is, or how it ended."""
    last = deed.lines[-1] if deed.lines else ""
    if deed.cancelled:
        return "✗", "cancelled", "warn"
    if not deed.running:
        return ("✗", last or "failed", "bad")
    done, total = deed.progress
    return "▶", f"{done}/{total} under way" if total else "under way", "accent"


def _copy(here: Here, line: str) -> None:
    here.operator.copy(line)


def _difference_spans(line: str) -> list[Span]:
    style = {"+": "ok", "-": "bad", "@": "dim"}.get(line[:1], "")
    return [(0, len(line), style)] if style else []
