"""Events: Enter leads to what an event is about."""

from attrs import evolve

from engine.kinds import KINDS, Event
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed

_OBJECT_CELLS = 16
"""When, why, of what and what: all four are shown, on 80 columns as well; a message is whole below the table."""


def _drill(event: Event, _state: State) -> Query | None:
    about = event.involved_object
    if about.kind not in KINDS:
        return None
    return Query(kind=about.kind, namespace=about.namespace, name=about.name, title=f"event/{event.metadata.name}")


_LISTED = listed(
    "Event",
    priorities={
        "LAST SEEN": 0, "TYPE": 4, "REASON": 0, "OBJECT": 0, "MESSAGE": 0, "NAME": 9, "COUNT": 3, "NAMESPACE": 5,
    },
    drill=_drill,
)  # fmt: skip

RESOURCE = evolve(
    _LISTED,
    columns=tuple(
        evolve(column, min_width=_OBJECT_CELLS, flexible=True) if column.name == "OBJECT" else column
        for column in _LISTED.columns
    ),
    about_one=("OBJECT", "NAMESPACE"),
)
