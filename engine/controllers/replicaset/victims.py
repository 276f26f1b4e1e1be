"""Which pods go first when a ReplicaSet shrinks; the first rule that differs decides.

    1 not yet on a node      2 Pending, Unknown, Running     3 not ready
    4 lower deletion cost    5 more active pods of the same family on its node
    6 ready for less time    7 more restarts                 8 newer

Times differ only if they fall into different powers of two (``ActivePodsWithRanks``, LogarithmicScaleDown);
where they do not, the lower uid goes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cmp_to_key, partial

from engine.controllers.replicaset.owner import Owner
from engine.kinds import ContainerStatus, Pod
from engine.kinds.frozen import frozen
from engine.readiness import each_ready_since
from engine.store.state import State

_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


@frozen
class _Ranked:
    pod: Pod
    first: tuple[bool, int, bool, int, int]
    """Rules 1 to 5; smaller goes first."""
    ready_since: int | None
    restarts: tuple[int, int]


def victims(state: State, owner: Owner, pods: Sequence[Pod], count: int, now: int) -> tuple[Pod, ...]:
    """The ``count`` pods to delete, first victim first. Walks the pods of the owner's whole family."""
    if count >= len(pods):
        return tuple(pods)
    crowd = _active_per_node(state, owner, pods)
    ranked = [_rank(pod, since, crowd) for pod, since in zip(pods, each_ready_since(pods), strict=True)]
    ranked.sort(key=cmp_to_key(partial(_compare, now)))
    return tuple(each.pod for each in ranked[:count])


def _active_per_node(state: State, owner: Owner, pods: Sequence[Pod]) -> Counter[str]:
    """Active pods on each node, of all ReplicaSets with the same controller."""
    counted = Counter(pod.spec.node_name for pod in pods if pod.spec.node_name)
    above = owner.metadata.controller
    if above is None:
        return counted
    for sibling in state.owned_by(above.uid, owner.kind):
        if sibling.metadata.uid == owner.metadata.uid:
            continue
        for pod in state.owned_by(sibling.metadata.uid, "Pod"):
            if isinstance(pod, Pod) and pod.active and pod.spec.node_name:
                counted[pod.spec.node_name] += 1
    return counted


def _rank(pod: Pod, since: int | None, crowd: Counter[str]) -> _Ranked:
    node = pod.spec.node_name
    first = (bool(node), _PHASES.get(pod.status.phase, 0), since is not None, _deletion_cost(pod), -crowd[node])
    regular = _most_restarts(pod.status.container_statuses)
    sidecar = _most_restarts(_sidecars(pod)) if pod.spec.init_containers else 0
    return _Ranked(pod, first, since, (-regular, -sidecar))


def _sidecars(pod: Pod) -> list[ContainerStatus]:
    names = {each.name for each in pod.spec.init_containers if each.restart_policy == "Always"}
    return [each for each in pod.status.init_container_statuses if each.name in names]


def _most_restarts(statuses: Iterable[ContainerStatus]) -> int:
    most = 0
    for each in statuses:
        if each.restart_count > most:
            most = each.restart_count
    return most


def _compare(now: int, left: _Ranked, right: _Ranked) -> int:
    if left.first != right.first:
        return -1 if left.first < right.first else 1
    if left.ready_since is not None and left.ready_since != right.ready_since:
        return _compare_ages(left, right, left.ready_since, right.ready_since, now)
    if left.restarts != right.restarts:
        return -1 if left.restarts < right.restarts else 1
    born, other = left.pod.metadata.creation_timestamp, right.pod.metadata.creation_timestamp
    if born != other:
        return _compare_ages(left, right, born, other, now)
    return 0


def _compare_ages(left: _Ranked, right: _Ranked, mine: int | None, other: int | None, now: int) -> int:
    if not mine or not other:
        return -1 if not mine else 1
    difference = _log2_age(mine, now) - _log2_age(other, now)
    if difference:
        return difference
    return -1 if left.pod.metadata.uid < right.pod.metadata.uid else 1


def _log2_age(time: int, now: int) -> int:
    """The power of two of the age in nanoseconds; -1 for an age of nothing."""
    age_nanoseconds = (now - time) * 10**9
    return age_nanoseconds.bit_length() - 1 if age_nanoseconds > 0 else -1


def _deletion_cost(pod: Pod) -> int:
    text = pod.metadata.annotations.get(_DELETION_COST)
    if not text:
        return 0
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() else 0
