"""What the kubelet mounts into a container: /etc/hosts and its like, ConfigMaps, Secrets, the downward API.

Volumes that containers write to (emptyDir, claims, host paths) start empty here; what was written, inside.py
folds in.
"""

import base64
from collections.abc import Mapping
from typing import Any

from engine.kinds import ConfigMap, Container, Pod, Secret, VolumeMount
from engine.kubelet.environment import field_value, secret_data
from engine.kubelet.files import with_directories
from engine.network.dns import search_path
from engine.store.state import State

_GENERATED = ("configMap", "secret", "downwardAPI", "projected")
_TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"


def is_shared(pod: Pod, name: str) -> bool:
    """Whether a volume holds what containers write, rather than what the API server knows."""
    volume = next((each for each in pod.spec.volumes if each.name == name), None)
    return volume is not None and volume.source not in _GENERATED


def pod_files(pod: Pod, dns_server: str, process: str) -> dict[str, str]:
    """The files every container of the pod gets from the kubelet and the kernel."""
    name = str(pod.spec.extra.get("hostname") or pod.metadata.name)[:63]
    domain = pod.spec.extra.get("subdomain")
    full = f"{name}.{domain}.{pod.metadata.namespace}.svc.cluster.local\t{name}" if domain else name
    hosts = (
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
        f"fe00::0\tip6-localnet\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n{pod.status.pod_ip}\t{full}\n"
    )
    for alias in pod.spec.extra.get("hostAliases") or ():
        hosts += f"{alias.get('ip', '')}\t" + "\t".join(alias.get("hostnames") or ()) + "\n"
    files = {
        "/etc/hostname": f"{pod.spec.node_name if pod.spec.host_network else name}\n",
        "/etc/hosts": hosts,
        "/etc/resolv.conf": _resolv_conf(pod, dns_server),
        "/proc/1/cmdline": process.replace(" ", "\0"),
        "/proc/1/comm": f"{process.partition(' ')[0].rpartition('/')[2]}\n",
    }
    if pod.spec.extra.get("automountServiceAccountToken") is not False:
        files[f"{_TOKEN_DIRECTORY}/namespace"] = pod.metadata.namespace
        files[f"{_TOKEN_DIRECTORY}/token"] = _token(pod)
        files[f"{_TOKEN_DIRECTORY}/ca.crt"] = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
    return with_directories(files)


def uses_cluster_dns(pod: Pod) -> bool:
    if pod.spec.dns_policy == "ClusterFirstWithHostNet":
        return True
    return pod.spec.dns_policy not in ("Default", "None") and not pod.spec.host_network


def _resolv_conf(pod: Pod, server: str) -> str:
    if not uses_cluster_dns(pod):
        return "nameserver 192.168.1.1\n"
    search = " ".join(search_path(pod.metadata.namespace))
    return f"search {search}\nnameserver {server}\noptions ndots:5\n"


def _token(pod: Pod) -> str:
    """The shape of a token; its signature is worth nothing."""
    head = base64.urlsafe_b64encode(b'{"alg":"RS256"}').decode().rstrip("=")
    account = pod.spec.service_account_name or "default"
    subject = f'{{"sub":"system:serviceaccount:{pod.metadata.namespace}:{account}"}}'
    return f"{head}.{base64.urlsafe_b64encode(subject.encode()).decode().rstrip('=')}.c2lnbmF0dXJl"


def mounts_of(pod: Pod, container: Container) -> tuple[tuple[str, bool], ...]:
    """Prefixes of the container's file system, and whether each is read-only."""
    root_closed = bool(security(container, pod).get("readOnlyRootFilesystem"))
    mounts = [("/", root_closed), ("/dev/", False), ("/proc/", True), ("/var/run/secrets/", True)]
    for mount in container.volume_mounts:
        closed = mount.read_only or not is_shared(pod, mount.name)
        mounts.append((mount.mount_path.rstrip("/") + "/", closed))
    return tuple(mounts)


def security(container: Container, pod: Pod) -> dict[str, Any]:
    """The container's security context over the pod's."""
    return {**(pod.spec.extra.get("securityContext") or {}), **(container.extra.get("securityContext") or {})}


def with_volumes(state: State, pod: Pod, container: Container, entries: dict[str, str]) -> None:
    """Adds what each mount brings; a mount hides what the image has below it."""
    for mount in container.volume_mounts:
        root = mount.mount_path.rstrip("/")
        for path in [each for each in entries if each.startswith(f"{root}/")]:
            del entries[path]
        found = volume_files(state, pod, mount)
        entries.update(with_directories(found, () if mount.sub_path and found else (mount.mount_path,)))


def volume_files(state: State, pod: Pod, mount: VolumeMount) -> dict[str, str]:
    """The files a generated volume brings to a mount, by absolute path."""
    volume = next((each for each in pod.spec.volumes if each.name == mount.name), None)
    if volume is None or is_shared(pod, mount.name):
        return {}
    content = _content(state, pod, volume.source, volume.extra.get(volume.source) or {})
    if not mount.sub_path:
        return {f"{mount.mount_path.rstrip('/')}/{name}": text for name, text in content.items()}
    exact = content.get(mount.sub_path)
    return {mount.mount_path: exact} if exact is not None else {}


def _content(state: State, pod: Pod, source: str, body: Mapping[str, Any]) -> dict[str, str]:
    match source:
        case "configMap":
            found = state.find(ConfigMap, str(body.get("name", "")), pod.metadata.namespace)
            return _chosen(dict(found.data) if found is not None else {}, body)
        case "secret":
            name = str(body.get("secretName") or body.get("name", ""))
            secret = state.find(Secret, name, pod.metadata.namespace)
            return _chosen({} if secret is None else secret_data(secret), body)
        case "downwardAPI":
            return {
                str(item.get("path", "")): _downward(pod, str((item.get("fieldRef") or {}).get("fieldPath", "")))
                for item in body.get("items") or ()
            }
        case "projected":
            files: dict[str, str] = {}
            for part in body.get("sources") or ():
                for name, inner in part.items():
                    files.update(_content(state, pod, name, inner or {}))
            return files
    return {}


def _chosen(data: dict[str, str], body: Mapping[str, Any]) -> dict[str, str]:
    items = body.get("items")
    if not items:
        return data
    return {str(item.get("path", "")): data[item["key"]] for item in items if item.get("key") in data}


def _downward(pod: Pod, path: str) -> str:
    if path in ("metadata.labels", "metadata.annotations"):
        values = pod.metadata.labels if path.endswith("labels") else pod.metadata.annotations
        return "".join(f'{name}="{value}"\n' for name, value in sorted(values.items()))
    return field_value(pod, path)


def seen_as(pod: Pod, container: Container, there: Container, path: str) -> list[str]:
    """Where ``container`` sees a path of another container: [] unless both mount its volume."""
    mounts = [mount for mount in there.volume_mounts if path.startswith(mount.mount_path.rstrip("/") + "/")]
    if not mounts:
        return []
    mount = max(mounts, key=lambda each: len(each.mount_path))
    if not is_shared(pod, mount.name):
        return []
    below = path[len(mount.mount_path.rstrip("/")) + 1 :]
    inner = f"{mount.sub_path.strip('/')}/{below}" if mount.sub_path else below
    found = []
    for mine in container.volume_mounts:
        prefix = f"{mine.sub_path.strip('/')}/" if mine.sub_path else ""
        if mine.name == mount.name and inner.startswith(prefix):
            found.append(f"{mine.mount_path.rstrip('/')}/{inner[len(prefix) :]}")
    return found
