"""What the kubelet mounts into a container: /etc/hosts and its like, and volumes; and why it cannot.

The files of ConfigMaps, Secrets and the downward API are generated.py's, what containers write is disks.py's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.api_access import TOKEN_DIRECTORY, root_certificate
from engine.kinds import Container, Pod, VolumeMount
from engine.kinds.storage import PersistentVolumeClaim
from engine.kubelet.environment import full_name
from engine.kubelet.files import with_directories
from engine.kubelet.generated import GENERATED, generated_files, missing_source, token_of
from engine.kubelet.host_files import host_files, traces_of_pods
from engine.kubelet.resolver_config import resolver_of
from engine.store.state import State


def is_shared(pod: Pod, name: str) -> bool:
    """Whether a volume holds what containers write, rather than what the API server knows."""
    volume = next((each for each in pod.spec.volumes if each.name == name), None)
    return volume is not None and volume.source not in GENERATED


def pod_files(pod: Pod, dns_server: str, process: str, *, token: bool) -> dict[str, str]:
    """The files every container of the pod gets from the kubelet and the kernel, ``token`` for the API server's."""
    name = str(pod.spec.extra.get("hostname") or pod.metadata.name)[:63]
    full = f"{full_name(pod)}\t{name}" if pod.spec.extra.get("subdomain") else name
    hosts = (
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
        f"fe00::0\tip6-localnet\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n{pod.status.pod_ip}\t{full}\n"
    )
    for alias in pod.spec.extra.get("hostAliases") or ():
        hosts += f"{alias.get('ip', '')}\t" + "\t".join(alias.get("hostnames") or ()) + "\n"
    files = {
        "/etc/hostname": f"{pod.spec.node_name if pod.spec.host_network else name}\n",
        "/etc/hosts": hosts,
        "/etc/resolv.conf": resolver_of(pod, dns_server).text,
        "/proc/1/cmdline": process.replace(" ", "\0"),
        "/proc/1/comm": f"{process.partition(' ')[0].rpartition('/')[2]}\n",
    }
    if token:
        files[f"{TOKEN_DIRECTORY}/namespace"] = pod.metadata.namespace
        files[f"{TOKEN_DIRECTORY}/token"] = token_of(pod)
        files[f"{TOKEN_DIRECTORY}/ca.crt"] = root_certificate()
    return with_directories(files)


def mounts_of(pod: Pod, container: Container, state: State | None = None) -> tuple[tuple[str, bool], ...]:
    """Prefixes of the container's file system, and whether each is read-only."""
    root_closed = bool(security(container, pod).get("readOnlyRootFilesystem"))
    mounts = [("/", root_closed), ("/dev/", False), ("/proc/", True), ("/var/run/secrets/", True)]
    for mount in container.volume_mounts:
        closed = mount.read_only or not is_shared(pod, mount.name) or _is_closed(state, pod, mount.name)
        mounts.append((mount.mount_path.rstrip("/") + "/", closed))
    return tuple(mounts)


def _is_closed(state: State | None, pod: Pod, name: str) -> bool:
    """A claim that the pod has, or may only have, to read."""
    volume = next(each for each in pod.spec.volumes if each.name == name)
    body = volume.extra.get("persistentVolumeClaim")
    if not isinstance(body, Mapping) or state is None:
        return isinstance(body, Mapping) and bool(body.get("readOnly"))
    claim = state.find(PersistentVolumeClaim, str(body.get("claimName") or ""), pod.metadata.namespace)
    return bool(body.get("readOnly")) or (claim is not None and claim.status.access_modes == ("ReadOnlyMany",))


def security(container: Container, pod: Pod) -> dict[str, Any]:
    """The container's security context over the pod's."""
    return {**(pod.spec.extra.get("securityContext") or {}), **(container.extra.get("securityContext") or {})}


def with_volumes(state: State, pod: Pod, container: Container, entries: dict[str, str], began: int | None) -> None:
    """Adds what each mount brings to a container that began at ``began``; a mount hides what the image has below it.

    What containers write to is empty here: disks.py has what is on it.
    """
    for mount in container.volume_mounts:
        root = mount.mount_path.rstrip("/")
        for path in [each for each in entries if each.startswith(f"{root}/")]:
            del entries[path]
        found = _of_the_node(state, pod, mount, host_files)
        if not is_shared(pod, mount.name):
            found = generated_files(state, pod, container, mount, began)
        is_file = mount.mount_path in found
        entries.update(with_directories(found, () if is_file else (mount.mount_path,)))


def with_traces(state: State, pod: Pod, container: Container, entries: dict[str, str]) -> None:
    """Adds what the node's pods leave on it, where a hostPath shows that."""
    for mount in container.volume_mounts:
        entries.update(_of_the_node(state, pod, mount, traces_of_pods))


def _of_the_node(
    state: State, pod: Pod, mount: VolumeMount, files_below: Callable[[State, Pod, str], dict[str, str]]
) -> dict[str, str]:
    """What the node has at a hostPath, by the paths of the container; {} for any other volume."""
    body = next((each.extra.get("hostPath") for each in pod.spec.volumes if each.name == mount.name), None)
    if not isinstance(body, Mapping) or mount.sub_path:
        return {}
    path, root = str(body.get("path") or "").rstrip("/"), mount.mount_path.rstrip("/")
    return {f"{root}{each.removeprefix(path)}": text for each, text in files_below(state, pod, path).items()}


def volume_problem(state: State, pod: Pod) -> str:
    """Why a volume cannot be mounted, in the words of the FailedMount Event; "" if all can."""
    for volume in pod.spec.volumes:
        missing = missing_source(state, pod, volume.name)
        if missing:
            return f'MountVolume.SetUp failed for volume "{volume.name}" : {missing}'
        body = volume.extra.get("persistentVolumeClaim")
        name = str(body.get("claimName") or "") if isinstance(body, Mapping) else ""
        why = _claim_problem(state, pod, name) if name else ""
        if why:
            return (
                f"Unable to attach or mount volumes: unmounted volumes=[{volume.name}], unattached volumes=[], failed "
                f"to process volumes=[{volume.name}]: error processing PVC {pod.metadata.namespace}/{name}: {why}"
            )
    return ""


def _claim_problem(state: State, pod: Pod, name: str) -> str:
    claim = state.find(PersistentVolumeClaim, name, pod.metadata.namespace)
    if claim is None:
        return f'failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found'
    return "" if claim.fully_bound else "PVC is not bound"
