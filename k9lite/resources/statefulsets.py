"""StatefulSets: Enter leads to the pods each owns."""

from engine.kinds import StatefulSet
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _drill(stateful_set: StatefulSet, _state: State) -> Query:
    meta = stateful_set.metadata
    return Query(kind="Pod", namespace=meta.namespace, owner_uid=meta.uid, title=f"statefulset/{meta.name}")


RESOURCE = listed("StatefulSet", priorities={"READY": 0, "IMAGES": 6, "CONTAINERS": 8}, drill=_drill)
