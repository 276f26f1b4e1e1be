"""The inside of a container at a moment: its files, processes and facts, rebuilt from what is recorded.

Nothing of it is kept but what outlives its writer (VolumeContent): the image's base files, the volumes, what main
programs wrote, of other pods too where they share a disk, and every Exec of this life are folded in that order.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.api_access import gets_token
from engine.kinds import Container, ContainerStatus, Exec, Node, Pod
from engine.kinds.frozen import frozen
from engine.kinds.quantity import whole
from engine.kubelet import zookeeper
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, parse_reference, resolve
from engine.kubelet.disks import kept_files
from engine.kubelet.environment import environment, full_name, hostname
from engine.kubelet.files import Files, with_directories
from engine.kubelet.image_files import base_files, image_variables
from engine.kubelet.image_table import ImageEntry
from engine.kubelet.process import containers_of, recorded_writes, status_of, writes_seen
from engine.kubelet.processes import beside, left_running, main_processes
from engine.kubelet.scene import target_of
from engine.kubelet.service_variables import service_variables
from engine.kubelet.shell.machine import Facts, Process
from engine.kubelet.volumes import mounts_of, pod_files, security, with_traces, with_volumes
from engine.network import dns, iptables
from engine.store.state import State

_DEFAULT_MEMORY_BYTES = 4 << 30
_FIRST_PROCESS_ROOT = "/proc/1/root"


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
    target = _target(life)
    process, token = " ".join((target or life).argv), gets_token(life.state, life.pod)
    entries.update(pod_files(life.pod, dns.server_ip(life.state), process, token=token))
    with_volumes(life.state, life.pod, life.container, entries, life.started_at)
    with_traces(life.state, life.pod, life.container, entries)
    entries.update(kept_files(life.state, life.pod, life.container))
    if life.entry.log_profile == "zookeeper":
        entries |= with_directories(zookeeper.configured(life.argv, full_name(life.pod)))
    found = Files(entries=entries, mounts=mounts_of(life.pod, life.container, life.state))
    containers = [each for each in containers_of(life.pod) if each.volume_mounts or each is life.container]
    here = (life.container, life.status.restart_count)
    writes = writes_seen(life.state, life.pod, *here, containers, life.now)
    for wrote in writes:
        found.receive(wrote)
    for container, restart_count, time, changes in also:
        for wrote in recorded_writes(life.pod, here, container, restart_count, time, changes):
            found.receive(wrote)
    if target is not None:
        found.entries |= {f"{_FIRST_PROCESS_ROOT}{path}": text for path, text in files(target).entries.items()}
        found.entries[f"{_FIRST_PROCESS_ROOT}/"] = ""
    return found


def variables(life: Inside) -> dict[str, str]:
    """The environment of the container's processes: the kubelet's, the image's and the Services' variables.

    In the order in which containerd hands them on: PATH, the host's name, the image's, those of ``env``, the others.
    """
    found = dict(environment(life.state, life.pod, life.container).variables)
    services = service_variables(life.state, life.pod, life.started_at)
    image = image_variables(life.entry, life.tag)
    known = {**services, **image, **found}
    first = ("PATH", "HOSTNAME", *image, *(each.name for each in life.container.env if each.name in known))
    home = {"HOME": known.pop("HOME")} if "HOME" in known and "HOME" not in first else {}
    return {**{name: known[name] for name in first}, **known, **home}


def facts(life: Inside) -> Facts:
    pod, node = life.pod, life.state.find(Node, life.pod.spec.node_name)
    uid = int(security(life.container, pod).get("runAsUser") or 0)
    memory = _memory_bytes(node)
    return Facts(
        start=life.now,
        hostname=hostname(pod),
        pod_ip=pod.status.pod_ip,
        namespace=pod.metadata.namespace,
        user="root" if uid == 0 else str(uid),
        uid=uid,
        gid=int(security(life.container, pod).get("runAsGroup") or 0),
        image=life.entry.name.rpartition("/")[2],
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
        processes=_processes(life),
        packet_rules=lambda table: _packet_rules(life, table),
    )


def _processes(life: Inside) -> tuple[Process, ...]:
    """Its own, after those of the container it was added to look into, or beside those of the whole pod."""
    own = _own_processes(life)
    target = _target(life)
    if target is not None:
        return beside(_own_processes(target), own)
    if not life.pod.spec.extra.get("shareProcessNamespace"):
        return own
    found: tuple[Process, ...] = (
        Process(pid=1, user="65535", command="/pause", started_at=life.pod.status.start_time or 0),
    )
    for container in containers_of(life.pod):
        there = inside(life.state, life.pod, container, life.now)
        found = found if there is None else beside(found, _own_processes(there))
    return found


def _own_processes(life: Inside) -> tuple[Process, ...]:
    uid = int(security(life.container, life.pod).get("runAsUser") or 0)
    return (
        *main_processes(life.entry, life.argv, life.started_at, uid),
        *left_running(lines_of(life), life.now),
    )


def _target(life: Inside) -> Inside | None:
    """The life of the container whose processes an ephemeral one sees."""
    name = target_of(life.container)
    container = next((each for each in containers_of(life.pod) if name and each.name == name), None)
    return None if container is None else inside(life.state, life.pod, container, life.now)


def _packet_rules(life: Inside, table: str) -> list[str]:
    """A container in the node's own network sees what kube-proxy wrote there."""
    if not life.pod.spec.host_network:
        return []
    return iptables.saved(life.state, life.pod.spec.node_name, table, life.now)


def _cpus(node: Node | None) -> int:
    text = node.status.capacity.get("cpu", "2") if node is not None else "2"
    return max(1, whole(text))


def _memory_bytes(node: Node | None) -> int:
    """The node's memory: a container's ``free`` shows no limit."""
    text = node.status.capacity.get("memory", "") if node is not None else ""
    return whole(text) if text else _DEFAULT_MEMORY_BYTES
