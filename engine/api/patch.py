"""PATCH: the stored manifest with a patch laid over it, then an update.

Follows ``k8s.io/apiserver/pkg/endpoints/handlers/patch.go``.
"""

from collections.abc import Mapping
from typing import Any

from engine.api.answers import no_such_resource, not_found
from engine.api.custom.scale import scale_of, with_replicas
from engine.api.draft import Draft
from engine.api.ephemeral_containers import add_containers
from engine.api.patching.json_patch import json_patch
from engine.api.patching.merge import merge_patch
from engine.api.patching.strategic import strategic_patch
from engine.api.update import update, update_status
from engine.api.validation.quantities import check_quantities
from engine.api.writes import Patch
from engine.errors import BadRequest
from engine.kinds import Object, Ref, from_manifest, to_manifest
from engine.kinds.registry import is_custom
from engine.serving import scale_paths


def patch(draft: Draft, write: Patch) -> Object:
    """Puts the patched object into the draft and returns it as stored."""
    stored = draft.get(write.ref)
    if stored is None:
        raise not_found(write.ref)
    # Custom kinds have no merge keys.
    type_ = "merge" if write.type == "strategic" and is_custom(write.ref.kind) else write.type
    if write.subresource == "scale" and is_custom(write.ref.kind):
        patched = _scaled(draft, to_manifest(stored), write)
    else:
        patched = patched_manifest(to_manifest(stored), write.body, type_)
        if write.subresource == "scale":
            patched = _only_scaled(to_manifest(stored), patched)
    obj = from_manifest(patched)
    _check_identity(write.ref, obj)
    if write.subresource == "status":
        check_quantities(obj)
        return update_status(draft, obj)
    if write.subresource == "ephemeralcontainers":
        return add_containers(draft, obj)
    return update(draft, obj)


def patched_manifest(manifest: Mapping[str, Any], body: Any, type_: str) -> Mapping[str, Any]:
    """``manifest`` after a patch of type strategic, merge or json. Raises BadRequest."""
    match type_:
        case "strategic":
            patched = strategic_patch(manifest, _mapping(body))
        case "merge":
            patched = merge_patch(manifest, _mapping(body))
        case "json":
            patched = json_patch(manifest, body)
        case _:
            raise BadRequest(f'--type must be one of [json merge strategic], not "{type_}"')
    if not isinstance(patched, Mapping):
        raise BadRequest("a patch must leave an object")
    return patched


def _only_scaled(stored: Mapping[str, Any], patched: Mapping[str, Any]) -> Mapping[str, Any]:
    replicas = {key: value for key, value in _mapping(patched.get("spec", {})).items() if key == "replicas"}
    return {**stored, "spec": {**stored.get("spec", {}), **replicas}}


def _scaled(draft: Draft, stored: Mapping[str, Any], write: Patch) -> Mapping[str, Any]:
    """The patch is of the Scale, and only its number counts. Raises NotFound for a kind without one."""
    paths = scale_paths(draft, write.ref.kind)
    if paths is None:
        raise no_such_resource()
    scale = patched_manifest(scale_of(stored, paths), write.body, "json" if write.type == "json" else "merge")
    return with_replicas(stored, paths.spec_replicas_path, _mapping(scale.get("spec", {})).get("replicas", 0))


def _mapping(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise BadRequest("error decoding patch: cannot unmarshal it into a map")
    return body


def _check_identity(ref: Ref, obj: Object) -> None:
    if obj.kind != ref.kind:
        raise BadRequest(f"the kind of the object ({obj.kind}) does not match the kind on the URL ({ref.kind})")
    meta = obj.metadata
    if meta.name != ref.name:
        raise BadRequest(f"the name of the object ({meta.name}) does not match the name on the URL ({ref.name})")
    if meta.namespace != ref.namespace:
        where = f"the namespace of the object ({meta.namespace})"
        raise BadRequest(f"{where} does not match the namespace on the URL ({ref.namespace})")
