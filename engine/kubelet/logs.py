"""What a container has printed: ``log_lines(state, pod, "main", now)``. Nothing of it is stored.

Lines follow from the image, the command, the second the life began, its probes, the requests that typed lines made
and the way it ended; so any past moment shows them again. Only the span from ``since`` on is made, and of each
source at most its newest lines. Errors are those of ``validateContainerLogStatus`` in ``pkg/kubelet``.
"""

from collections.abc import Iterator

from attrs import frozen

from engine.errors import BadRequest, InternalError
from engine.faults import is_down
from engine.kinds import Container, ContainerStateTerminated, ContainerStatus, Node, Pod, Probe
from engine.kubelet.behaviour import Behaviour
from engine.kubelet.catalog import Resolved, parse_reference, resolve
from engine.kubelet.image_table import ImageEntry
from engine.kubelet.log_banners import Printing, banner, farewell, murmur, taken_port
from engine.kubelet.output import LogLine
from engine.kubelet.process import containers_of, process_of, program_of, status_of
from engine.kubelet.programs import Program, Unfinished
from engine.kubelet.stress_logs import stress_lines
from engine.kubelet.volumes import is_shared
from engine.kubelet.wire import wire_of
from engine.network.http import Request, Site, access_lines
from engine.store.state import State

MAX_LINES = 100_000
_WAITING_FOR = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}
_PROBE_AGENT = "kube-probe/1.36"
_PAGE_BYTES, _ERROR_BYTES = {"nginx": 615, "httpd": 45}, {"nginx": 153, "httpd": 196}


@frozen(kw_only=True)
class _Life:
    """One life of a container: ``until`` is its end, or now; ``ended`` how it ended."""

    state: State
    pod: Pod
    container: Container
    restart_count: int
    started_at: int
    until: int
    ended: ContainerStateTerminated | None
    entry: ImageEntry
    tag: str


def log_lines(
    state: State, pod: Pod, container_name: str, now: int, *, previous: bool = False, since: int = 0
) -> list[LogLine]:
    """Oldest first, from epoch second ``since`` on. Raises BadRequest or InternalError in Kubernetes' words."""
    container = _container(pod, container_name)
    _reachable(state, pod, container)
    life = _life(state, pod, container, now, previous=previous)
    start = max(since, life.started_at)
    found: list[tuple[int, str]] = []
    for source in (_own_lines, _probed, _requested, _last_words):
        found += source(life, start)
    found.sort(key=lambda line: line[0])
    may_grow = life.ended is None
    return [
        LogLine(at, str(text), may_grow and isinstance(text, Unfinished))
        for at, text in found[-MAX_LINES:]
        if start <= at <= life.until
    ]


def attached_output(state: State, pod: Pod, container_name: str, now: int, since: int) -> str | None:
    """What somebody who is attached sees of seconds ``since`` to ``now``, as it comes; None of what is no script."""
    container = _container(pod, container_name)
    life = _life(state, pod, container, now, previous=False)
    program = _program(life)
    if program is None or program.serves_after_seconds is not None or program.follows:
        return None
    return program.output_between(since - life.started_at, life.until - life.started_at + 1)


def _container(pod: Pod, name: str) -> Container:
    if not name:
        default = pod.metadata.annotations.get("kubectl.kubernetes.io/default-container", "")
        name = default or pod.spec.containers[0].name
    for container in containers_of(pod):
        if container.name == name:
            return container
    raise BadRequest(f"container {name} is not valid for pod {pod.metadata.name}")


def _reachable(state: State, pod: Pod, container: Container) -> None:
    name, node_name = pod.metadata.name, pod.spec.node_name
    if not node_name:
        raise BadRequest(f'container "{container.name}" in pod "{name}" is not available')
    if is_down(state, node_name):
        node = state.find(Node, node_name)
        address = node.internal_ip if node is not None else node_name
        url = f"https://{address}:10250/containerLogs/{pod.metadata.namespace}/{name}/{container.name}"
        raise InternalError(f'Get "{url}": dial tcp {address}:10250: connect: no route to host')


def _life(state: State, pod: Pod, container: Container, now: int, *, previous: bool) -> _Life:
    status = status_of(pod, container.name)
    where = f'container "{container.name}" in pod "{pod.metadata.name}"'
    if status is None:
        raise BadRequest(f"{where} is not available")
    running, ended = status.state.running, status.state.terminated
    last = status.last_state.terminated
    count = status.restart_count
    if previous:
        if last is None:
            raise BadRequest(f"previous terminated {where} not found")
        return _made(state, pod, container, count if _waits(status) else count - 1, last, now)
    if running is not None:
        return _made(state, pod, container, count, None, now, running.started_at or now)
    if ended is not None or last is not None:
        return _made(state, pod, container, count, ended or last, now)
    reason = status.state.waiting.reason if status.state.waiting is not None else ""
    if not reason:
        raise BadRequest(f"{where} is waiting to start - no logs yet")
    raise BadRequest(f"{where} is waiting to start: {_WAITING_FOR.get(reason, reason)}")


def _waits(status: ContainerStatus) -> bool:
    """While a container waits for its restart, the count is still that of the life that ended."""
    return status.state.running is None and status.state.terminated is None


def _made(
    state: State,
    pod: Pod,
    container: Container,
    restart_count: int,
    ended: ContainerStateTerminated | None,
    now: int,
    started_at: int = 0,
) -> _Life:
    resolved, reference = resolve(container.image), parse_reference(container.image)
    entry = resolved.entry if isinstance(resolved, Resolved) else ImageEntry(name=container.image)
    return _Life(
        state=state,
        pod=pod,
        container=container,
        restart_count=max(restart_count, 0),
        started_at=started_at if ended is None else ended.started_at or ended.finished_at or now,
        until=now if ended is None else ended.finished_at or now,
        ended=ended,
        entry=entry,
        tag=getattr(reference, "tag", "") or "latest",
    )


def _own_lines(life: _Life, start: int) -> list[tuple[int, str]]:
    """What its program prints by itself: a script's output, or a server's banner and murmur."""
    if life.ended is not None and life.ended.reason == "StartError":
        return []
    program, begun = _program(life), life.started_at
    found: list[tuple[int, str]] = []
    if program is not None:
        found = [(begun + at, text) for at, text in program.lines_between(start - begun, life.until - begun + 1)]
        found += _followed(life, program.follows, start)
        if program.serves_after_seconds is None:
            return found
        begun += program.serves_after_seconds
    else:
        found = stress_lines(life.container, begun, life.ended)
        found = [(at, text) for at, text in found if start <= at <= life.until]
    printing = _printing(life, begun)
    if life.ended is not None and _was_refused_its_port(life):
        return [*found, *taken_port(printing)]
    return [*found, *banner(printing), *murmur(printing, start, life.until)]


def _program(life: _Life) -> Program | None:
    wire = wire_of(life.state, life.pod, life.container, life.until)
    return program_of(life.state, life.pod, life.container, life.until, wire, lived=(life.started_at, life.until))


def _printing(life: _Life, begun: int) -> Printing:
    acts = _acts(life)
    return Printing(
        entry=life.entry,
        profile=acts.log_profile or life.entry.log_profile,
        tag=life.tag,
        began=begun,
        ready=begun + acts.ready_after_seconds,
        listens=acts.listens or life.entry.listens,
        pod=life.pod.metadata.name,
        failed=life.ended is not None and life.ended.exit_code == 1,
    )


def _acts(life: _Life) -> Behaviour:
    return process_of(life.state, life.pod, life.container, life.until)


def _was_refused_its_port(life: _Life) -> bool:
    """Whether it ended because another container of the pod had its port (bind: address already in use)."""
    ended = life.ended
    if ended is None or ended.exit_code != 1 or life.until - life.started_at > 1:
        return False
    mine = set(_acts(life).listens)
    return any(
        not mine.isdisjoint(process_of(life.state, life.pod, other, life.until).listens)
        for other in containers_of(life.pod)
        if other is not life.container
    )


def _probed(life: _Life, start: int) -> list[tuple[int, str]]:
    """The access log of the kubelet's own HTTP probes, for servers that keep one."""
    acts = _acts(life)
    if acts.serves != "http" or acts.log_profile not in ("nginx", "httpd", "http"):
        return []
    found: list[tuple[int, str]] = []
    container = life.container
    for probe in (container.startup_probe, container.liveness_probe, container.readiness_probe):
        if probe is not None and probe.http_get is not None:
            found += _probe_lines(life, acts, probe, start)
    return found


def _probe_lines(life: _Life, acts: Behaviour, probe: Probe, start: int) -> Iterator[tuple[int, str]]:
    action = probe.http_get
    assert action is not None
    if _port(action.port, life.container) not in acts.listens:
        return
    period = max(probe.period_seconds, 1)
    first = life.started_at + max(probe.initial_delay_seconds, 1)
    begin = max(start, life.started_at + acts.ready_after_seconds, life.until - period * (MAX_LINES // 4))
    tick = first + max(0, -(-(begin - first) // period)) * period
    path = action.path or "/"
    known = acts.paths is None or path.partition("?")[0] in acts.paths
    site = Site(image=life.entry.name.rpartition("/")[2], profile=acts.log_profile)
    size = (_PAGE_BYTES if known else _ERROR_BYTES).get(acts.log_profile, 2)
    last = min(life.until, tick) if probe is life.container.startup_probe else life.until
    for at in range(tick, last + 1, period):
        request = Request(path=path, agent=_PROBE_AGENT, client_ip=_gateway(life.pod), time=at)
        for line in access_lines(site, request, 200 if known else 404, size):
            yield at, line


def _port(port: int | str, container: Container) -> int | None:
    if isinstance(port, int):
        return port
    if port.isdecimal():
        return int(port)
    return next((each.container_port for each in container.ports if each.name == port), None)


def _gateway(pod: Pod) -> str:
    """The node's end of the pod network, from where the kubelet asks."""
    return ".".join([*pod.status.pod_ip.split(".")[:3], "1"])


def _requested(life: _Life, start: int) -> list[tuple[int, str]]:
    """What the server logged of requests that typed lines made."""
    uid = life.pod.metadata.uid
    return [
        (request.time, request.line)
        for line in life.state.received_by(uid)
        for request in line.requests
        if request.pod_uid == uid
        and request.container == life.container.name
        and request.restart_count == life.restart_count
        and request.line
        and request.time >= start
    ]


def _followed(life: _Life, paths: tuple[str, ...], start: int) -> list[tuple[int, str]]:
    """Lines that others of the pod appended to files which ``tail -f`` prints, since it began."""
    found: list[tuple[int, str]] = []
    after = life.started_at + 1
    for path in paths:
        for other, theirs in _shared_as(life, path):
            program = program_of(life.state, life.pod, other, life.until)
            for wrote in program.writes_until(life.until - program.script.facts.start) if program else ():
                if wrote.path == theirs and wrote.text and wrote.append and wrote.at >= max(start, after):
                    found += [(wrote.at, line) for line in wrote.text.splitlines()]
            for typed in life.state.execs_of(life.pod.metadata.uid):
                text = typed.files.get(theirs) if typed.container == other.name else None
                if text and typed.time >= max(start, after):
                    found.append((typed.time, text.splitlines()[-1]))
    return found


def _shared_as(life: _Life, path: str) -> Iterator[tuple[Container, str]]:
    """The containers that see the file at ``path``, and where they see it."""
    for mount in life.container.volume_mounts:
        root = mount.mount_path.rstrip("/")
        if not path.startswith(f"{root}/") or not is_shared(life.pod, mount.name):
            continue
        for other in containers_of(life.pod):
            for theirs in other.volume_mounts:
                if theirs.name == mount.name:
                    yield other, theirs.mount_path.rstrip("/") + path[len(root) :]


def _last_words(life: _Life, start: int) -> list[tuple[int, str]]:
    """What a server prints when it is asked to stop."""
    ended = life.ended
    if ended is None or ended.exit_code not in (0, 143) or life.until < start or not _acts(life).listens:
        return []
    return farewell(_printing(life, life.started_at), life.until)
