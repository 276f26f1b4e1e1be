"""Why a pod fits nowhere, word for word as kube-scheduler's ``FitError`` and its preemption plugin say it.

    0/5 nodes are available: 1 Too many pods, 4 node(s) were unschedulable. preemption: 0/5 nodes are ...

Reasons are counted and sorted as strings, so "10 ..." comes before "2 ...".
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from engine.scheduler.filters import NOT_NAMED, Rejection

NO_NODES = "no nodes available to schedule pods"
CONFLICT = "pod affinity terms conflict"
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER_PREEMPTS = "not eligible due to preemptionPolicy=Never."
WAITS_FOR_VICTIMS = "not eligible due to a terminating pod on the nominated node."

Rejections = Mapping[str, Rejection]
"""Node -> why not; without those that required affinity leaves unnamed."""


@frozen(eq=False, kw_only=True)
class Refusal:
    count: int
    """Of nodes."""
    why: str
    hopeful: int
    """How many of them preemption might help."""
    hopeful_names: Callable[[], Sequence[str]]

    @property
    def without_victims(self) -> str:
        """What preemption says if there is nobody less important anywhere."""
        return told(self.count, {NO_VICTIMS: self.hopeful, NOT_HELPFUL: self.count - self.hopeful})


def refusal(count: int, rejections: Rejections, *, conflicting: bool) -> Refusal:
    """Of ``count`` nodes, all of which said no; ``conflicting`` affinity is refused before any is asked."""
    reasons = Counter({NOT_NAMED: count - len(rejections)})
    for rejection in rejections.values():
        reasons.update(rejection.reasons)
    hopeful = sorted(name for name, each in rejections.items() if each.helped_by_preemption)
    return counted_refusal(count, reasons, len(hopeful), lambda: hopeful, conflicting=conflicting)


def blanket_refusal(count: int, problem: str) -> Refusal:
    """Of a pod that no node is asked about."""
    return Refusal(count=count, why=f"0/{count} nodes are available: {problem}.", hopeful=0, hopeful_names=tuple)


def counted_refusal(
    count: int,
    reasons: Mapping[str, int],
    hopeful: int,
    hopeful_names: Callable[[], Sequence[str]],
    *,
    conflicting: bool,
) -> Refusal:
    why = f"0/{count} nodes are available: {CONFLICT}." if conflicting else told(count, reasons)
    return Refusal(count=count, why=why, hopeful=hopeful, hopeful_names=hopeful_names)


def told(count: int, reasons: Mapping[str, int]) -> str:
    each = sorted(f"{times} {reason}" for reason, times in reasons.items() if times)
    return f"0/{count} nodes are available: {', '.join(each)}."
