"""What the console's own words do (``:split svc``, ``:view save urgent``), and the keys that are short for them.

Everything here is done to the MainScreen that is handed over; a word raises K9liteError for what it cannot do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import UsageError
from k9lite import layouts, travel, views
from k9lite.commands import Own, query_of_words
from k9lite.kubectl import help_text
from k9lite.resource import Query
from k9lite.screens.text import TextScreen
from k9lite.widgets.desk import DEFAULT, PANES, queries_of

if TYPE_CHECKING:
    from k9lite.screens.main import MainScreen


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
            main.pane.show(Query(kind=main.pane.kind, namespace=namespace), keep=False)
        case "speed":
            client.set_speed(travel.speed_of(own.rest))
        case "seek":
            travel.seek(client, own.rest)
        case "split":
            kind = own.rest.removesuffix("below").strip()
            query = query_of_words(kind, client.state) if kind else main.pane.listing.query
            main.desk.open(query, down=own.rest.endswith("below"))
        case "close":
            main.desk.close()
        case "theme" if own.rest:
            main.operator.wear(own.rest)
        case "theme":
            main.action_place("themes")
        case "layout":
            _lay_out(main, *own.rest.split())
        case "view":
            _view(main, *own.rest.split())


def _lay_out(main: MainScreen, word: str = "", name: str = "") -> None:
    """``:layout`` and what followed it."""
    desk, kept = main.desk, main.operator.preferences
    match word, name:
        case "", "":
            main.operator.tell(f"layouts: {', '.join(layouts.names(kept)) or 'none kept'} (:layout save NAME)")
        case "reset", "":
            desk.restore(DEFAULT, {number: Query(kind=kind) for number, kind in enumerate(PANES, 1)})
        case "save", str() if name:
            layouts.keep(kept, name, desk.part, dict(queries_of(desk.panes)), desk.mode)
            main.operator.tell(f"layout {name} kept")
        case "delete", str() if name:
            layouts.drop(kept, name)
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
            views.drop(kept, name)
            main.operator.tell(f"view {name} deleted")
        case str(), "" if word:
            main.pane.show_view(views.kept(kept, word))
        case _:
            raise UsageError("view NAME, view save NAME, view delete NAME; views lists them")
