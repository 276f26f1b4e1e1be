"""Actions: all that can be done from here, with its key: verbs on the selection, places, words, and what keys do.

It is read off VERBS, PLACES, the own words and the live bindings, so that nothing has a key and is not here.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from textual.binding import Binding
from textual.screen import Screen

from k9lite.arguments.selection import naming
from k9lite.commands import OWN_WORDS
from k9lite.meant import Meant, meant
from k9lite.place import Act, Here, Onward
from k9lite.places import PLACES
from k9lite.screens.help import shown_key
from k9lite.screens.main_keys import MAIN_BINDINGS
from k9lite.screens.object_keys import verb_id
from k9lite.screens.rows import Line, RowsScreen
from k9lite.verb import Verb
from k9lite.verbs import VERBS
from k9lite.widgets.columns import Cell, Column
from k9lite.widgets.desk import Desk
from k9lite.widgets.pane import Pane
from k9lite.widgets.table_port import TABLE_BINDINGS

_COLUMNS = (
    Column("ACTION", min_width=14, max_width=44),
    Column("KEY", min_width=3),
    Column("WHAT IT DOES", flexible=True, max_width=120),
)


def opened(here: Here, _rest: str) -> Screen[Onward]:
    about, selected = naming(here.refs) if here.refs else "nothing selected", meant(here.refs, here.client.state)
    screen = RowsScreen(
        here, f"actions: {about}", _COLUMNS, lambda: _lines(here), watches=("Namespace",),
        opens=lambda line: _act(here, selected, line, screen),
    )  # fmt: skip
    return screen


def offered(here: Here) -> Iterator[Verb]:
    """Verbs that a dialog or nothing more is asked for, on objects of the selection's kind."""
    for name in VERBS if here.refs else ():
        verb = VERBS[name]
        fits = not verb.kinds or here.refs[0].kind in verb.kinds
        if verb.argv is not None and fits and not (verb.writes and here.client.read_only):
            yield verb


def _lines(here: Here) -> Sequence[Line]:
    own, keymap = sorted(offered(here), key=lambda verb: not verb.kinds), here.operator.keymap
    lines = [
        _line(
            f"verb {each.name}", each.name.replace("--", ""), keymap.get(verb_id(each.name), each.key), each.summary
        )
        for each in own
    ]
    lines += [
        _line(
            f"place {each.word}", f":{each.word}", keymap.get(f"place.{each.word}", each.key), each.summary,
            leads_to=each.word,
        )
        for each in PLACES
        if each.word != "actions"
    ]
    lines += [
        _line(f"word {word}", f":{word}", "", summary, leads_to=word)
        for word, summary in OWN_WORDS.items()
        if word not in _WITH_MORE
    ]
    return [*lines, *_of_bindings(keymap)]


def _of_bindings(keymap: Mapping[str, str]) -> Iterator[Line]:
    """What is done by a key alone."""
    taken = {"help", "app.quit", "pause", "select"}
    for given in (*MAIN_BINDINGS, *Desk.BINDINGS, *Pane.BINDINGS, *TABLE_BINDINGS):
        assert isinstance(given, Binding), "a plain tuple says too little"
        if given.action.startswith(("verb(", "place(")) or given.action in taken:
            continue
        taken.add(given.action)
        keys = keymap.get(given.id or "", given.key).split(",")
        name = given.action.partition("(")[0].rpartition(".")[2].replace("_", " ")
        yield _line(f"key {keys[0]}", name, ",".join(shown_key(each, given) for each in keys), given.description)


_WITH_MORE = ("ns", "speed", "seek", "save", "screenshot", "view")
"""Words that say nothing alone."""


def _line(key: str, name: str, press: str, summary: str, leads_to: Onward = None) -> Line:
    shown = Cell(press if press in (",", "") else press.replace(",", " "), "accent")
    return Line(key=key, cells=partial(tuple, (Cell(name), shown, Cell(summary))), leads_to=leads_to)


def _act(here: Here, selected: Meant, line: Line, screen: RowsScreen) -> None:
    """Raises UsageError where what was selected is no more what it was."""
    kind, _, name = line.key.partition(" ")
    if kind == "verb":
        selected.check(here.client.state)
    screen.dismiss(Act(name, here.refs) if kind == "verb" else line.leads_to)
    if kind == "key":
        screen.app.simulate_key(name)
