"""ReplicaSets: Enter leads to the pods each owns."""

from engine.kinds import ReplicaSet
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _drill(replica_set: ReplicaSet, _state: State) -> Query:
    meta = replica_set.metadata
    return Query(kind="Pod", namespace=meta.namespace, owner_uid=meta.uid, title=f"replicaset/{meta.name}")


RESOURCE = listed("ReplicaSet", priorities={"DESIRED": 1, "CURRENT": 2, "READY": 0}, drill=_drill)
