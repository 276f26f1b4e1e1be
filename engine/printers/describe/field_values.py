"""What ``fieldRef`` and ``resourceFieldRef`` of an environment variable stand for, as describe resolves them.

Follows kubectl: of a pod's fields it knows the name and the namespace, of a container its requests and
limits; everything else is empty in a description, though the container has it.
"""

from collections.abc import Mapping
from typing import Any

from engine.kinds import Container, Pod
from engine.kinds.amounts import amount_of

_KNOWN = ("cpu", "memory", "ephemeral-storage")
_NO_LIMIT = "node allocatable"


def field_value(pod: Pod, path: str) -> str:
    known = {"metadata.name": pod.metadata.name, "metadata.namespace": pod.metadata.namespace}
    return known.get(path, "")


def container_resource(ref: Mapping[str, Any], container: Container) -> str:
    """``limits.cpu`` in units of the divisor, rounded up."""
    which, _, name = ref.get("resource", "").partition(".")
    if which not in ("limits", "requests") or not (name in _KNOWN or name.startswith("hugepages-")):
        return ""
    resources = container.resources
    amounts: Mapping[str, str] = {}
    if resources is not None:
        amounts = resources.limits if which == "limits" else resources.requests
    amount = amount_of(amounts.get(name, "0")) / (amount_of(ref.get("divisor", "1")) or 1)
    rounded = -(-amount.numerator // amount.denominator)
    if rounded == 0 and which == "limits" and name in ("cpu", "memory"):
        return _NO_LIMIT
    return str(rounded)
