"""What keeps a pod, in one line: its status says ``ContainerCreating`` or ``not ready``, its events say why."""

import re
from collections.abc import Iterator

from engine.kinds import ContainerStatus, Pod
from engine.printers.durations import human_duration
from engine.scheduler.facts import pod_facts
from engine.scheduler.filters import NOT_NAMED
from engine.store.state import State
from k9lite.why.claims import claim_causes

_DEFAULT_SCHEDULER = "default-scheduler"
_KILLED_SECONDS = 60
"""From the probe that failed to the end of what it kills: as long as its grace period, mostly half of this."""


def pod_line(pod: Pod, reason: str, state: State, now: int) -> str:
    """``reason`` is its health's."""
    if pod.metadata.deletion_timestamp is not None or not pod.active:
        return reason
    if not pod.spec.node_name:
        return _unscheduled(pod, reason, state, now)
    if reason in ("ContainerCreating", "PodInitializing", "Pending"):
        return _and(reason, _reported(pod, state))
    if re.fullmatch(r"Init:\d+/\d+", reason):
        return _and(reason, _initializing(pod, now))
    if reason.endswith(" is not ready"):
        return _and(reason, _reported(pod, state, "Unhealthy"))
    if "CrashLoopBackOff" in reason:
        return _and(reason, *_why_it_ended(pod, state))
    return _NOT_PULLED.sub(_not_pulled, reason)


_NOT_PULLED = re.compile(r'(ImagePullBackOff|ErrImagePull): (?:Back-off pulling|Failed to pull) image "(.*?)".*: (.+)')


def _not_pulled(found: re.Match[str]) -> str:
    """What a runtime says of an image goes round by every reference it tried; the last word is the reason."""
    return f"{found[1]} of {found[2]}: {found[3]}"


def _unscheduled(pod: Pod, reason: str, state: State, now: int) -> str:
    if pod.spec.scheduler_name not in ("", _DEFAULT_SCHEDULER):
        return f"waits for a scheduler named {pod.spec.scheduler_name}; there is only {_DEFAULT_SCHEDULER}"
    told = reason.removeprefix("Unschedulable: ").partition(" preemption: ")[0].removesuffix(".")
    if claims := [cause.text for cause in claim_causes(pod, state, now)]:
        return _and(told.partition(":")[0], *claims)
    named, why = pod_facts(pod).only_on, told.partition(": ")[2]
    if named and why:
        own = [re.sub(r"^\d+ ", "", each) for each in why.split(", ") if NOT_NAMED not in each]
        return _and(f"meant for {', '.join(sorted(named))} alone", ", ".join(own))
    return told


def _reported(pod: Pod, state: State, reason: str = "") -> str:
    """The newest warning, "" if there is none."""
    for event in reversed(state.events_of(pod)):
        if event.type == "Warning" and reason in ("", event.reason):
            return event.message
    return ""


def _initializing(pod: Pod, now: int) -> str:
    for container in pod.status.init_container_statuses:
        if (running := container.state.running) is not None and not container.ready:
            since = running.started_at
            return f"{container.name} runs" + ("" if since is None else f" for {human_duration(now - since)}")
    return ""


def _why_it_ended(pod: Pod, state: State) -> Iterator[str]:
    """A probe that killed it and the limit it ran into are not in the status of a container."""
    for container in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        ended, waiting = container.last_state.terminated, container.state.waiting
        if ended is None or waiting is None or waiting.reason != "CrashLoopBackOff":
            continue
        if ended.reason == "OOMKilled" and (limit := _memory_limit(pod, container)):
            yield f"its memory limit is {limit}"
        elif ended.finished_at is not None:
            yield _killed_by_a_probe(pod, container.name, ended.finished_at, state)
        return


def _memory_limit(pod: Pod, container: ContainerStatus) -> str:
    for each in (*pod.spec.init_containers, *pod.spec.containers):
        if each.name == container.name and each.resources is not None:
            return str(each.resources.limits.get("memory", ""))
    return ""


def _killed_by_a_probe(pod: Pod, container: str, finished_at: int, state: State) -> str:
    events = state.events_of(pod)
    killed = any(
        event.reason == "Killing"
        and f"ontainer {container} failed" in event.message
        and 0 <= finished_at - (event.last_timestamp or 0) <= _KILLED_SECONDS
        for event in events
    )
    probed = (e.message for e in reversed(events) if e.reason == "Unhealthy" and "Readiness" not in e.message)
    return next(probed, "") if killed else ""


def _and(*parts: str) -> str:
    return ": ".join(part for part in parts if part)
