"""What may be asked of the API server. A write is a wish; ``admit`` turns it into puts and removes, or refuses.

Users, controllers, the scheduler and kubelets all write these and nothing else. Every write has a request
form (a JSON-shaped mapping), which is what a log keeps of an input so that it can be asked again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.kinds import Object, Ref, from_manifest, to_manifest
from engine.kinds.frozen import frozen

FOREGROUND, BACKGROUND, ORPHAN = "Foreground", "Background", "Orphan"


@frozen
class Create:
    """POST: ``metadata.generateName`` allowed; status is dropped, except for Nodes, which register with theirs."""

    object: Object


@frozen
class Update:
    """PUT: metadata and spec; status stays. A resourceVersion that is set must be the current one."""

    object: Object


@frozen
class UpdateStatus:
    """PUT on the status subresource: only status changes."""

    object: Object


@frozen
class Patch:
    """PATCH with ``type`` strategic, merge or json; ``subresource`` is "", "status" or "scale" (replicas only)."""

    ref: Ref
    body: Any
    type: str = "strategic"
    subresource: str = ""


@frozen
class Apply:
    """``kubectl apply``: creates, or merges three ways with the last-applied annotation."""

    manifest: Mapping[str, Any]


@frozen(kw_only=True)
class ServerSideApply:
    """PATCH of type apply: creates, or says what ``manager`` wants; ``force`` takes fields from others."""

    manifest: Mapping[str, Any]
    manager: str
    force: bool = False


@frozen(kw_only=True)
class Delete:
    """``grace_seconds`` None means the pod's own; 0 removes at once. ``uid`` is a precondition."""

    ref: Ref
    grace_seconds: int | None = None
    propagation: str = ""
    uid: str = ""


@frozen(kw_only=True)
class Evict:
    """The eviction subresource: a delete that disruption budgets may refuse (TooManyRequests)."""

    ref: Ref
    grace_seconds: int | None = None


@frozen
class Bind:
    """The binding subresource: sets ``spec.nodeName`` once, with the PodScheduled condition."""

    ref: Ref
    node: str


@frozen(kw_only=True)
class Emit:
    """An Event about ``subject``; the same report again counts up the first."""

    subject: Object
    type: str
    reason: str
    message: str
    component: str
    host: str = ""
    field_path: str = ""
    """Which part of ``subject`` it is about, as in ``spec.containers{main}``."""


@frozen(kw_only=True)
class RunLine:
    """The exec subresource: one line typed into a shell of a container; becomes an Exec object."""

    ref: Ref
    container: str
    session: str
    line: str


Write = Create | Update | UpdateStatus | Patch | Apply | ServerSideApply | Delete | Evict | Bind | Emit | RunLine


def to_request(write: Write) -> dict[str, Any]:
    """The JSON-shaped form of a write."""
    match write:
        case Create() | Update() | UpdateStatus():
            return {"write": type(write).__name__, "object": to_manifest(write.object)}
        case Patch():
            return {
                "write": "Patch",
                "ref": list(write.ref),
                "body": write.body,
                "type": write.type,
                "subresource": write.subresource,
            }
        case Apply():
            return {"write": "Apply", "manifest": dict(write.manifest)}
        case ServerSideApply():
            return {
                "write": "ServerSideApply",
                "manifest": dict(write.manifest),
                "manager": write.manager,
                "force": write.force,
            }
        case Delete():
            return {
                "write": "Delete",
                "ref": list(write.ref),
                "grace_seconds": write.grace_seconds,
                "propagation": write.propagation,
                "uid": write.uid,
            }
        case Evict():
            return {"write": "Evict", "ref": list(write.ref), "grace_seconds": write.grace_seconds}
        case Bind():
            return {"write": "Bind", "ref": list(write.ref), "node": write.node}
        case Emit():
            return {
                "write": "Emit",
                "subject": to_manifest(write.subject),
                "type": write.type,
                "reason": write.reason,
                "message": write.message,
                "component": write.component,
                "host": write.host,
                **({"field_path": write.field_path} if write.field_path else {}),
            }
        case RunLine():
            return {
                "write": "RunLine",
                "ref": list(write.ref),
                "container": write.container,
                "session": write.session,
                "line": write.line,
            }


_BY_NAME: dict[str, Any] = {
    cls.__name__: cls
    for cls in (Create, Update, UpdateStatus, Patch, Apply, ServerSideApply, Delete, Evict, Bind, Emit, RunLine)
}


def request_of(writes: Sequence[Write], groups: Sequence[str] = ()) -> tuple[Mapping[str, Any], ...]:
    """What a commit keeps of an input: its writes, after the groups of who asked if his name does not tell them."""
    asked = tuple(to_request(write) for write in writes)
    return ({"groups": list(groups)}, *asked) if groups else asked


def asked_by(request: Sequence[Mapping[str, Any]]) -> tuple[list[Write], tuple[str, ...]]:
    """The inverse of ``request_of``."""
    writes = [from_request(each) for each in request if "write" in each]
    return writes, tuple(group for each in request if "write" not in each for group in each.get("groups", ()))


def from_request(request: Mapping[str, Any]) -> Write:
    """The write a request form describes; the inverse of ``to_request``."""
    values = {key: value for key, value in request.items() if key != "write"}
    for key in ("object", "subject"):
        if key in values:
            values[key] = from_manifest(values[key])
    if "ref" in values:
        values["ref"] = Ref(*values["ref"])
    write: Write = _BY_NAME[request["write"]](**values)
    return write
