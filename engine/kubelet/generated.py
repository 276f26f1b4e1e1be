"""The files that the kubelet makes of ConfigMaps, Secrets and the downward API, and when a container sees them change.

A container begins with what there is then. A change shows at its pod's next sync, once a minute from its start,
except below a ``subPath``, which never changes. Follows ``pkg/volume/configmap`` and ``pkg/kubelet``'s
syncFrequency; differs in that labels and annotations show at once.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from engine.contents import config_name, files_at, texts_of
from engine.kinds import ConfigMap, Container, Pod, Ref, Secret, VolumeContent, VolumeMount
from engine.kubelet.files import Wrote
from engine.kubelet.references import field_value, resource_value
from engine.store.state import State

SYNC_SECONDS = 60
GENERATED = ("configMap", "secret", "downwardAPI", "projected")
_PROJECTED = (*GENERATED, "serviceAccountToken")
_OF_THE_POD = ("downwardAPI", "serviceAccountToken")
Body = Mapping[str, Any]


def config_at(state: State, ref: Ref, at: int | None) -> dict[str, str] | None:
    """What a ConfigMap or Secret held at a time; now, and only if it is there, for None."""
    if at is not None:
        content = state.find(VolumeContent, config_name(ref))
        if content is not None:
            return files_at(content, at)
    found = state.get(ref)
    return texts_of(found) if isinstance(found, ConfigMap | Secret) else None


def generated_files(state: State, pod: Pod, container: Container, mount: VolumeMount, at: int | None) -> dict[str, str]:
    """What a mount brings to a container that began at ``at``, by absolute path."""
    files: dict[str, str] = {}
    for source, body in _parts(pod, mount.name):
        if source == "downwardAPI":
            files |= _downward_files(pod, container, body)
        elif source == "serviceAccountToken":
            files[str(body.get("path") or "")] = token_of(pod)
        else:
            files |= _chosen(config_at(state, _ref(pod, source, body), at) or {}, body)
    if not mount.sub_path:
        return {f"{mount.mount_path.rstrip('/')}/{name}": text for name, text in files.items()}
    inner = mount.sub_path.strip("/")
    if inner in files:
        return {mount.mount_path: files[inner]}
    root = mount.mount_path.rstrip("/")
    return {f"{root}/{name[len(inner) + 1 :]}": text for name, text in files.items() if name.startswith(f"{inner}/")}


def changes_since(state: State, pod: Pod, container: Container, began: int) -> Iterator[Wrote]:
    """What changes in the container's files after it began because a ConfigMap or Secret did."""
    if not state.count(VolumeContent.kind):
        return
    for mount in container.volume_mounts:
        if mount.sub_path:
            continue
        for source, body in _parts(pod, mount.name):
            content = None
            if source not in _OF_THE_POD:
                content = state.find(VolumeContent, config_name(_ref(pod, source, body)))
            for write in () if content is None else content.writes:
                if write.at > began:
                    for path in _paths(write.path, body):
                        yield Wrote(_next_sync(pod, write.at), f"{mount.mount_path.rstrip('/')}/{path}", write.text)


def missing_source(state: State, pod: Pod, volume: str) -> str:
    """Why the volume cannot be made, in the kubelet's words; "" if it can."""
    for source, body in _parts(pod, volume):
        if source in _OF_THE_POD:
            continue
        ref = _ref(pod, source, body)
        data = config_at(state, ref, None)
        if body.get("optional"):
            continue
        if data is None:
            return f'{ref.kind.lower()} "{ref.name}" not found'
        for item in _mappings(body.get("items")):
            if item.get("key") not in data:
                kind = "config" if ref.kind == ConfigMap.kind else "secret"
                return f"references non-existent {kind} key: {item.get('key', '')}"
    return ""


def token_of(pod: Pod) -> str:
    """The shape of its service account's token; the signature is worth nothing."""
    head = urlsafe_b64encode(b'{"alg":"RS256"}').decode().rstrip("=")
    account = pod.spec.service_account_name or "default"
    subject = f'{{"sub":"system:serviceaccount:{pod.metadata.namespace}:{account}"}}'
    return f"{head}.{urlsafe_b64encode(subject.encode()).decode().rstrip('=')}.c2lnbmF0dXJl"


def _parts(pod: Pod, volume: str) -> Iterator[tuple[str, Body]]:
    """The sources of a volume that are made by the kubelet; those of a projected one one by one."""
    found = next((each for each in pod.spec.volumes if each.name == volume), None)
    if found is None:
        return
    for source, body in found.extra.items():
        if source == "projected" and isinstance(body, Mapping):
            for part in _mappings(body.get("sources")):
                yield from ((name, inner or {}) for name, inner in part.items() if name in _PROJECTED)
        elif source in GENERATED:
            yield source, body or {}


def _ref(pod: Pod, source: str, body: Body) -> Ref:
    kind = ConfigMap.kind if source == "configMap" else Secret.kind
    return Ref(kind, pod.metadata.namespace, str(body.get("secretName") or body.get("name") or ""))


def _chosen(data: Mapping[str, str], body: Body) -> dict[str, str]:
    return {path: text for key, text in data.items() for path in _paths(key, body)}


def _paths(key: str, body: Body) -> list[str]:
    items = body.get("items")
    if not items:
        return [key]
    return [str(item.get("path", "")) for item in _mappings(items) if item.get("key") == key]


def _downward_files(pod: Pod, container: Container, body: Body) -> dict[str, str]:
    files = {}
    for item in _mappings(body.get("items")):
        field, resource = item.get("fieldRef"), item.get("resourceFieldRef")
        if isinstance(field, Mapping):
            files[str(item.get("path", ""))] = _downward(pod, str(field.get("fieldPath", "")))
        elif isinstance(resource, Mapping):
            files[str(item.get("path", ""))] = resource_value(pod, container, resource)
    return files


def _downward(pod: Pod, path: str) -> str:
    if path in ("metadata.labels", "metadata.annotations"):
        values = pod.metadata.labels if path.endswith("labels") else pod.metadata.annotations
        return "\n".join(f'{name}="{value}"' for name, value in sorted(values.items()))
    return field_value(pod, path)


def _next_sync(pod: Pod, at: int) -> int:
    began = pod.status.start_time
    return at if began is None else began + -(-(at - began) // SYNC_SECONDS) * SYNC_SECONDS


def _mappings(value: Any) -> list[Body]:
    return [each for each in value or () if isinstance(each, Mapping)]
