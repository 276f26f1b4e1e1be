"""Services: kubectl's wide columns and the ready endpoints behind each; Enter leads to the pods it selects."""

from engine.kinds import EndpointSlice, LabelSelector, Service
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed
from k9lite.widgets.columns import Column


def _endpoints(service: Service, state: State, _now: int) -> str:
    ready = 0
    for piece in state.owned_by(service.metadata.uid, "EndpointSlice"):
        assert isinstance(piece, EndpointSlice)
        ready += sum(endpoint.conditions.ready is not False for endpoint in piece.endpoints)
    return str(ready) if service.spec.selector else "-"


def _drill(service: Service, _state: State) -> Query | None:
    if not service.spec.selector:
        return None
    meta = service.metadata
    selector = LabelSelector(match_labels=service.spec.selector)
    return Query(kind="Pod", namespace=meta.namespace, selector=selector, title=f"service/{meta.name}")


RESOURCE = listed(
    "Service",
    priorities={"TYPE": 4, "CLUSTER-IP": 2, "EXTERNAL-IP": 6, "PORT(S)": 1, "SELECTOR": 7},
    extras=((Column("ENDPOINTS", right=True), _endpoints),),
    drill=_drill,
)
