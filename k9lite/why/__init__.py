"""Why an object is not as it should be: its causes, as far as the State tells, and which object leads on.

One file for each kind of question; ``causes`` asks the right one. Pure: nothing here knows a screen.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from engine.kinds import Node, Object, Pod, Ref, ref_of
from engine.printers.durations import since
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.cause import Cause
from k9lite.why.line import line
from k9lite.why.nodes import node_causes
from k9lite.why.others import autoscaler_causes, budget_causes, claim_waits, cron_job_causes, namespace_causes
from k9lite.why.pods import pod_causes
from k9lite.why.services import ingress_causes, service_causes
from k9lite.why.workloads import workload_causes

Causes = Callable[[Any, State, int], Iterator[Cause]]
_RULES: Mapping[str, Causes] = MappingProxyType(
    {
        "Pod": pod_causes,
        "Service": service_causes,
        "Ingress": ingress_causes,
        "Node": node_causes,
        "PersistentVolumeClaim": claim_waits,
        "PodDisruptionBudget": budget_causes,
        "HorizontalPodAutoscaler": autoscaler_causes,
        "CronJob": cron_job_causes,
        "Namespace": namespace_causes,
        **dict.fromkeys(
            ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"), workload_causes
        ),
    }
)
_MOST_WARNINGS = 4


def causes(obj: Object, state: State, now: int) -> list[Cause]:
    """The first says how the object is; those below it, why. Where nothing is wrong, one line says that."""
    found = health(obj, state, now)
    name = f"{obj.kind.lower()}/{obj.metadata.name}"
    well = found.level in ("ok", "done") and not found.reason
    # What the line adds for others stands below, in words of its own.
    said = line(obj, state, now) if isinstance(obj, Pod) else found.reason
    head = Cause(f"{name}: {said or 'nothing is wrong with it'}", found.level, ref_of(obj))
    rule = _RULES.get(obj.kind)
    below = [] if rule is None else [each.deeper() for each in rule(obj, state, now)]
    if well and not any(each.level in ("warn", "bad") for each in below):
        return [head, *below]
    return [head, *below, *_told(obj, state, now)]


def leads_on(obj: Object, state: State, now: int) -> Ref | None:
    """The object to look at next, None where nothing else is to blame."""
    below = causes(obj, state, now)[1:]
    return next((each.ref for each in below if each.ref is not None and each.level == "bad"), None)


def _told(obj: Object, state: State, now: int) -> Iterator[Cause]:
    """What was reported about it lately, the newest first."""
    events = state.events_of(obj) if not isinstance(obj, Node) else state.events_about(ref_of(obj), obj.metadata.uid)
    warnings = (event for event in reversed(events) if event.type == "Warning")
    for event in islice(warnings, _MOST_WARNINGS):
        times = f" ({event.count} times)" if event.count > 1 else ""
        ago = since(event.last_timestamp, now)
        yield Cause(f"{ago} ago {event.reason}: {event.message}{times}", "warn", None, 1)
