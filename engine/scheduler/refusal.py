"""Why a pod fits nowhere, word for word as kube-scheduler's ``FitError`` and its preemption plugin say it.

    0/5 nodes are available: 1 Too many pods, 4 node(s) were unschedulable. preemption: 0/5 nodes are ...

Reasons are counted and sorted as strings, so "10 ..." comes before "2 ...".
"""

from collections import Counter
from collections.abc import Mapping

from engine.scheduler.filters import NOT_NAMED
from engine.scheduler.standing import Rejections

NO_NODES = "no nodes available to schedule pods"
CONFLICT = "pod affinity terms conflict"
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER_PREEMPTS = "not eligible due to preemptionPolicy=Never."


def refusal(count: int, rejections: Rejections, *, conflicting: bool, never_preempts: bool) -> str:
    """Of ``count`` nodes, all of which said no; ``conflicting`` affinity is refused before any is asked."""
    reasons = Counter({NOT_NAMED: count - len(rejections)})
    preemption = Counter({NOT_HELPFUL: count - len(rejections)})
    for rejection in rejections.values():
        reasons.update(rejection.reasons)
        preemption[NO_VICTIMS if rejection.helped_by_preemption else NOT_HELPFUL] += 1
    message = f"0/{count} nodes are available: {CONFLICT}." if conflicting else _available(count, reasons)
    return f"{message} preemption: {NEVER_PREEMPTS if never_preempts else _available(count, preemption)}"


def _available(count: int, reasons: Mapping[str, int]) -> str:
    told = sorted(f"{times} {reason}" for reason, times in reasons.items() if times)
    return f"0/{count} nodes are available: {', '.join(told)}."
