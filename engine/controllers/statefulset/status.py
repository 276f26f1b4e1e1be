"""The status of a StatefulSet: how many of its pods there are, are ready, available, of which revision.

Follows ``updateStatus`` and ``completeRollingUpdate``: once all pods are updated and ready, the update revision
is the current one.
"""

from engine.controllers.statefulset.identity import revision_of
from engine.controllers.statefulset.sync import Sync
from engine.kinds import StatefulSetStatus, evolve


def status_of(sync: Sync, collision_count: int) -> StatefulSetStatus:
    pods, update = sync.pods, sync.update.metadata.name
    staying = [revision_of(pod) for pod in pods if pod.metadata.deletion_timestamp is None]
    ready = [pod for pod in pods if sync.ready(pod)]
    status = evolve(
        sync.stateful_set.status,
        observed_generation=sync.stateful_set.metadata.generation,
        replicas=len(pods),
        ready_replicas=len(ready),
        available_replicas=sum(sync.available(pod) for pod in ready),
        current_replicas=max(0, staying.count(sync.current.metadata.name) - sync.updated_away),
        updated_replicas=staying.count(update),
        current_revision=sync.current.metadata.name,
        update_revision=update,
        collision_count=collision_count,
    )
    return _completed(sync, status)


def _completed(sync: Sync, status: StatefulSetStatus) -> StatefulSetStatus:
    spec = sync.stateful_set.spec
    counts = (status.updated_replicas, status.ready_replicas, status.replicas)
    if spec.update_strategy.type != "RollingUpdate" or counts != (spec.wanted,) * 3:
        return status
    return evolve(status, current_replicas=status.updated_replicas, current_revision=status.update_revision)
