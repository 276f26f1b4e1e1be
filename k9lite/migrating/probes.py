"""A healthcheck -> exec probes, with Compose's own defaults: each 30 s, 30 s to answer, three failures.

A failed healthcheck tells Compose that a container is not well; Kubernetes takes it out of its Services
(readinessProbe) and restarts it (livenessProbe, as Kompose has it). ``start_period`` becomes a startupProbe that
is as patient.
"""

from typing import Any

from k9lite.migrating.report import Report
from k9lite.migrating.values import At

_KNOWN = ("test", "interval", "timeout", "retries", "start_period", "start_interval", "disable")


def probes(check: At, report: Report) -> dict[str, Any]:
    for key, at in check.mapping().items():
        if key not in _KNOWN:
            report.dropped(at, "no such key of a healthcheck is known")
    command = _command(check)
    disable = check.get("disable")
    if (disable is not None and disable.boolean()) or not command:
        report.dropped(check, "no check is asked for" if command == [] or disable else "the image's own is not known")
        return {}
    probe: dict[str, Any] = {
        "exec": {"command": [word.replace("$(", "$$(") for word in command]},
        "periodSeconds": _seconds(check, "interval", 30),
        "timeoutSeconds": _seconds(check, "timeout", 30),
        "failureThreshold": _retries(check),
    }
    made: dict[str, Any] = {"livenessProbe": probe, "readinessProbe": dict(probe)}
    report.became(check, "livenessProbe and readinessProbe: what fails is left out by Services, and restarted")
    start = check.get("start_period")
    if start is not None and start.seconds():
        period = min(probe["periodSeconds"], _seconds(check, "start_interval", 5))
        patience = probe["failureThreshold"] + -(-start.seconds() // period)
        made["startupProbe"] = {**probe, "periodSeconds": period, "failureThreshold": patience}
        report.became(start, f"startupProbe: {patience} tries, {period} seconds apart, before the others begin")
    return made


def _command(check: At) -> list[str] | None:
    """None where only the image knows; empty for no check."""
    test = check.get("test")
    if test is None:
        return None
    if not test.is_list:
        return ["/bin/sh", "-c", test.text()]
    words = [each.text() for each in test.items()]
    match words:
        case ["NONE"] | []:
            return []
        case ["CMD", *rest] if rest:
            return rest
        case ["CMD-SHELL", line]:
            return ["/bin/sh", "-c", line]
    raise test.mistake("must begin with NONE, CMD or CMD-SHELL")


def _seconds(check: At, key: str, default: int) -> int:
    at = check.get(key)
    return (at.seconds() if at else 0) or default


def _retries(check: At) -> int:
    at = check.get("retries")
    return max(1, at.integer()) if at else 3
