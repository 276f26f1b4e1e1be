"""The inside of a container at a moment: its files, processes and facts, rebuilt from what is recorded.

Nothing of it is kept: the image's base files, the volumes, what the pod's main programs wrote and every Exec of
this life are folded in that order. An emptyDir is shared by the pod's containers and outlives their restarts.
Shortcut: a PersistentVolume's files live with the pod too, since lines are removed with it.
"""

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from engine.kinds import Container, ContainerStatus, Exec, Node, Pod
from engine.kinds.quantity import whole
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, parse_reference, resolve
from engine.kubelet.environment import environment
from engine.kubelet.files import MAX_FILE_BYTES, Files
from engine.kubelet.image_files import base_files
from engine.kubelet.image_table import ImageEntry
from engine.kubelet.process import program_of
from engine.kubelet.processes import left_running, main_processes
from engine.kubelet.service_variables import service_variables
from engine.kubelet.shell.machine import Facts
from engine.kubelet.volumes import is_shared, mounts_of, pod_files, security, with_volumes
from engine.network import dns
from engine.store.state import State

_DEFAULT_MEMORY_BYTES = 4 << 30


_NOT_YET = ContainerStatus(name="", ready=False, restart_count=0, image="", image_id="")


@frozen(kw_only=True)
class Inside:
    """One container's life: ``status`` is its running status, ``entry`` its image."""

    state: State
    pod: Pod
    container: Container
    status: ContainerStatus
    entry: ImageEntry
    tag: str
    now: int

    @property
    def started_at(self) -> int:
        running = self.status.state.running
        return self.now if running is None or running.started_at is None else running.started_at

    @property
    def argv(self) -> tuple[str, ...]:
        return command_line(self.container, self.entry)


def inside(state: State, pod: Pod, container: Container, now: int) -> Inside | None:
    """The container's present life; None while it does not run."""
    status = status_of(pod, container.name)
    if status is None or status.state.running is None:
        return None
    return life_to_be(state, pod, container, now, status)


def life_to_be(
    state: State, pod: Pod, container: Container, now: int, status: ContainerStatus | None = None
) -> Inside:
    """A life whether or not it has begun: a program that is about to start already has its network."""
    if status is None:
        status = status_of(pod, container.name) or _NOT_YET
    resolved = resolve(container.image)
    reference = parse_reference(container.image)
    entry = resolved.entry if isinstance(resolved, Resolved) else ImageEntry(name=container.image)
    tag = getattr(reference, "tag", "") or "latest"
    return Inside(state=state, pod=pod, container=container, status=status, entry=entry, tag=tag, now=now)


def status_of(pod: Pod, name: str) -> ContainerStatus | None:
    statuses = (*pod.status.container_statuses, *pod.status.init_container_statuses)
    return next((status for status in statuses if status.name == name), None)


def containers_of(pod: Pod) -> tuple[Container, ...]:
    return (*pod.spec.init_containers, *pod.spec.containers)


def lines_of(life: Inside) -> Iterator[Exec]:
    """Lines typed into this very life of the container, in order."""
    for line in life.state.execs_of(life.pod.metadata.uid):
        if line.container == life.container.name and line.restart_count == life.status.restart_count:
            yield line


Changes = tuple[str, int, int, Mapping[str, str | None]]
"""(container, restart_count, time, files) of one line, or of the line that runs right now."""


def files(life: Inside, also: Iterable[Changes] = ()) -> Files:
    """The container's files; ``also`` are changes not recorded yet."""
    entries = dict(base_files(life.entry, life.tag))
    entries.update(pod_files(life.pod, dns.server_ip(life.state), process=" ".join(life.argv)))
    with_volumes(life.state, life.pod, life.container, entries)
    times: dict[str, int] = {}
    _apply_programs(life, entries, times)
    recorded = (
        (each.container, each.restart_count, each.time, each.files)
        for each in life.state.execs_of(life.pod.metadata.uid)
    )
    for container, restart_count, time, changes in (*recorded, *also):
        for path, text in changes.items():
            for mine in _seen_as(life, container, restart_count, path):
                times[mine] = time
                if text is None:
                    entries.pop(mine, None)
                else:
                    entries[mine] = text
    return Files(entries=entries, mounts=mounts_of(life.pod, life.container), times=times)


def _apply_programs(life: Inside, entries: dict[str, str], times: dict[str, int]) -> None:
    """What the main programs of the pod's containers have written by now, each in its newest life."""
    for container in containers_of(life.pod):
        if container.name != life.container.name and not container.volume_mounts:
            continue
        status = status_of(life.pod, container.name)
        lived = _life_of(status, life.now)
        program = None if lived is None else program_of(life.state, life.pod, container, life.now)
        if status is None or lived is None or program is None:
            continue
        for wrote in program.writes_until(lived[1] - lived[0]):
            for mine in _seen_as(life, container.name, status.restart_count, wrote.path):
                times[mine] = wrote.at
                if wrote.text is None:
                    _remove(entries, mine)
                else:
                    before = entries.get(mine, "") if wrote.append else ""
                    entries[mine] = (before + wrote.text)[-MAX_FILE_BYTES:]


def _life_of(status: ContainerStatus | None, now: int) -> tuple[int, int] | None:
    """From when to when the newest life lasted; None if there was none."""
    if status is None:
        return None
    if status.state.running is not None:
        return status.state.running.started_at or now, now
    ended = status.state.terminated or status.last_state.terminated
    return None if ended is None else (ended.started_at or 0, ended.finished_at or 0)


def _remove(entries: dict[str, str], path: str) -> None:
    entries.pop(path, None)
    for inner in [each for each in entries if each.startswith(f"{path.rstrip('/')}/")]:
        del entries[inner]


def _seen_as(life: Inside, container: str, restart_count: int, path: str) -> list[str]:
    """Where a path of some container of the pod is in this one; [] if it is not there."""
    there = next((each for each in containers_of(life.pod) if each.name == container), None)
    if there is None:
        return []
    mounts = [mount for mount in there.volume_mounts if _below(path, mount.mount_path)]
    if mounts:
        mount = max(mounts, key=lambda each: len(each.mount_path))
        if is_shared(life.pod, mount.name):
            inner = "/".join(
                part for part in (mount.sub_path, path[len(mount.mount_path.rstrip("/")) :].lstrip("/"))
            )
            return _from_volume(life.container, mount.name, inner.lstrip("/"))
    same = container == life.container.name and restart_count == life.status.restart_count
    return [path] if same else []


def _from_volume(container: Container, volume: str, inner: str) -> list[str]:
    found = []
    for mount in container.volume_mounts:
        if mount.name != volume:
            continue
        prefix = f"{mount.sub_path.strip('/')}/" if mount.sub_path else ""
        if inner.startswith(prefix):
            found.append(f"{mount.mount_path.rstrip('/')}/{inner[len(prefix) :]}")
    return found


def _below(path: str, root: str) -> bool:
    return path.startswith(root.rstrip("/") + "/")


def variables(life: Inside) -> dict[str, str]:
    """The environment of the container's processes: the kubelet's, the image's and the Services' variables."""
    found = dict(environment(life.state, life.pod, life.container).variables)
    services = service_variables(life.state, life.pod, life.started_at)
    return {**{name: value for name, value in services.items() if name not in found}, **found}


def facts(life: Inside) -> Facts:
    pod, node = life.pod, life.state.find(Node, life.pod.spec.node_name)
    uid = int(security(life.container, pod).get("runAsUser") or 0)
    memory = _memory_bytes(node)
    recorded = list(lines_of(life))
    return Facts(
        start=life.now,
        hostname=hostname(pod),
        pod_ip=pod.status.pod_ip,
        namespace=pod.metadata.namespace,
        user="root" if uid == 0 else str(uid),
        uid=uid,
        gid=int(security(life.container, pod).get("runAsGroup") or 0),
        server=life.entry.server,
        programs=life.entry.programs | frozenset((life.entry.server.rpartition("/")[2],)) - {""},
        version=life.tag,
        listens=life.entry.listens,
        mounts=tuple(mount.mount_path for mount in life.container.volume_mounts),
        cpus=_cpus(node),
        memory_bytes=memory,
        memory_used_bytes=min(life.entry.memory_bytes * 2, memory // 2),
        kernel=(node.status.node_info.get("kernelVersion") if node else "") or "6.8.0",
        booted_at=(node.metadata.creation_timestamp if node else None) or life.started_at,
        processes=(
            *main_processes(life.entry, life.argv, life.started_at, uid),
            *left_running(recorded, life.now),
        ),
    )


def hostname(pod: Pod) -> str:
    if pod.spec.host_network:
        return pod.spec.node_name
    return str(pod.spec.extra.get("hostname") or pod.metadata.name)[:63]


def _cpus(node: Node | None) -> int:
    text = node.status.capacity.get("cpu", "2") if node is not None else "2"
    return max(1, whole(text))


def _memory_bytes(node: Node | None) -> int:
    """The node's memory: a container's ``free`` shows no limit."""
    text = node.status.capacity.get("memory", "") if node is not None else ""
    return whole(text) if text else _DEFAULT_MEMORY_BYTES
