"""Pods that write more to their node's disk than they said they would: which limit they pass, and when.

    emptyDir.sizeLimit                    what is in the volume
    limits.ephemeral-storage, the pod's   all that its containers write to emptyDirs and their own file systems
    limits.ephemeral-storage, one's       what it writes outside of volumes

Follows ``localStorageEviction`` of ``pkg/kubelet/eviction``: looked at every 10 seconds, in this order. Of endless
loops the newest rounds count.
"""

from collections.abc import Iterator
from functools import lru_cache

from engine.api.writes import Write
from engine.bulk import size_of
from engine.kinds import Container, Exec, Pod, PodSpec, Same, Volume, VolumeContent, same
from engine.kinds.amounts import canonical
from engine.kinds.quantity import whole
from engine.kubelet.disks import disks_of, within
from engine.kubelet.eviction import WRITTEN_BYTES, evicted
from engine.kubelet.files import Wrote
from engine.kubelet.process import containers_of, life_of, program_of, status_of
from engine.kubelet.scene import Scene
from engine.store.state import State

LOOK_SECONDS = 10
_AHEAD_SECONDS = 3600
"""How far ahead is looked for writes to come."""
_RESOURCE = "ephemeral-storage"
Place = tuple[str, str]
"""("volume", its name) or ("container", its name)."""


def limits_storage(spec: PodSpec) -> bool:
    return _limits(same(spec.volumes), same(spec.containers))


def due(scene: Scene) -> tuple[list[Write], int | None]:
    """What evicts the pod now, or when to look again; None where nothing will be written any more."""
    pod = scene.pod
    changes = _changes(scene.state, pod, scene.now + _AHEAD_SECONDS)
    sizes: dict[tuple[Place, str], int] = {}
    for look, seen in _looks(changes, scene.now):
        for place, wrote in seen:
            _fold(sizes, place, wrote)
        why = _passed(pod, sizes)
        if why and look <= scene.now:
            return evicted(scene, why), None
        if why:
            return [], look
    return [], scene.now + _AHEAD_SECONDS if any(wrote.at > scene.now for _, wrote in changes) else None


@lru_cache(maxsize=1024)
def _limits(volumes: Same[tuple[Volume, ...]], containers: Same[tuple[Container, ...]]) -> bool:
    return any(map(_size_limit, volumes())) or any(map(_limit, containers()))


def _size_limit(volume: Volume) -> str:
    return str((volume.extra.get("emptyDir") or {}).get("sizeLimit") or "")


def _limit(container: Container) -> str:
    return "" if container.resources is None else str(container.resources.limits.get(_RESOURCE, ""))


def _passed(pod: Pod, sizes: dict[tuple[Place, str], int]) -> str:
    """In the kubelet's words; "" while all is within its limits."""
    for volume in pod.spec.volumes:
        limit = _size_limit(volume)
        if limit and 0 < whole(limit) < _sum(sizes, ("volume", volume.name)):
            return f'Usage of EmptyDir volume "{volume.name}" exceeds the limit "{canonical(limit)}". '
    limits = [_limit(each) for each in pod.spec.containers]
    total = sum(sizes.values()) + WRITTEN_BYTES * len(pod.spec.containers)
    if all(limits) and total > sum(map(whole, limits)):
        shown = canonical(limits[0]) if len(limits) == 1 else canonical(str(sum(map(whole, limits))))
        return f"Pod ephemeral local storage usage exceeds the total limit of containers {shown}. "
    for container, limit in zip(pod.spec.containers, limits, strict=True):
        if limit and whole(limit) < _sum(sizes, ("container", container.name)) + WRITTEN_BYTES:
            return f'Container {container.name} exceeded its local ephemeral storage limit "{canonical(limit)}". '
    return ""


def _sum(sizes: dict[tuple[Place, str], int], place: Place) -> int:
    return sum(size for (where, _), size in sizes.items() if where == place)


def _looks(changes: list[tuple[Place, Wrote]], now: int) -> Iterator[tuple[int, list[tuple[Place, Wrote]]]]:
    """Each second at which the kubelet looks and finds something changed, with what changed before it."""
    seen: list[tuple[Place, Wrote]] = []
    look = now // LOOK_SECONDS * LOOK_SECONDS
    for place, wrote in changes:
        if wrote.at > look:
            yield look, seen
            look, seen = _on_grid(wrote.at), []
        seen.append((place, wrote))
    yield look, seen


def _on_grid(at: int) -> int:
    return -(-at // LOOK_SECONDS) * LOOK_SECONDS


def _fold(sizes: dict[tuple[Place, str], int], place: Place, wrote: Wrote) -> None:
    key = (place, wrote.path)
    if wrote.text is not None:
        sizes[key] = size_of(wrote.text) + (sizes.get(key, 0) if wrote.append else 0)
        return
    below = wrote.path.rstrip("/") + "/"
    for where, path in [each for each in sizes if each[0] == place]:
        if path == wrote.path or path.startswith(below):
            del sizes[where, path]


def _changes(state: State, pod: Pod, until: int) -> list[tuple[Place, Wrote]]:
    """What is written on the node's disk, in the order of time; claims and the like are not on it."""
    mine = {volume.name for volume in pod.spec.volumes if volume.source == "emptyDir"}
    found = list(_kept(state, pod, mine))
    for container in containers_of(pod):
        status = status_of(pod, container.name)
        if status is None or (status.state.running is None and status.state.terminated is None):
            continue
        began, ended = life_of(pod, container, until)
        program = program_of(state, pod, container, until)
        wrotes = [] if program is None else list(program.writes_until(ended - began))
        for line in state.execs_of(pod.metadata.uid) if state.count(Exec.kind) else ():
            if line.container == container.name:
                own = line.restart_count == status.restart_count
                typed = (Wrote(line.time, path, text) for path, text in line.files.items())
                wrotes += [each for each in typed if own or within(container, each.path)]
        found += _placed(container, wrotes, mine)
    return sorted(found, key=lambda each: each[1].at)


def _placed(container: Container, wrotes: list[Wrote], mine: set[str]) -> Iterator[tuple[Place, Wrote]]:
    for wrote in wrotes:
        volume = within(container, wrote.path)
        if volume is None:
            yield ("container", container.name), wrote
        elif volume[0] in mine:
            yield ("volume", volume[0]), Wrote(wrote.at, volume[1], wrote.text, wrote.append)


def _kept(state: State, pod: Pod, mine: set[str]) -> Iterator[tuple[Place, Wrote]]:
    """What earlier lives of its containers left on its emptyDirs."""
    if not state.count(VolumeContent.kind):
        return
    for disk in disks_of(state, pod):
        content = state.find(VolumeContent, disk.name) if disk.volume in mine else None
        if content is not None:
            yield from ((("volume", disk.volume), Wrote(0, path, text)) for path, text in content.files.items())
            for write in content.writes:
                yield ("volume", disk.volume), Wrote(write.at, write.path, write.text, write.append)
