"""``kubectl apply`` of one manifest: creates it, or merges it into the live object.

Follows ``k8s.io/kubectl/pkg/cmd/apply`` (client-side apply), with its record of what was last applied in an
annotation, so that what left the manifest leaves the object and what others wrote stays.
"""

import json
from collections.abc import Mapping
from typing import Any

from engine.api.answers import kind_in
from engine.api.creation import create
from engine.api.draft import Draft
from engine.api.patching.three_way import three_way
from engine.api.update import update
from engine.errors import BadRequest
from engine.kinds import Object, Ref, from_manifest, to_manifest, with_metadata
from engine.kinds.conversion import converted
from engine.kinds.registry import is_custom

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_CUSTOM_GROUPS = ("metallb.io", "k9lite.dev")
"""Kinds of these groups have no merge keys: their lists replace."""


def apply(draft: Draft, manifest: Mapping[str, Any]) -> Object:
    """Puts the object into the draft and returns it as stored."""
    manifest = converted(manifest)
    wanted = from_manifest(manifest)
    kind = kind_in(draft, wanted.kind)
    meta = wanted.metadata
    if not meta.name:
        raise BadRequest("error when retrieving current configuration: resource name may not be empty")
    ref = Ref(kind.name, (meta.namespace or "default") if kind.namespaced else "", meta.name)
    applied = _without_own_record(manifest, ref.namespace)
    record = record_of(manifest, ref.namespace)
    live = draft.get(ref)
    if live is None:
        status = {"status": manifest["status"]} if "status" in manifest else {}
        obj = from_manifest({**applied, **status})  # a Node registers with its status; others lose theirs
        annotations = {**obj.metadata.annotations, LAST_APPLIED: record}
        return create(draft, with_metadata(obj, annotations=annotations))
    new = {**applied, "metadata": {**applied["metadata"]}}
    new["metadata"]["annotations"] = {**(new["metadata"].get("annotations") or {}), LAST_APPLIED: record}
    strategic = kind.group not in _CUSTOM_GROUPS and not is_custom(kind.name)
    merged = three_way(_last_applied(live), new, to_manifest(live), strategic=strategic)
    return update(draft, from_manifest(merged))


def record_of(manifest: Mapping[str, Any], namespace: str) -> str:
    """What the annotation says once this is applied."""
    applied = _without_own_record(manifest, namespace)
    return json.dumps(applied, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def _without_own_record(manifest: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    """What the annotation keeps: the manifest without the annotation itself and without a status."""
    applied = {key: value for key, value in manifest.items() if key != "status"}
    meta = dict(applied.get("metadata") or {})
    annotations = dict(meta.get("annotations") or {})
    annotations.pop(LAST_APPLIED, None)
    meta["annotations"] = annotations
    if namespace:
        meta["namespace"] = namespace
    applied["metadata"] = meta
    return applied


def _last_applied(live: Object) -> Any:
    """The record of the last apply; None where there is none or where somebody spoilt it."""
    try:
        return json.loads(live.metadata.annotations.get(LAST_APPLIED, "null"))
    except json.JSONDecodeError:
        return None
