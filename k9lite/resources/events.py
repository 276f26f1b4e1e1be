"""Events: Enter leads to what an event is about."""

from engine.kinds import KINDS, Event
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _drill(event: Event, _state: State) -> Query | None:
    about = event.involved_object
    if about.kind not in KINDS:
        return None
    return Query(kind=about.kind, namespace=about.namespace, name=about.name, title=f"event/{event.metadata.name}")


RESOURCE = listed(
    "Event",
    priorities={"TYPE": 4, "REASON": 1, "OBJECT": 2, "MESSAGE": 0, "NAME": 9, "COUNT": 3, "NAMESPACE": 5},
    drill=_drill,
)
