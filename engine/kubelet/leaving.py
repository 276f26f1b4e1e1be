"""What containers leave on volumes: ``left_by`` when their pod goes, ``of_lives`` when one of them is started again.

What a program wrote in its newest life and what was typed is told from the pod while it is there. An earlier life is
not, and a pod that is gone is not: their writes are put down as VolumeContent at that moment, each at its own time.
"""

from collections.abc import Iterable, Iterator

from engine.api.writes import Create, Update, Write
from engine.contents import Left, with_left
from engine.kinds import ContainerStatus, FileWrite, Pod, VolumeContent
from engine.kubelet.disks import Disk, disks_of, sharers
from engine.kubelet.files import Wrote
from engine.kubelet.process import containers_of, life_writes, pod_writes
from engine.store.state import State


def left_by(state: State, pod: Pod, now: int) -> Iterator[Left]:
    """Of a pod that is about to be removed, for the volumes that outlive it."""
    disks = [disk for disk in disks_of(state, pod) if disk.lasting]
    if not disks or not pod.spec.node_name:
        return
    written = list(pod_writes(state, pod, now))
    for disk in disks:
        writes = _of_volume(disk, written)
        if writes:
            others = [other.status.start_time for _, other, _ in sharers(state, pod)]
            settled = min((at for at in others if at is not None), default=now + 1)
            yield Left(name=disk.name, writes=writes, settled_before=settled, owner=disk.owner)


def of_lives(
    state: State, pod: Pod, before: Iterable[ContainerStatus], after: Iterable[ContainerStatus]
) -> Iterator[Write]:
    """Of containers whose newest life is no longer the one that ended."""
    over = {
        old.name: old.state.terminated
        for old, new in zip(before, after, strict=True)
        if old.state.terminated is not None and new.state.terminated is None
    }
    for container in containers_of(pod) if over else ():
        ended = over.get(container.name)
        if ended is None or not container.volume_mounts:
            continue
        lived = (ended.started_at or ended.finished_at or 0, ended.finished_at or 0)
        written = list(life_writes(state, pod, container, lived)) if ended.reason != "StartError" else []
        for disk in disks_of(state, pod, container):
            writes = _of_volume(disk, written)
            if writes:
                yield _kept(state, pod, disk, writes)


def _kept(state: State, pod: Pod, disk: Disk, writes: tuple[FileWrite, ...]) -> Write:
    starts = [other.status.start_time for other in (pod, *(other for _, other, _ in sharers(state, pod)))]
    settled = min((at for at in starts if at is not None), default=0)
    known = state.find(VolumeContent, disk.name)
    left = Left(name=disk.name, writes=writes, settled_before=settled, owner=disk.owner)
    kept = with_left(known, left)
    return Create(kept) if known is None else Update(kept)


def _of_volume(disk: Disk, written: Iterable[tuple[str, Wrote, str]]) -> tuple[FileWrite, ...]:
    writes = [
        FileWrite(at=wrote.at, path=wrote.path, text=wrote.text, append=wrote.append, by=by)
        for volume, wrote, by in written
        if volume == disk.volume
    ]
    return tuple(sorted(writes, key=lambda write: write.at))
