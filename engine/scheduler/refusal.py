"""Why a pod fits nowhere, word for word as kube-scheduler's ``FitError`` and its preemption plugin say it.

    0/5 nodes are available: 1 Too many pods, 4 node(s) were unschedulable. preemption: 0/5 nodes are ...

Reasons are counted and sorted as strings, so "10 ..." comes before "2 ...".
"""

from collections import Counter
from collections.abc import Mapping

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
    rejections: Rejections
    why: str
    without_victims: str
    """What preemption says if there is nobody less important anywhere."""


def refusal(count: int, rejections: Rejections, *, conflicting: bool) -> Refusal:
    """Of ``count`` nodes, all of which said no; ``conflicting`` affinity is refused before any is asked."""
    reasons = Counter({NOT_NAMED: count - len(rejections)})
    hopeful = 0
    for rejection in rejections.values():
        reasons.update(rejection.reasons)
        hopeful += rejection.helped_by_preemption
    return Refusal(
        rejections=rejections,
        why=f"0/{count} nodes are available: {CONFLICT}." if conflicting else told(count, reasons),
        without_victims=told(count, {NO_VICTIMS: hopeful, NOT_HELPFUL: count - hopeful}),
    )


def told(count: int, reasons: Mapping[str, int]) -> str:
    each = sorted(f"{times} {reason}" for reason, times in reasons.items() if times)
    return f"0/{count} nodes are available: {', '.join(each)}."
