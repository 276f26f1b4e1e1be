"""Probes without ticking: at which second a probe's verdict flips, worked out from what it would find.

What a probe finds is constant between a few known times (the start, the server being ready). Within such a
stretch the ticks are counted, not made, so a settled probe costs nothing. Follows ``pkg/kubelet/prober``;
differs in that the first probe comes 1 s after the start (or initialDelaySeconds), not on a grid begun with
the pod, and that an Unhealthy Event is made when failing begins and when it counts, not at every period.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.kinds import Container, Probe
from engine.kinds.frozen import frozen
from engine.kubelet.scene import earliest

FIRST_PROBE_SECONDS = 1


class Finding(NamedTuple):
    """What a probe finds from ``at`` on, until the next Finding."""

    at: int
    ok: bool
    message: str = ""


class Verdict(NamedTuple):
    """``counts`` when the threshold is reached with it; else it is the first failure of a row."""

    at: int
    ok: bool
    counts: bool
    message: str


@frozen(kw_only=True)
class Findings:
    """Per probe of a container; each list begins at or before the container's start, in order of time."""

    startup: Sequence[Finding] = ()
    liveness: Sequence[Finding] = ()
    readiness: Sequence[Finding] = ()


@frozen(kw_only=True)
class Health:
    """A running container's probes at one second. ``killed_at`` is when a probe had (or will have) it killed."""

    started: bool
    ready: bool
    killed_at: int | None
    killed_by: str = ""
    changes_at: int | None
    unhealthy: tuple[str, ...] = ()
    """Messages of the failures of this very second."""


def health(container: Container, started_at: int, findings: Findings, now: int) -> Health:
    """How a container that runs since ``started_at`` does at ``now``."""
    begun, killed_at, killed_by = _startup(container.startup_probe, started_at, findings.startup)
    liveness = tuple(_verdicts(container.liveness_probe, started_at, begun, findings.liveness))
    readiness = tuple(_verdicts(container.readiness_probe, started_at, begun, findings.readiness))
    startup = tuple(_verdicts(container.startup_probe, started_at, started_at, findings.startup))
    if begun is not None:
        startup = tuple(verdict for verdict in startup if verdict.at <= begun)
    failed = next((each for each in liveness if each.counts and not each.ok), None)
    if failed is not None:
        killed_at, killed_by = failed.at, "liveness"
    started = begun is not None and begun <= now
    ready = started and container.readiness_probe is None
    for verdict in readiness:
        if verdict.counts and verdict.at <= now:
            ready = verdict.ok
    named = [("Startup", each) for each in startup]
    named += [("Liveness", each) for each in liveness] + [("Readiness", each) for each in readiness]
    alive = [(name, each) for name, each in named if killed_at is None or each.at <= killed_at]
    return Health(
        started=started,
        ready=ready,
        killed_at=killed_at,
        killed_by=killed_by,
        changes_at=earliest(begun if not started else None, *(each.at for _, each in alive if each.at > now)),
        unhealthy=tuple(
            f"{name} probe failed: {each.message}" for name, each in alive if each.at == now and not each.ok
        ),
    )


def _startup(
    probe: Probe | None, started_at: int, findings: Sequence[Finding]
) -> tuple[int | None, int | None, str]:
    """(when the container counts as started, when the probe gives it up, by what name)."""
    if probe is None:
        return started_at, None, ""
    for verdict in _verdicts(probe, started_at, started_at, findings):
        if verdict.counts:
            return (verdict.at, None, "") if verdict.ok else (None, verdict.at, "startup")
    return None, None, ""


def _verdicts(
    probe: Probe | None, started_at: int, begun: int | None, findings: Sequence[Finding]
) -> Iterator[Verdict]:
    """In order of time. ``begun`` is from when the probe may run: it is held until the startup probe's success."""
    if probe is None or begun is None:
        return
    period = max(probe.period_seconds, 1)
    tick = max(started_at + max(probe.initial_delay_seconds, FIRST_PROBE_SECONDS), begun)
    row, last = 0, None
    for place, finding in enumerate(findings):
        until = findings[place + 1].at if place + 1 < len(findings) else None
        if until is not None and tick >= until:
            continue
        ticks = None if until is None else -(-(until - tick) // period)
        threshold = max(probe.success_threshold if finding.ok else probe.failure_threshold, 1)
        if finding.ok != last:
            row, last = 0, finding.ok
            if not finding.ok and threshold > 1:
                yield Verdict(tick, False, False, finding.message)
        needed = threshold - row
        if needed > 0 and (ticks is None or ticks >= needed):
            yield Verdict(tick + (needed - 1) * period, finding.ok, True, finding.message)
        if ticks is None:
            return
        row += ticks
        tick += ticks * period
