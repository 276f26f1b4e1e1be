"""Objects from their bytes, with equal parts as one object: a reloaded cluster takes no more memory than a grown one.

What many objects share is found by the bytes of that part of the manifest: a pod's spec (one for each node),
labels, owners, conditions, the images of a node, what an Event is about. The rest of an object is its own.
"""

from collections.abc import Callable
from sys import intern
from typing import Any, TypeVar

import msgpack
from msgpack import packb

from engine.errors import ApiError, BadRequest, LogError
from engine.kinds import (
    Condition,
    ContainerImage,
    ContainerState,
    ContainerStatus,
    Event,
    Node,
    NodeStatus,
    Object,
    ObjectReference,
    Pod,
    PodSpec,
    PodStatus,
    evolve,
    from_manifest,
)
from engine.kinds.codec import DecodeError, decode

T = TypeVar("T")

_MOST_PARTS = 1 << 14
"""Then all are forgotten: sharing is a matter of memory, never of meaning, and whose names are close share most."""
_MOST_OF_EVENTS = 1 << 9
"""Of those that one pod's Events share, or those of one second: the next pod's share others."""
_WORDS_OF_ALL = ("name", "namespace", "generate_name", "resource_version")
_WORDS_OF_EVENTS_TOO = ("namespace", "resource_version")
"""Nobody else says the name of an Event."""
_WORDS_OF_EVENTS = ("reason", "message", "type")
_MAPS_OF_NODES = (("capacity", "capacity"), ("allocatable", "allocatable"), ("node_info", "nodeInfo"))
_STATES_OF_CONTAINERS = (("state", "state"), ("last_state", "lastState"))


class Interning:
    """Holds the parts it has given out lately."""

    def __init__(self) -> None:
        self._parts: dict[Any, Any] = {}
        self._parts_of_events: dict[Any, Any] = {}

    def object_from(self, packed: bytes) -> Object:
        """The object whose manifest, as msgpack, is ``packed``. Raises LogError."""
        try:
            return self.object_of(msgpack.unpackb(packed))
        except (ValueError, TypeError, AttributeError, msgpack.UnpackException, ApiError) as error:
            raise LogError(f"an object in a checkpoint cannot be read: {error}") from error

    def object_of(self, manifest: dict[str, Any]) -> Object:
        """As from_manifest, which it equals; ``manifest`` is used up. Raises BadRequest."""
        if manifest.get("kind") == "Pod" and isinstance(manifest.get("spec"), dict):
            return self._pod(manifest)
        if manifest.get("kind") != Event.kind:
            manifest = _words_shared(manifest)
        if manifest.get("kind") == Node.kind and isinstance(manifest.get("status"), dict):
            return self._node(manifest)
        return self._with_shared_parts(from_manifest(manifest), manifest)

    def _pod(self, manifest: dict[str, Any]) -> Object:
        spec, status = manifest.pop("spec"), manifest.get("status") or {}
        parts = {name: status.pop(name) for name in ("conditions", "containerStatuses", "hostIPs") if name in status}
        if status.get("podIPs") == [{"ip": status.get("podIP")}]:
            status["podIPs"] = [{"ip": status["podIP"]}]  # the same string
        node_name = spec.pop("nodeName", "")
        of_nodes = self._same(("spec", packb(spec)), lambda: {"": _decoded(PodSpec, spec)})
        if node_name not in of_nodes:
            of_nodes[node_name] = evolve(of_nodes[""], node_name=intern(node_name))
        pod = self._with_shared_parts(from_manifest(manifest), manifest)
        assert isinstance(pod, Pod)
        return evolve(pod, spec=of_nodes[node_name], status=self._status(pod.status, parts))

    def _status(self, status: PodStatus, parts: dict[str, Any]) -> PodStatus:
        changed: dict[str, Any] = {
            name: intern(getattr(status, name)) for name in ("phase", "host_ip", "qos_class", "reason")
        }
        if parts.get("conditions"):
            each = tuple([self._part(Condition, part) for part in parts["conditions"]])
            changed["conditions"] = self._same(("conditions", *map(id, each)), lambda: each)
        if parts.get("hostIPs"):
            changed["host_ips"] = self._part(PodStatus, {"hostIPs": parts["hostIPs"]}).host_ips
        if parts.get("containerStatuses"):
            changed["container_statuses"] = tuple(map(self._container_status, parts["containerStatuses"]))
        return evolve(status, **changed)

    def _container_status(self, part: dict[str, Any]) -> ContainerStatus:
        if not isinstance(part, dict):
            return _decoded(ContainerStatus, part)
        changed: dict[str, Any] = {
            name: self._part(ContainerState, part.pop(key, None) or {}) for name, key in _STATES_OF_CONTAINERS
        }
        status = _decoded(ContainerStatus, part)
        changed |= {name: intern(getattr(status, name)) for name in ("name", "image", "image_id")}
        return evolve(status, **changed)

    def _node(self, manifest: dict[str, Any]) -> Object:
        parts = manifest["status"]
        lists = {name: parts.pop(name) for name in ("conditions", "images") if parts.get(name)}
        node = self._with_shared_parts(from_manifest(manifest), manifest)
        assert isinstance(node, Node)
        status: NodeStatus = node.status
        changed: dict[str, Any] = {
            name: self._same((key, packb(parts[key])), lambda: getattr(status, name))  # noqa: B023  # asked at once
            for name, key in _MAPS_OF_NODES
            if parts.get(key)
        }
        for name, cls in (("conditions", Condition), ("images", ContainerImage)):
            if name in lists:
                each = tuple([self._part(cls, part) for part in lists[name]])
                changed[name] = self._same((name, *map(id, each)), lambda: each)  # noqa: B023  # asked at once
        return evolve(node, status=evolve(status, **changed))

    def _with_shared_parts(self, obj: Object, manifest: dict[str, Any]) -> Object:
        meta, parts = obj.metadata, manifest.get("metadata") or {}
        words = _WORDS_OF_EVENTS_TOO if isinstance(obj, Event) else _WORDS_OF_ALL
        shared: dict[str, Any] = {name: intern(getattr(meta, name)) for name in words}
        if meta.labels:
            shared["labels"] = self._same(tuple(meta.labels.items()), lambda: meta.labels)
        if meta.owner_references:
            owners = "owners", packb(parts["ownerReferences"])
            shared["owner_references"] = self._same(owners, lambda: meta.owner_references)
        if not isinstance(obj, Event):
            shared["uid"] = intern(meta.uid)  # others name it
        changed: dict[str, Any] = {"metadata": evolve(meta, **shared)}
        if isinstance(obj, Event):
            changed |= self._parts_of(obj, manifest)
        return evolve(obj, **changed)  # type: ignore[misc]  # every kind is attrs

    def _parts_of(self, event: Event, manifest: dict[str, Any]) -> dict[str, Any]:
        known = self._parts_of_events
        if len(known) >= _MOST_OF_EVENTS:
            known.clear()
        words = {name: getattr(event, name) for name in _WORDS_OF_EVENTS}
        changed: dict[str, Any] = {name: known.setdefault(word, word) for name, word in words.items()}
        subject = packb(manifest["involvedObject"])
        if subject not in known:
            known[subject] = _decoded(ObjectReference, _words_shared(manifest["involvedObject"]))
        changed["involved_object"] = known[subject]
        changed["source"] = self._same(("source", packb(manifest.get("source"))), lambda: event.source)
        return changed

    def _part(self, cls: type[T], part: Any) -> T:
        made = self._same((cls, packb(part)), lambda: _decoded(cls, part))
        assert isinstance(made, cls)
        return made

    def _same(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self._parts.get(key)
        if found is None:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            found = self._parts[key] = make()
        return found


def _words_shared(value: Any) -> Any:
    """As ``value``, equal words being one string: for what names much that others name as well."""
    match value:
        case str():
            return intern(value)
        case dict():
            return {key: _words_shared(each) for key, each in value.items()}
        case list():
            return [_words_shared(each) for each in value]
    return value


def _decoded(cls: type[T], part: Any) -> T:
    try:
        return decode(cls, part)
    except DecodeError as error:
        raise BadRequest(str(error)) from None
