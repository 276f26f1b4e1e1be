"""Objects from their bytes, with equal parts as one object: a reloaded cluster takes no more memory than a grown one.

What many objects share is found by the bytes of that part of the manifest: a pod's spec (one for each node),
labels, owners, conditions, what an Event is about. The rest of an object is its own.
"""

from collections.abc import Callable
from sys import intern
from typing import Any, TypeVar

import msgpack

from engine.errors import ApiError, BadRequest, LogError
from engine.kinds import Event, Object, Pod, PodSpec, PodStatus, Ref, evolve, from_manifest
from engine.kinds.codec import DecodeError, decode

T = TypeVar("T")

_MOST_PARTS = 1 << 18
"""Then all are forgotten: sharing is a matter of memory, never of meaning."""


class Interning:
    """Holds the parts it has given out."""

    def __init__(self) -> None:
        self._parts: dict[Any, Any] = {}

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
        return self._with_shared_parts(from_manifest(manifest), manifest)

    def ref(self, kind: str, namespace: str, name: str) -> Ref:
        made = Ref(intern(kind), intern(namespace), intern(name))
        return self._same(made, lambda: made)  # type: ignore[no-any-return]  # what is put in is a Ref

    def _pod(self, manifest: dict[str, Any]) -> Object:
        spec, status = manifest.pop("spec"), manifest.get("status") or {}
        conditions = status.pop("conditions", None)
        node_name = spec.pop("nodeName", "")
        of_nodes = self._same(msgpack.packb(spec), lambda: {"": _decoded(PodSpec, spec)})
        if node_name not in of_nodes:
            of_nodes[node_name] = evolve(of_nodes[""], node_name=intern(node_name))
        pod = self._with_shared_parts(from_manifest(manifest), manifest)
        assert isinstance(pod, Pod)
        if not conditions:
            return evolve(pod, spec=of_nodes[node_name])
        shared = self._same(
            msgpack.packb(conditions), lambda: _decoded(PodStatus, {"conditions": conditions}).conditions
        )
        return evolve(pod, spec=of_nodes[node_name], status=evolve(pod.status, conditions=shared))

    def _with_shared_parts(self, obj: Object, manifest: dict[str, Any]) -> Object:
        meta, parts = obj.metadata, manifest.get("metadata") or {}
        shared: dict[str, Any] = {"name": intern(meta.name), "namespace": intern(meta.namespace)}
        if meta.labels:
            shared["labels"] = self._same(tuple(meta.labels.items()), lambda: meta.labels)
        if meta.owner_references:
            owners = msgpack.packb(parts["ownerReferences"])
            shared["owner_references"] = self._same(owners, lambda: meta.owner_references)
        changed: dict[str, Any] = {"metadata": evolve(meta, **shared)}
        if isinstance(obj, Event):
            about = msgpack.packb(manifest["involvedObject"])
            changed["involved_object"] = self._same(about, lambda: obj.involved_object)
        return evolve(obj, **changed)  # type: ignore[misc]  # every kind is attrs

    def _same(self, key: Any, make: Callable[[], Any]) -> Any:
        found = self._parts.get(key)
        if found is None:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            found = self._parts[key] = make()
        return found


def _decoded(cls: type[T], part: Any) -> T:
    try:
        return decode(cls, part)
    except DecodeError as error:
        raise BadRequest(str(error)) from None
