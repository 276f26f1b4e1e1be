"""DaemonSets: Enter leads to the pods each owns, one a node."""

from engine.kinds import DaemonSet
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _drill(daemon_set: DaemonSet, _state: State) -> Query:
    meta = daemon_set.metadata
    return Query(kind="Pod", namespace=meta.namespace, owner_uid=meta.uid, title=f"daemonset/{meta.name}")


RESOURCE = listed(
    "DaemonSet",
    priorities={
        "DESIRED": 1, "CURRENT": 4, "READY": 0, "UP-TO-DATE": 5, "AVAILABLE": 5, "NODE SELECTOR": 7, "IMAGES": 6,
        "CONTAINERS": 8, "SELECTOR": 9,
    },
    drill=_drill,
)  # fmt: skip
