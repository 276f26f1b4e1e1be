"""What a filter reads of a pod with which nothing is the matter, read off its manifest: most pods are such.

To make a pod of its bytes takes five times as long, and the memory of it. A test holds that it is what the printer
says; of any other pod nothing is said here.
"""

from typing import Any

import msgpack

from engine.printers.durations import NONE
from engine.printers.parts.levels import OK


def plain_text(packed: bytes) -> str | None:
    """None for a pod that has to be looked at."""
    try:
        return _text(msgpack.unpackb(packed))
    except (ValueError, TypeError, KeyError, AttributeError, msgpack.UnpackException):
        return None  # whoever makes a pod of it says what is wrong


def _text(pod: dict[str, Any]) -> str | None:
    meta, spec, status = pod["metadata"], pod["spec"], pod["status"]
    if status["phase"] != "Running" or "deletionTimestamp" in meta or "reason" in status:
        return None
    if "initContainers" in spec or "readinessGates" in spec or "initContainerStatuses" in status:
        return None
    count, containers = len(spec["containers"]), status["containerStatuses"]
    if count != len(containers) or not all(map(_runs, containers)):
        return None
    for each in status["conditions"]:
        if each.get("reason") == "SchedulingGated" or (each["type"] == "Ready" and each["status"] != "True"):
            return None
    name, namespace, node = meta["name"], meta["namespace"], spec["nodeName"]
    ip, nominated = status.get("podIP") or NONE, status.get("nominatedNodeName") or NONE
    return f"{OK.glyph} {namespace} {name} {count}/{count} Running 0 {ip} {node} {nominated} {NONE}"


def _runs(container: dict[str, Any]) -> bool:
    """Ready since its first start."""
    state = container["state"]
    is_up = isinstance(state.get("running"), dict) and not state.get("waiting") and not state.get("terminated")
    return is_up and container.get("ready") is True and not container.get("restartCount")
