"""Recreate: all old pods stop before the first new one starts. Follows ``recreate.go``."""

from engine.controllers.deployment.revisions import clean_up_if_complete, ensure_new, renumber
from engine.controllers.deployment.rolling import scale_new
from engine.controllers.deployment.sync import Sync, size_of
from engine.kinds import TERMINAL_PHASES, Pod


def roll_out_recreate(sync: Sync) -> None:
    renumber(sync)
    running = [each for each in sync.old if size_of(each)]
    for each in running:
        sync.scale(each, 0)
    if running or _old_pods_run(sync):
        return
    ensure_new(sync)
    if not scale_new(sync):
        clean_up_if_complete(sync)


def _old_pods_run(sync: Sync) -> bool:
    """Any pod of an old ReplicaSet that has not finished, terminating ones too."""
    if any(each.status.replicas for each in sync.old):
        return True
    return any(
        isinstance(pod, Pod) and pod.status.phase not in TERMINAL_PHASES
        for each in sync.old
        for pod in sync.state.owned_by(each.metadata.uid, "Pod")
    )
