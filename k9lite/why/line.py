"""The one line under the cursor: what ``health`` says of an object, with what lies behind it where that says little.

Asked for the selected row alone, so it may look at an object's events and neighbours, as ``health`` of every row
may not. Pure: nothing here knows a screen.
"""

from collections.abc import Callable, Mapping
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

from engine.kinds import Object, Pod, Ref, Service
from engine.kinds.batch import COMPLETE, CronJob, Job
from engine.kinds.networking import Ingress
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.pod_line import pod_line
from k9lite.why.services import service_causes

_LOOK_AT = 50


def line(obj: Object, state: State, now: int) -> str:
    """ "" for what is well."""
    found = health(obj, state, now)
    rule = _RULES.get(obj.kind)
    if rule is None or not found.reason:
        return found.reason
    said: str = rule(obj, found.reason, state, now)
    return " ".join(said.split())


def _pod(pod: Pod, reason: str, state: State, now: int) -> str:
    return pod_line(pod, reason, state, now)


def _workload(owner: Object, reason: str, state: State, now: int) -> str:
    """What is said of the pod that is to blame is said in its own words; where none is named, it is added."""
    pod = _culprit(owner, state, now)
    if pod is None:
        return reason
    short = health(pod, state, now).reason
    name, whole = pod.metadata.name, pod_line(pod, short, state, now)
    if name in reason:
        return reason.replace(f"{name} {short}", f"{name} {whole}")
    return reason if _NOT_BY_PODS in reason else f"{reason.removesuffix('.')}: {name} {whole}"


_NOT_BY_PODS = "is forbidden"
"""The API server refuses to make any."""


def _culprit(owner: Object, state: State, now: int) -> Pod | None:
    """The first of its pods that is bad, else the first that is not well."""
    sets = islice(state.owned_by(owner.metadata.uid, "ReplicaSet"), _LOOK_AT)
    uids = chain((owner.metadata.uid,), (each.metadata.uid for each in sets))
    pods = islice((pod for uid in uids for pod in state.owned_by(uid, Pod.kind)), _LOOK_AT)
    levels = [(health(pod, state, now).level, pod) for pod in pods if isinstance(pod, Pod)]
    for level in ("bad", "warn"):
        if (found := next((pod for each, pod in levels if each == level), None)) is not None:
            return found
    return None


def _cron_job(cron_job: CronJob, reason: str, state: State, now: int) -> str:
    jobs = [job for job in state.owned_by(cron_job.metadata.uid, Job.kind) if isinstance(job, Job) and job.finished]
    last = max(jobs, key=lambda job: (job.status.start_time or 0, job.metadata.name), default=None)
    failed = last is not None and last.finished != COMPLETE and last.metadata.name in reason
    return f"{reason}: {line(last, state, now)}" if failed and last is not None else reason


def _service(service: Service, reason: str, state: State, now: int) -> str:
    """Which label or port does not match, or which pod is not ready."""
    if not reason.startswith("no endpoints"):
        return reason
    cause = next(iter(service_causes(service, state, now, _LOOK_AT * 4)), None)
    if cause is None:
        return reason
    pod = None if cause.ref is None else state.get(cause.ref)
    if isinstance(pod, Pod) and "none is ready" in reason:
        return f"{reason}: {pod.metadata.name} {line(pod, state, now)}"
    return f"no endpoints: {cause.text}"


def _ingress(ingress: Ingress, reason: str, state: State, now: int) -> str:
    """``service web: ...`` goes on with what is wrong with that."""
    name, colon, _ = reason.removeprefix("service ").partition(": ")
    service = state.get(Ref(Service.kind, ingress.metadata.namespace, name)) if colon else None
    return reason if service is None else f"service {name}: {line(service, state, now)}"


_RULES: Mapping[str, Callable[[Any, str, State, int], str]] = MappingProxyType({
    "Pod": _pod,
    "Service": _service,
    "Ingress": _ingress,
    "CronJob": _cron_job,
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"), _workload
    ),
})
