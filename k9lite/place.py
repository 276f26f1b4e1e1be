"""What a place is: a screen of the console about more than one kind; one line of PLACES, one file in places/."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from attrs import evolve

from engine.kinds import Object, Ref
from engine.kinds.frozen import frozen
from k9lite.resource import Query

if TYPE_CHECKING:
    from textual.screen import Screen

    from k9lite.client import Client
    from k9lite.operator import Operator


@frozen(kw_only=True)
class Here:
    """Where a place was asked for. ``refs`` are the selected objects, of ``kind``; ``namespace`` "" is all."""

    operator: Operator
    kind: str
    namespace: str = ""
    refs: tuple[Ref, ...] = ()

    @property
    def client(self) -> Client:
        return self.operator.client

    def on(self, ref: Ref | None) -> Here:
        """The same place with another object selected."""
        return self if ref is None else evolve(self, kind=ref.kind, refs=(ref,))


@frozen
class Act:
    """A verb on objects, as if its key had been pressed on them."""

    verb: str
    refs: tuple[Ref, ...]


Onward = Query | Act | str | None
"""Where a screen leads when it closes: rows for the pane, a line as if it were typed after ``:``, a deed, or back."""

Opener = Callable[[Here, str], "Screen[Onward] | Query | str"]
"""From where one is, and what was typed after the place's word: a screen, or right on to where one would lead.

Raises K9liteError for what cannot be shown.
"""


@frozen(kw_only=True)
class Place:
    """One line of PLACES. It is opened by its word, one of its ``aliases`` or its key."""

    word: str
    summary: str
    aliases: tuple[str, ...] = ()
    key: str = ""
    argument: str = ""
    """What may follow the word, as help says it."""
    file: str = ""
    """The file in places/ with its ``opened``; its word's, unless said otherwise."""

    def open(self, here: Here, rest: str, closed: Callable[[Onward], None]) -> None:
        """``closed`` hears where it leads. Raises K9liteError."""
        found = self.opened(here, rest)
        if isinstance(found, Query | str):
            closed(found)
        else:
            here.operator.show(found, closed)

    def opened(self, here: Here, rest: str) -> Screen[Onward] | Query | str:
        """Its file is imported when it is first asked for."""
        module = import_module(f"k9lite.places.{self.file or self.word.replace('-', '_')}")
        return cast(Opener, module.opened)(here, rest)


def query_of(obj: Object | Ref) -> Query:
    """What a pane shows of one object that was found elsewhere."""
    ref = obj if isinstance(obj, Ref) else Ref(obj.kind, obj.metadata.namespace, obj.metadata.name)
    return Query(kind=ref.kind, namespace=ref.namespace, name=ref.name, title=ref.name)
