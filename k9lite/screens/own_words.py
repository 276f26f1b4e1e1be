"""What the console's own words do (``:split svc``, ``:view save urgent``), and the keys that are short for them.

Everything here is done to the MainScreen that is handed over; a word raises K9liteError for what it cannot do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, Pod
from k9lite import layouts, travel, views
from k9lite.commands import Own, query_of_words
from k9lite.filters import Filter, toggled
from k9lite.kubectl import help_text
from k9lite.resource import Query
from k9lite.saving import saving
from k9lite.screens.text import TextScreen
from k9lite.sorting import sort_of
from k9lite.widgets.desk import DEFAULT, PANES, queries_of

if TYPE_CHECKING:
    from k9lite.screens.main import MainScreen

_BREATH_SECONDS = 0.001


def do(main: MainScreen, own: Own) -> None:
    client = main.operator.client
    match own.word:
        case "quit":
            main.app.exit()
        case "help" if own.rest:
            main.app.push_screen(TextScreen(f"kubectl help {own.rest}", lambda: help_text(own.rest.split())))
        case "help":
            main.action_help()
        case "pause":
            main.action_pause()
        case "step":
            main.action_step(1)
        case "ns":
            namespace = "" if own.rest in ("all", "-A", "") else own.rest
            kind = main.pane.kind if KINDS[main.pane.kind].namespaced else Pod.kind
            main.pane.show(Query(kind=kind, namespace=namespace), keep=False)
        case "speed":
            client.set_speed(travel.speed_of(own.rest))
        case "seek":
            travel.seek(client, own.rest)
        case "split":
            words = own.rest.removesuffix("below").strip()
            query = query_of_words(words, client.state) if words else main.pane.listing.query
            main.desk.open(query, down=own.rest.endswith("below"))
        case "close":
            main.desk.close()
        case "plugin":
            main.run_plugin(own.rest)
        case "tour":
            main.tour()
        case "theme" if own.rest:
            main.operator.wear(own.rest)
        case "theme":
            main.action_place("themes")
        case "layout":
            _lay_out(main, *own.rest.split())
        case "view":
            _view(main, *own.rest.split())
        case "faults":
            main.pane.filter(Filter(toggled(main.pane.listing.filter.text)))
        case "sort":
            main.pane.sort_by(sort_of(main.pane.listing.resource.columns, own.rest))
        case "last":
            _last(main)
        case "copy":
            _copy(main, own.rest or "name")
        case "save":
            pane = main.pane
            _save(main, own.rest, saving(pane.listing, client.state, client.now, own.rest))
        case "screenshot":
            main.operator.picture(own.rest)


def _last(main: MainScreen) -> None:
    pane = main.pane
    before = main.operator.trail.before(pane.number)
    if before is None:
        raise UsageError("this pane has shown nothing else yet")
    query, narrowing, at = before
    pane.show(query, keep=False, at=at)
    pane.filter(Filter(narrowing))


def _copy(main: MainScreen, what: str) -> None:
    match what:
        case "name":
            refs = main.pane.selected()
            if not refs:
                raise UsageError("nothing is selected: move the cursor to a row first")
            main.operator.copy(" ".join(ref.name for ref in refs))
        case "line":
            client = main.operator.client
            done = [each.deed for each in client.done() if each.deed and each.revision <= client.state.revision]
            if not (line := main.operator.trail.line or next(reversed(done), "")):
                raise UsageError("nothing was done yet: there is no line to copy")
            main.operator.copy(line)
        case _:
            raise UsageError("copy name, copy line")


def _save(main: MainScreen, path: str, portions: Iterator[int], rows: int = 0) -> None:
    """A portion between keys, until all is written."""
    try:
        written = next(portions, None)
    except K9liteError as error:
        main.operator.tell(str(error), failed=True)
        return
    if written is None:
        main.operator.tell(f"saved {rows:,} rows in {path}")
    else:
        main.set_timer(_BREATH_SECONDS, lambda: _save(main, path, portions, written))


def _lay_out(main: MainScreen, word: str = "", name: str = "") -> None:
    """``:layout`` and what followed it."""
    desk, kept = main.desk, main.operator.preferences
    match word, name:
        case "", "":
            main.operator.tell(f"layouts: {', '.join(layouts.all_kept(kept).names) or 'none kept'} (:layout save NAME)")
        case "reset", "":
            desk.restore(DEFAULT, {number: Query(kind=kind) for number, kind in enumerate(PANES, 1)})
        case "save", str() if name:
            layouts.keep(kept, name, desk.part, dict(queries_of(desk.panes)), desk.mode)
            main.operator.tell(f"layout {name} kept")
        case "delete", str() if name:
            layouts.all_kept(kept).drop(name)
        case _, "":
            part, queries, mode = layouts.kept(kept, word)
            desk.restore(part, queries)
            desk.choose(mode)
        case _:
            raise UsageError("layout NAME, layout save NAME, layout delete NAME, layout reset")


def _view(main: MainScreen, word: str = "", name: str = "", *more: str) -> None:
    """``:view`` and what followed it."""
    kept = main.operator.preferences
    match word, name:
        case "save", str() if name and not more:
            views.keep(kept, name, main.pane.view)
            main.operator.tell(f"view {name} kept (:view {name} brings it back)")
        case "delete", str() if name and not more:
            views.all_kept(kept).drop(name)
            main.operator.tell(f"view {name} deleted")
        case str(), "" if word:
            main.pane.show_view(views.kept(kept, word))
        case _:
            raise UsageError("view NAME, view save NAME, view delete NAME; views lists them")
