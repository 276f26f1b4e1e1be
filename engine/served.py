"""An object as the API server shows it: with the defaults that nothing in this cluster reads, and a pod's token volume.

Follows ``pkg/apis/core/v1/defaults.go``, the conversions and the admission plugins ServiceAccount and Priority. Differs
in that these are not stored: they follow from what is, so an object stays as small as it was written, and one that was
shown and comes back as it was shown is the object that is stored.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from engine.api_access import with_api_access
from engine.kinds import Object, Pod, Service, from_manifest, to_manifest
from engine.store.state import State

ObjectT = TypeVar("ObjectT", bound=Object)
Manifest = dict[str, Any]

_TEMPLATES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"),
        ("spec", "template", "spec"),
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Where kinds keep the spec of their pods."""
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
_FILES = ("configMap", "secret", "projected", "downwardAPI")
_FILE_MODE = 0o644


def served(state: State, obj: Object) -> Manifest:
    """Its own to change."""
    if isinstance(obj, Pod):
        return _pod(to_manifest(with_api_access(state, obj)))
    manifest = to_manifest(obj)
    if isinstance(obj, Service):
        manifest["status"] = {"loadBalancer": {}} | manifest.get("status", {})
    spec = _at(manifest, _TEMPLATES.get(obj.kind, ()))
    if spec is not None:
        _fill_pod_spec(spec)
    return manifest


def as_stored(obj: ObjectT, stored: ObjectT, state: State) -> ObjectT:
    """``obj`` without what ``stored`` was only shown with. Cheap where nobody wrote the spec of pods."""
    path = _TEMPLATES.get(obj.kind, ("spec",) if isinstance(obj, Pod) else ())
    if not path or _part(obj, path) is _part(stored, path):
        return obj
    shown, before, wanted = served(state, stored), to_manifest(stored), to_manifest(obj)
    return cast(ObjectT, from_manifest(_less(wanted, shown, before)))


def _pod(manifest: Manifest) -> Manifest:
    spec, status = manifest["spec"], manifest.setdefault("status", {})
    _fill_pod_spec(spec)
    spec.setdefault("enableServiceLinks", True)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    for each in _dicts(status.get("conditions")):
        each.setdefault("lastProbeTime", None)
    mounted = {each["name"]: each.get("volumeMounts") for field in _CONTAINERS for each in _dicts(spec.get(field))}
    for each in (each for field in _STATUSES for each in _dicts(status.get(field))):
        each.setdefault("lastState", {})
        each.setdefault("resources", {})
        if mounts := [_mount_status(mount) for mount in _dicts(mounted.get(each["name"]))]:
            each.setdefault("volumeMounts", mounts)
    return manifest


def _mount_status(mount: Manifest) -> Manifest:
    shown: Manifest = {name: mount[name] for name in ("mountPath", "name", "readOnly") if name in mount}
    return {**shown, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else shown


def _fill_pod_spec(spec: Manifest) -> None:
    spec.setdefault("securityContext", {})
    if account := spec.get("serviceAccountName"):
        spec.setdefault("serviceAccount", account)
    for container in (each for field in _CONTAINERS for each in _dicts(spec.get(field))):
        container.setdefault("resources", {})
        if "env" in container:
            container["env"] = [_variable(each) for each in container["env"]]
    if "volumes" in spec:
        spec["volumes"] = [_volume(each) for each in spec["volumes"]]


def _variable(variable: Manifest) -> Manifest:
    source = variable.get("valueFrom") or {}
    if not isinstance(source.get("fieldRef"), Mapping):
        return variable
    return {**variable, "valueFrom": {**source, "fieldRef": {"apiVersion": "v1"} | source["fieldRef"]}}


def _volume(volume: Manifest) -> Manifest:
    for kind in _FILES:
        if isinstance(volume.get(kind), Mapping):
            return {**volume, kind: {"defaultMode": _FILE_MODE} | volume[kind]}
    if isinstance(volume.get("hostPath"), Mapping):
        return {**volume, "hostPath": {"type": ""} | volume["hostPath"]}
    return volume


def _less(wanted: Any, shown: Any, before: Any) -> Any:
    """``wanted`` without what is as in ``shown`` and not in ``before``; items of lists are known by their names."""
    if wanted == shown:
        return before
    if isinstance(wanted, Mapping) and isinstance(shown, Mapping) and isinstance(before, Mapping):
        return {
            key: _less(value, shown[key], before[key]) if key in shown and key in before else value
            for key, value in wanted.items()
            if key in before or key not in shown or value != shown[key]
        }
    if isinstance(wanted, list) and isinstance(shown, list) and isinstance(before, list):
        seen, had = _named(shown), _named(before)
        return [
            _less(each, seen[name], had[name]) if (name := _name(each)) in seen and name in had else each
            for each in wanted
            if (name := _name(each)) in had or name not in seen or each != seen[name]
        ]
    return wanted


def _named(items: Iterable[Any]) -> dict[str, Any]:
    return {name: each for each in items if (name := _name(each))}


def _name(item: Any) -> str:
    """What tells the items of a list apart: mounts by their path, all else by the name."""
    if not isinstance(item, Mapping):
        return ""
    return str(item.get("mountPath") or item.get("name") or "")


def _dicts(items: Any) -> list[Manifest]:
    return [each for each in items or () if isinstance(each, dict)]


def _at(manifest: Manifest, path: Iterable[str]) -> Manifest | None:
    found: Any = manifest if path else None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _part(obj: Any, path: Iterable[str]) -> Any:
    for name in path:
        obj = getattr(obj, "job_template" if name == "jobTemplate" else name, None)
    return obj
