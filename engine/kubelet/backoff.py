"""How long a failed container or image waits for its next try; remembered in the statuses alone.

Follows client-go's flowcontrol.Backoff as the kubelet uses it (10 s, doubled up to 300 s, forgotten after a
life of over 600 s). The delay before the life that ended is read off the gap before it, so nothing is stored:
    crash, 0 s, crash, 10 s, crash, 20 s, ... 300 s
"""

import re

from engine.kinds import ContainerStateTerminated, ContainerStatus
from engine.kinds.frozen import frozen

INITIAL_SECONDS, LONGEST_SECONDS = 10, 300
_FORGOTTEN_SECONDS = 2 * LONGEST_SECONDS
_WAITING = re.compile(r"back-off (?:(\d+)m)?(?:(\d+)s)? restarting")
NOTICED_SECONDS = 1
"""How long the kubelet needs to see that a container ended."""
_PULL_SHOWN_SECONDS = 2


def restart_delay(status: ContainerStatus) -> int:
    """Seconds between the end of the last life and the next start, for a container that is not running."""
    waiting, ended = status.state.waiting, status.state.terminated
    if ended is None:
        match = _WAITING.match(waiting.message) if waiting is not None else None
        if match is None:
            return _after_restarts(status.restart_count)
        return int(match[1] or 0) * 60 + int(match[2] or 0)
    previous = status.last_state.terminated
    if _lived(ended) > _FORGOTTEN_SECONDS or previous is None:
        return 0
    gap = (ended.started_at or ended.finished_at or 0) - (previous.finished_at or 0)
    return INITIAL_SECONDS if gap < INITIAL_SECONDS else _doubled(gap)


def _lived(ended: ContainerStateTerminated) -> int:
    return (ended.finished_at or 0) - ended.started_at if ended.started_at else 0


def _doubled(gap_seconds: int) -> int:
    """Twice the step of 10, 20, 40, ... that the gap came from; what a slow image adds does not count."""
    step = INITIAL_SECONDS
    while step * 2 <= gap_seconds:
        step *= 2
    return min(step * 2, LONGEST_SECONDS)


def _after_restarts(count: int) -> int:
    return 0 if count == 0 else min(INITIAL_SECONDS << min(count - 1, 6), LONGEST_SECONDS)


def duration(seconds: int) -> str:
    """As Go prints a Duration: ``10s``, ``2m40s``, ``5m0s``."""
    return f"{seconds}s" if seconds < 60 else f"{seconds // 60}m{seconds % 60}s"


@frozen(kw_only=True)
class PullTry:
    """Where a failing pull stands: just tried, or backing off; ``changes_at`` is the next change."""

    backing_off: bool
    changes_at: int


def pull_try(since: int, now: int) -> PullTry:
    """Follows from the first try alone: tries come at 0, 10, 30, 70, 150, 310, 610, ... seconds after it."""
    at, delay = since, INITIAL_SECONDS
    if now - since > _FORGOTTEN_SECONDS:
        at += 310 + (now - since - 310) // LONGEST_SECONDS * LONGEST_SECONDS
        delay = LONGEST_SECONDS
    while at + delay <= now:
        at += delay
        delay = min(delay * 2, LONGEST_SECONDS)
    if now < at + _PULL_SHOWN_SECONDS:
        return PullTry(backing_off=False, changes_at=at + _PULL_SHOWN_SECONDS)
    return PullTry(backing_off=True, changes_at=at + delay)
