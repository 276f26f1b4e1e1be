"""The volumes that containers write to: what each is kept as, who else has it, and where a container sees its files.

    emptyDir                 the pod's own              gone with the pod
    persistentVolumeClaim    that of its volume         on every node its pods run on
    hostPath                 the node's, by its path    every pod of the node that mounts that very path

What is on one follows from its VolumeContent (what those wrote who are gone, and earlier lives of containers) and
from the programs and typed lines of the pods that have it. Shortcut: a path below another's hostPath is another disk.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from engine.api.volume_contents import own_content_name
from engine.kinds import Container, Node, Pod, Ref, Volume, VolumeContent, owner_reference
from engine.kinds.frozen import frozen
from engine.kinds.meta import OwnerReference
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim
from engine.kubelet.files import Wrote
from engine.kubelet.volumes import is_shared
from engine.store.state import State


@frozen(kw_only=True)
class Disk:
    """``name`` is that of its VolumeContent; ``lasting``: it outlives the pod, and goes with its ``owner``."""

    volume: str
    name: str
    lasting: bool = False
    owner: OwnerReference | None = None


def disks_of(state: State, pod: Pod, container: Container | None = None) -> Iterator[Disk]:
    """Of the volumes that the pod has, or that one of its containers mounts."""
    mounted = None if container is None else {mount.name for mount in container.volume_mounts}
    for volume in pod.spec.volumes:
        if (mounted is None or volume.name in mounted) and is_shared(pod, volume.name):
            yield _disk_of(state, pod, volume)


def sharers(state: State, pod: Pod) -> Iterator[tuple[str, Pod, str]]:
    """(volume, other pod, its volume): who else has what on the same disk, lasting ones only."""
    for volume in pod.spec.volumes:
        name, path = claim_name(pod, volume), _host_path(volume)
        others: Iterator[Pod] = iter(())
        if path and pod.spec.node_name:
            others = state.pods_on(pod.spec.node_name)
        elif name:
            others = state.users_of(Ref(PersistentVolumeClaim.kind, pod.metadata.namespace, name))
        for other in others:
            if other.metadata.uid != pod.metadata.uid:
                for each in other.spec.volumes:
                    if (claim_name(other, each), _host_path(each)) == (name, path):
                        yield volume.name, other, each.name


def has_lasting(pod: Pod) -> bool:
    volumes = pod.spec.volumes
    return bool(volumes) and any(each.source in ("persistentVolumeClaim", "hostPath", "ephemeral") for each in volumes)


def claim_name(pod: Pod, volume: Volume) -> str:
    """The claim behind a volume, "" if it is none."""
    if volume.source == "persistentVolumeClaim":
        return str((volume.extra[volume.source] or {}).get("claimName") or "")
    return f"{pod.metadata.name}-{volume.name}" if volume.source == "ephemeral" else ""


def within(container: Container, path: str) -> tuple[str, str] | None:
    """The volume and the path on it that a path in the container's file system is; None outside of volumes."""
    fitting = [each for each in container.volume_mounts if path.startswith(each.mount_path.rstrip("/") + "/")]
    if not fitting:
        return None
    mount = max(fitting, key=lambda each: len(each.mount_path))
    below = path[len(mount.mount_path.rstrip("/")) + 1 :]
    return mount.name, f"{mount.sub_path.strip('/')}/{below}" if mount.sub_path else below


def shown(container: Container, volume: str, path: str) -> list[str]:
    """Where the container sees a path of a volume."""
    found = []
    for mount in container.volume_mounts:
        prefix = f"{mount.sub_path.strip('/')}/" if mount.sub_path else ""
        if mount.name == volume and path.startswith(prefix) and path != prefix:
            found.append(f"{mount.mount_path.rstrip('/')}/{path[len(prefix) :]}")
    return found


def kept_files(state: State, pod: Pod, container: Container) -> dict[str, str]:
    """What is on the container's disks from before anything that is told apart, where it sees it."""
    if not state.count(VolumeContent.kind):
        return {}
    return {
        path: text
        for disk in disks_of(state, pod, container)
        if (content := state.find(VolumeContent, disk.name)) is not None
        for inner, text in content.files.items()
        for path in shown(container, disk.volume, inner)
    }


def kept_writes(state: State, pod: Pod, container: Container, began: int) -> Iterator[Wrote]:
    """What those wrote there who are gone, the container's own life that began then not among them."""
    own = writer_name(pod, container)
    if state.count(VolumeContent.kind):
        for disk in disks_of(state, pod, container):
            content = state.find(VolumeContent, disk.name)
            for write in () if content is None else content.writes:
                if write.by == own and write.at >= began:
                    continue
                for path in shown(container, disk.volume, write.path):
                    yield Wrote(write.at, path, write.text, write.append)


def writer_name(pod: Pod, container: Container) -> str:
    return f"{pod.metadata.uid}/{container.name}"


def _disk_of(state: State, pod: Pod, volume: Volume) -> Disk:
    if volume.source == "hostPath":
        node = state.find(Node, pod.spec.node_name)
        digest = sha256(_host_path(volume).encode()).hexdigest()[:16]
        owner = None if node is None else owner_reference(node, controller=False)
        return Disk(volume=volume.name, name=f"node.{pod.spec.node_name}.{digest}", lasting=True, owner=owner)
    behind = _volume_behind(state, pod, claim_name(pod, volume))
    if behind is None:
        return Disk(volume=volume.name, name=own_content_name(pod, volume.name))
    owner = owner_reference(behind, controller=False)
    return Disk(volume=volume.name, name=f"volume.{behind.metadata.uid}", lasting=True, owner=owner)


def _volume_behind(state: State, pod: Pod, name: str) -> PersistentVolume | None:
    claim = state.find(PersistentVolumeClaim, name, pod.metadata.namespace) if name else None
    return None if claim is None else state.find(PersistentVolume, claim.spec.volume_name)


def _host_path(volume: Volume) -> str:
    """Its path in one form, "" for a volume that is none."""
    body = volume.extra.get("hostPath")
    path = body.get("path") if isinstance(body, Mapping) else ""
    return str(path or "").rstrip("/") or ("/" if path else "")
