"""GET of the API's paths: discovery (v1), objects and lists of them, as the JSON a server would send.

Follows the API server's discovery and its handlers. What is not served is NotFound, in its words; what the State it is
given refuses is Forbidden (engine/access/seen.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.access.attributes import Attributes
from engine.access.seen import require
from engine.api.selectors import parse_label_selector
from engine.errors import NotFound
from engine.kinds import KINDS, Kind, Ref, to_manifest
from engine.store.state import State
from engine.versions import SERVER

_HEALTH = ("/healthz", "/livez", "/readyz")
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


def answer_to(state: State, path: str, label_selector: str = "") -> Mapping[str, Any] | str:
    """JSON, or text for a path of health. ``path`` is without what stands behind a question mark."""
    where = path.rstrip("/") or "/"
    parts = [part for part in where.split("/") if part]
    if not is_of_objects(parts):
        require(state, Attributes(verb="get", path=where))
    if where in _HEALTH:
        return "ok"
    return _found(state, parts, label_selector)


def is_of_objects(parts: Sequence[str]) -> bool:
    """``api/v1/pods``, ``apis/apps/v1/deployments``: these ask for a resource, all others for the path itself."""
    return len(parts) > (2 if parts[:1] == ["api"] else 3) and parts[0] in ("api", "apis")


def _found(state: State, parts: Sequence[str], label_selector: str) -> Mapping[str, Any]:
    match parts:
        case []:
            return {"paths": ["/api", "/api/v1", "/apis", *_group_paths(), *_HEALTH, "/version"]}
        case ["version"]:
            return SERVER
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            groups = [_group(name) for name in _groups()]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", name] if name in _groups():
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(name)}
        case ["api", version]:
            return _version(version)
        case ["apis", group, version]:
            return _version(f"{group}/{version}")
        case ["api", version, *rest]:
            return _objects(state, version, rest, label_selector)
        case ["apis", group, version, *rest]:
            return _objects(state, f"{group}/{version}", rest, label_selector)
        case _:
            raise _missing()


def _missing() -> NotFound:
    return NotFound("the server could not find the requested resource")


def _groups() -> list[str]:
    return sorted({kind.group for kind in KINDS.values() if kind.group})


def _group_paths() -> list[str]:
    paths = [f"/apis/{kind.api_version}" for kind in KINDS.values() if kind.group]
    return sorted({*(f"/apis/{name}" for name in _groups()), *paths})


def _group(name: str) -> dict[str, Any]:
    served = sorted({kind.api_version for kind in KINDS.values() if kind.group == name})
    versions = [{"groupVersion": each, "version": each.rpartition("/")[2]} for each in served]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _version(api_version: str) -> dict[str, Any]:
    kinds = [kind for kind in KINDS.values() if kind.api_version == api_version]
    if not kinds:
        raise _missing()
    resources = [
        {
            "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.name,
            "verbs": list(_VERBS), **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
        }
        for kind in sorted(kinds, key=lambda kind: kind.plural)
    ]  # fmt: skip
    return {"kind": "APIResourceList", "groupVersion": api_version, "resources": resources}


def _objects(state: State, api_version: str, rest: Sequence[str], label_selector: str) -> Mapping[str, Any]:
    """``pods``, ``namespaces/x/pods``, ``namespaces/x/pods/web``, ``nodes/w1``."""
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and _kind(api_version, rest[2]) is not None:
        namespace, rest = rest[1], rest[2:]
    kind = _kind(api_version, rest[0])
    if kind is None or len(rest) > 2 or (namespace and not kind.namespaced):
        raise _missing()
    if len(rest) == 2:
        found = state.get(Ref(kind.name, namespace, rest[1]))
        if found is None:
            raise NotFound(f'{kind.resource} "{rest[1]}" not found')
        return _typed(to_manifest(found))
    labels = parse_label_selector(label_selector)
    found_objects = [each for each in state.objects(kind.name, namespace) if labels.matches(each.metadata.labels)]
    items = [_without_head(to_manifest(obj)) for obj in found_objects]
    metadata = {"resourceVersion": str(state.revision)}
    return {"kind": f"{kind.name}List", "apiVersion": api_version, "metadata": metadata, "items": items}


def _kind(api_version: str, plural: str) -> Kind | None:
    return next((kind for kind in KINDS.values() if (kind.api_version, kind.plural) == (api_version, plural)), None)


def _typed(manifest: dict[str, Any]) -> dict[str, Any]:
    return {"kind": manifest["kind"], **manifest}


def _without_head(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in ("kind", "apiVersion")}
