"""What a ReplicaSet and a ReplicationController have in common: the adapters of the one algorithm."""

from typing import cast

from engine.kinds import LabelSelector, Ref, ReplicaSet, ReplicationController
from engine.store.state import State

Owner = ReplicaSet | ReplicationController

COMPONENT = {"ReplicaSet": "replicaset-controller", "ReplicationController": "replication-controller"}
"""Who reports the Events of each kind."""


def owner_of(state: State, ref: Ref) -> Owner | None:
    return cast("Owner | None", state.get(ref))


def selector_of(owner: Owner) -> LabelSelector | None:
    if isinstance(owner, ReplicaSet):
        return owner.spec.selector
    return LabelSelector(match_labels=owner.spec.selector) if owner.spec.selector else None
