"""RollingUpdate of a DaemonSet: old pods go before new ones come (maxUnavailable), or after (maxSurge).

Follows ``update.go``; of several nodes that could be next the first by name is.
"""

from itertools import islice

from engine.controllers.daemonset.places import (
    BUSY,
    DESIRED,
    LEFT_OVER,
    OUTDATED,
    OUTDATED_DOWN,
    SERVING,
    UNWANTED,
    Place,
)
from engine.controllers.daemonset.standing import Standing
from engine.kinds import DaemonSet, Pod
from engine.kinds.int_or_percent import portion


def surges(daemon_set: DaemonSet) -> bool:
    return _limits(daemon_set, 1)[1] > 0


def next_step(daemon_set: DaemonSet, found: Standing, most: int) -> tuple[list[Pod], list[str]]:
    """(pods that go, nodes that get a pod besides their old one); at most ``most`` of each."""
    desired = found.count(DESIRED)
    unavailable, surge = _limits(daemon_set, desired)
    if desired and not unavailable and not surge:
        unavailable = 1
    if not surge:
        busy = found.count(BUSY) + found.count(OUTDATED_DOWN)
        going = [*found.having(OUTDATED_DOWN), *_first(found, OUTDATED, unavailable - busy)]
        return [place.old for place in islice(going, most) if place.old is not None], []
    spare = found.count(SERVING) - desired
    going = [*found.having(LEFT_OVER), *_first(found, UNWANTED, spare)]
    coming = [*found.having(OUTDATED_DOWN), *_first(found, OUTDATED, surge - found.count(BUSY))]
    old = [place.old for place in islice(going, most) if place.old is not None]
    return old, [place.node for place in islice(coming, most)]


def _first(found: Standing, tag: str, count: int) -> list[Place]:
    return list(islice(found.having(tag), max(0, count)))


def _limits(daemon_set: DaemonSet, desired: int) -> tuple[int, int]:
    """(maxUnavailable, maxSurge) of so many nodes; both round up."""
    strategy = daemon_set.spec.update_strategy
    rolling = strategy.rolling_update
    if strategy.type != "RollingUpdate" or rolling is None:
        return 0, 0
    unavailable = portion(rolling.max_unavailable, desired, round_up=True)
    return unavailable, portion(rolling.max_surge, desired, round_up=True)
