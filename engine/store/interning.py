"""Objects from their bytes, with equal parts as one object: a reloaded cluster takes no more memory than a grown one.

What many objects share is found by the bytes of that part of the manifest: a pod's spec (its node's name is put in
afterwards), labels, owners, conditions, what an Event is about. The rest of an object is its own.
"""

from collections.abc import Callable
from sys import intern
from typing import Any

import msgpack

from engine.errors import ApiError, LogError
from engine.kinds import Event, Object, Pod, PodSpec, Ref, evolve, from_manifest
from engine.kinds.codec import DecodeError, decode

_MOST_PARTS = 1 << 18
"""Then all are forgotten: sharing is a matter of memory, never of meaning."""


class Interning:
    """Holds the parts it has given out."""

    def __init__(self) -> None:
        self._parts: dict[Any, Any] = {}

    def object_from(self, packed: bytes) -> Object:
        """The object whose manifest, as msgpack, is ``packed``. Raises LogError."""
        try:
            manifest = msgpack.unpackb(packed)
            if manifest.get("kind") == "Pod":
                return self._pod(manifest)
            return self._with_shared_parts(from_manifest(manifest), manifest)
        except (ValueError, TypeError, AttributeError, msgpack.UnpackException, ApiError, DecodeError) as error:
            raise LogError(f"an object in a checkpoint cannot be read: {error}") from error

    def ref(self, kind: str, namespace: str, name: str) -> Ref:
        made = Ref(intern(kind), intern(namespace), intern(name))
        return self._same(made, lambda: made)  # type: ignore[no-any-return]  # what is put in is a Ref

    def _pod(self, manifest: dict[str, Any]) -> Object:
        spec = manifest.pop("spec")
        node_name = spec.pop("nodeName", None)
        pod = self._with_shared_parts(from_manifest(manifest), manifest)
        assert isinstance(pod, Pod)
        shared = self._same(msgpack.packb(spec), lambda: decode(PodSpec, spec))
        status = pod.status
        conditions = manifest.get("status", {}).get("conditions")
        if conditions:
            status = evolve(status, conditions=self._same(msgpack.packb(conditions), lambda: status.conditions))
        if node_name:
            shared = evolve(shared, node_name=intern(node_name))
        return evolve(pod, spec=shared, status=status)

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
