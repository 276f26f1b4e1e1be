"""GET of the API's paths: discovery (v1), objects and lists of them, as the JSON a server would send.

Follows the API server's discovery and its handlers. What is not served is NotFound, in its words; what the State it is
given refuses is Forbidden (engine/access/seen.py). Custom kinds are served in each of their versions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.access.attributes import METRICS_GROUP, Attributes
from engine.access.seen import behind, require
from engine.api.custom.scale import scale_of
from engine.api.selectors import parse_label_selector
from engine.errors import NotFound
from engine.health_checks import HEALTH_PATHS, health
from engine.kinds import KINDS, Kind, Object, Ref, evolve, to_manifest
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.registry import is_custom
from engine.served import served
from engine.serving import definitions, is_established, kind_from, scale_paths, served_versions
from engine.store.state import State
from engine.versions import SERVER

_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_AGGREGATED = f"{METRICS_GROUP}/v1beta1"
"""Served by another server (engine/kubelet/aggregator.py), and found here."""


def answer_to(state: State, path: str, query: Mapping[str, str]) -> Mapping[str, Any] | str:
    """JSON, or text for a path of health or metrics. ``path`` is without what stands behind a question mark."""
    where = path.rstrip("/") or "/"
    parts = [part for part in where.split("/") if part]
    if not is_of_objects(parts):
        require(state, Attributes(verb="get", path=where))
    found = health(parts, query)
    return found if found is not None else _found(state, parts, query.get("labelSelector", ""))


def is_of_objects(parts: Sequence[str]) -> bool:
    """``api/v1/pods``, ``apis/apps/v1/deployments``: these ask for a resource, all others for the path itself."""
    return len(parts) > (2 if parts[:1] == ["api"] else 3) and parts[0] in ("api", "apis")


def parameters_of(query: str) -> dict[str, str]:
    """``limit=5&labelSelector=app%3Dweb``, ``verbose``; letters outside ASCII stay as they are."""
    pairs = (each.partition("=") for each in query.split("&") if each)
    return {name: re.sub("%([0-7][0-9A-Fa-f])", _letter, value) for name, _, value in pairs}


def missing() -> NotFound:
    return NotFound("the server could not find the requested resource")


def _letter(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _found(state: State, parts: Sequence[str], label_selector: str) -> Mapping[str, Any] | str:
    match parts:
        case []:
            paths = ["/api", "/api/v1", "/apis", *_group_paths(state), *HEALTH_PATHS, "/metrics", "/version"]
            return {"paths": paths}
        case ["version"]:
            return SERVER
        case ["metrics"]:
            return _metrics(behind(state))
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            groups = [_group(name, served) for name, served in sorted(_groups(state).items())]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", name] if versions := _groups(state).get(name):
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)}
        case ["api", version]:
            return _version(state, version)
        case ["apis", group, version]:
            return _version(state, f"{group}/{version}")
        case ["api", version, *rest]:
            return _objects(state, version, rest, label_selector)
        case ["apis", group, version, *rest]:
            return _objects(state, f"{group}/{version}", rest, label_selector)
        case _:
            raise missing()


def _groups(state: State) -> dict[str, list[str]]:
    """Group -> its versions, the preferred one first."""
    served = [kind.api_version for kind in KINDS.values() if kind.group] + [_AGGREGATED]
    for definition in _established(state):
        served += [f"{definition.spec.group}/{each.name}" for each in served_versions(definition)]
    groups: dict[str, list[str]] = {}
    for api_version in dict.fromkeys(served):
        groups.setdefault(api_version.partition("/")[0], []).append(api_version)
    return groups


def _established(state: State) -> Iterator[CustomResourceDefinition]:
    return (each for each in definitions(state) if is_established(each))


def _group_paths(state: State) -> list[str]:
    groups = _groups(state)
    return sorted({f"/apis/{each}" for name, versions in groups.items() for each in (name, *versions)})


def _group(name: str, served: Sequence[str]) -> dict[str, Any]:
    versions = [{"groupVersion": each, "version": each.rpartition("/")[2]} for each in served]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _kinds(state: State, api_version: str) -> Iterator[tuple[Kind, Sequence[str], str]]:
    """Each kind of a version with its subresources and what a list of it is called."""
    for kind in KINDS.values():
        if kind.api_version == api_version:
            yield kind, (), f"{kind.name}List"
    group, _, name = api_version.rpartition("/")
    for definition in _established(state) if group else ():
        version = next((each for each in served_versions(definition) if each.name == name), None)
        if definition.spec.group == group and version is not None:
            parts = [part for part, has in (("status", version.has_status), ("scale", version.scale)) if has]
            kind = evolve(kind_from(definition), api_version=api_version)
            yield kind, parts, definition.spec.names.list_kind or f"{kind.shown}List"


def _version(state: State, api_version: str) -> dict[str, Any]:
    kinds = sorted(_kinds(state, api_version), key=lambda found: found[0].plural)
    if not kinds:
        raise missing()
    resources = []
    for kind, parts, _ in kinds:
        short = {"shortNames": list(kind.short_names)} if kind.short_names else {}
        categories = {"categories": list(kind.categories)} if kind.categories else {}
        facts = {"singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.shown}
        resources.append({"name": kind.plural, **facts, "verbs": list(_VERBS), **short, **categories})
        for part in parts:
            scale = {"group": "autoscaling", "version": "v1", "kind": "Scale"} if part == "scale" else {}
            own = {**facts, "singularName": "", **scale}
            resources.append({"name": f"{kind.plural}/{part}", **own, "verbs": ["get", "patch", "update"]})
    head = {"apiVersion": "v1"} if "/" in api_version else {}
    return {"kind": "APIResourceList", **head, "groupVersion": api_version, "resources": resources}


def _objects(state: State, api_version: str, rest: Sequence[str], label_selector: str) -> Mapping[str, Any]:
    """``pods``, ``namespaces/x/pods``, ``namespaces/x/pods/web``, ``nodes/w1``, ``namespaces/x/crontabs/a/status``."""
    served = {kind.plural: (kind, parts, list_kind) for kind, parts, list_kind in _kinds(state, api_version)}
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and rest[2] in served:
        namespace, rest = rest[1], rest[2:]
    if rest[0] not in served:
        raise missing()
    kind, parts, list_kind = served[rest[0]]
    known = parts if is_custom(kind.name) else ("status",)
    if (namespace and not kind.namespaced) or len(rest) > 3 or (len(rest) == 3 and rest[2] not in known):
        raise missing()
    if len(rest) > 1:
        found = state.get(Ref(kind.name, namespace, rest[1]))
        if found is None:
            raise NotFound(f'{kind.resource} "{rest[1]}" not found')
        paths = scale_paths(state, kind.name) if rest[2:] == ["scale"] else None
        if paths is not None:
            return scale_of(to_manifest(found), paths)
        return {"kind": kind.shown, **_manifest(state, found, api_version)}
    labels = parse_label_selector(label_selector)
    found_objects = [each for each in state.objects(kind.name, namespace) if labels.matches(each.metadata.labels)]
    items = [_without_head(_manifest(state, obj, api_version)) for obj in found_objects]
    if is_custom(kind.name):
        items = [{"apiVersion": api_version, "kind": kind.shown, **item} for item in items]
    metadata = {"resourceVersion": str(state.revision)}
    return {"kind": list_kind, "apiVersion": api_version, "metadata": metadata, "items": items}


def _manifest(state: State, obj: Object, api_version: str) -> dict[str, Any]:
    """An object of a custom kind in the version it was asked for in: conversion changes nothing else."""
    return {**served(state, obj), "apiVersion": api_version}


def _without_head(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in ("kind", "apiVersion")}


def _metrics(state: State) -> str:
    """What Prometheus would scrape, of the little that is known without counting requests."""
    said = ("major", "minor", "gitVersion", "platform")
    build = ",".join(f'{_snake(name)}="{SERVER[name]}"' for name in said if name in SERVER)
    kinds = [*KINDS.values(), *(kind_from(each) for each in _established(state))]
    counts = sorted((kind.resource, state.count(kind.name)) for kind in kinds)
    return "\n".join([
        "# HELP apiserver_storage_objects [STABLE] Number of stored objects by resource.",
        "# TYPE apiserver_storage_objects gauge",
        *(f'apiserver_storage_objects{{resource="{name}"}} {count}' for name, count in counts),
        "# HELP kubernetes_build_info [BETA] 1, with the version that runs as labels.",
        "# TYPE kubernetes_build_info gauge",
        f"kubernetes_build_info{{{build}}} 1",
        "",
    ])  # fmt: skip


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name)
