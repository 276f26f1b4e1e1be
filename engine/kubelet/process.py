"""What a container's process does at a moment: its image's server, or the program its command line asks for.

Joins behaviour.py (images) and programs.py (scripts). With a ``wire`` a script's questions to the network are
answered by the State at hand; without one they are taken to be answered, which is how other containers see it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from engine.kinds import Container, ContainerStatus, Exec, Pod
from engine.kubelet.behaviour import Behaviour, behaviour, command_line, own_server
from engine.kubelet.catalog import Resolved, resolve
from engine.kubelet.disks import has_lasting, kept_writes, sharers, shown, within, writer_name
from engine.kubelet.environment import environment
from engine.kubelet.files import Wrote
from engine.kubelet.generated import changes_since
from engine.kubelet.image_table import ImageEntry
from engine.kubelet.programs import Program, is_script, main_program
from engine.kubelet.service_variables import service_variables
from engine.kubelet.shell.machine import Wire
from engine.kubelet.typed_input import reads_typing
from engine.kubelet.volumes import is_shared
from engine.store.state import State

_ASKS_SERVICES = re.compile(r"_SERVICE_|_PORT|\benv\b|printenv|\bset\b")


def process_of(state: State, pod: Pod, container: Container, now: int, wire: Wire | None = None) -> Behaviour:
    """What the running (or just starting) container does."""
    env = environment(state, pod, container).variables
    acts = behaviour(container.image, container, env)
    if acts.start_error or acts.listens:
        return acts
    program = program_of(state, pod, container, now, wire)
    if program is None:
        return acts
    if program.serves_after_seconds is not None:
        return _server(container, program, env)
    return evolve(
        acts,
        exits_after_seconds=None if reads_typing(container) else program.exits_after_seconds,
        exit_code=program.exit_code,
        term_exit_code=program.term_exit_code,
        asks_again_at=program.asks_again_at,
    )


def program_of(
    state: State,
    pod: Pod,
    container: Container,
    now: int,
    wire: Wire | None = None,
    lived: tuple[int, int] | None = None,
    *,
    alone: bool = False,
) -> Program | None:
    """The program of the container's newest life, or of the one that lasted from and to the seconds ``lived``.

    None where the image's own server runs. ``alone``: as if no other pod wrote to its volumes.
    """
    resolved = resolve(container.image)
    entry = resolved.entry if isinstance(resolved, Resolved) else ImageEntry(name=container.image)
    argv = command_line(container, entry)
    if not argv:
        return None
    started_at, until = lived or life_of(pod, container, now)
    env = dict(environment(state, pod, container).variables)
    if any(_ASKS_SERVICES.search(word) for word in argv):
        env = {**service_variables(state, pod, started_at), **env}
    if not is_script(argv, entry):
        return None
    return main_program(
        pod,
        container,
        entry,
        env,
        argv=argv,
        state=state,
        now=until,
        started_at=started_at,
        wire=wire,
        arrivals=_arrivals(state, pod, container, started_at, until, alone=alone),
    )


def writes_seen(
    state: State, pod: Pod, container: Container, restart_count: int, writers: Sequence[Container], until: int
) -> list[Wrote]:
    """What ``writers``' main programs (each in its newest life) and typed lines wrote where ``container`` sees it.

    In order of time, by the paths of ``container``.
    """
    found: list[Wrote] = []
    for writer in writers:
        status = status_of(pod, writer.name)
        if status is None or (status.state.running is None and status.state.terminated is None):
            continue
        started_at, ended_at = life_of(pod, writer, until)
        for program in _programs(state, pod, writer, until):
            for wrote in program.writes_until(ended_at - started_at):
                same = writer.name == container.name
                paths = [wrote.path] if same else seen_as(pod, container, writer, wrote.path)
                found += [evolve(wrote, path=path) for path in paths]
    found += _typed(state, pod, container, restart_count)
    began, _ = life_of(pod, container, until)
    found += kept_writes(state, pod, container, until + 1)
    found += changes_since(state, pod, container, began)
    if has_lasting(pod):
        found += _by_others(state, pod, container, until)
    return sorted((wrote for wrote in found if wrote.at <= until), key=lambda wrote: wrote.at)


def _programs(state: State, pod: Pod, container: Container, until: int) -> Iterator[Program]:
    """The main program, and what its postStart hook runs beside it: of the hook only what it writes counts."""
    hooked = (container.lifecycle or {}).get("postStart") or {}
    command = (hooked.get("exec") or {}).get("command") or ()
    hook = evolve(container, command=tuple(map(str, command)), args=(), lifecycle=None)
    for each in (container, hook) if command else (container,):
        if (program := program_of(state, pod, each, until)) is not None:
            yield program


Writes = Iterator[tuple[str, Wrote, str]]
"""(volume, write by its path there, whose program wrote it)."""


def pod_writes(state: State, pod: Pod, until: int) -> Writes:
    """All that is told of the pod's containers, one after the other."""
    for writer in containers_of(pod):
        status = status_of(pod, writer.name)
        if not writer.volume_mounts or status is None:
            continue
        if status.state.running is not None or status.state.terminated is not None:
            started_at, ended_at = life_of(pod, writer, until)
            program = program_of(state, pod, writer, until)
            for wrote in () if program is None else program.writes_until(ended_at - started_at):
                yield from _on_volume(writer, wrote, writer_name(pod, writer))
    for wrote, writer in _typed_writes(state, pod):
        yield from _on_volume(writer, wrote)


def life_writes(state: State, pod: Pod, container: Container, lived: tuple[int, int]) -> Writes:
    """Of the container's program in one life."""
    program = program_of(state, pod, container, lived[1], lived=lived)
    for wrote in () if program is None else program.writes_until(lived[1] - lived[0]):
        yield from _on_volume(container, wrote, writer_name(pod, container))


def _on_volume(writer: Container, wrote: Wrote, by: str = "") -> Writes:
    place = within(writer, wrote.path)
    if place is not None and place[1]:
        yield place[0], evolve(wrote, path=place[1]), by


def _by_others(
    state: State, pod: Pod, container: Container, until: int, *, first_rounds: bool = False
) -> Iterator[Wrote]:
    """What other pods write to the container's lasting volumes, by its own paths."""
    for volume, other, theirs in sharers(state, pod):
        if not any(mount.name == volume for mount in container.volume_mounts):
            continue
        found = _first_writes(state, other, until) if first_rounds else pod_writes(state, other, until)
        for there, wrote, _ in found:
            if there == theirs:
                for path in shown(container, volume, wrote.path):
                    yield evolve(wrote, path=path)


def _first_writes(state: State, pod: Pod, until: int) -> Writes:
    for writer in containers_of(pod):
        status = status_of(pod, writer.name)
        if writer.volume_mounts and status is not None and status.state.running is not None:
            program = program_of(state, pod, writer, until, alone=True)
            for wrote in () if program is None else program.recording.writes:
                yield from _on_volume(writer, wrote)
    for wrote, writer in _typed_writes(state, pod):
        yield from _on_volume(writer, wrote)


def _typed_writes(state: State, pod: Pod) -> Iterator[tuple[Wrote, Container]]:
    if state.count(Exec.kind):
        by_name = {each.name: each for each in containers_of(pod)}
        for line in state.execs_of(pod.metadata.uid):
            if line.files and line.container in by_name:
                for path, text in line.files.items():
                    yield Wrote(line.time, path, text), by_name[line.container]


def recorded_writes(
    pod: Pod,
    here: tuple[Container, int],
    writer: str,
    restart_count: int,
    at: int,
    files: Mapping[str, str | None],
) -> Iterator[Wrote]:
    """What a typed line wrote, where the container (and life) ``here`` sees it."""
    container, life = here
    there = next((each for each in containers_of(pod) if each.name == writer), None)
    if there is None:
        return
    for path, text in files.items():
        paths = seen_as(pod, container, there, path)
        if not paths and there.name == container.name and restart_count == life:
            paths = [path]
        yield from (Wrote(at, each, text) for each in paths)


def _typed(state: State, pod: Pod, container: Container, restart_count: int) -> Iterator[Wrote]:
    if state.count(Exec.kind):
        for line in state.execs_of(pod.metadata.uid):
            if line.files:
                here = (container, restart_count)
                yield from recorded_writes(pod, here, line.container, line.restart_count, line.time, line.files)


def _arrivals(
    state: State, pod: Pod, container: Container, began: int, until: int, *, alone: bool
) -> tuple[Wrote, ...]:
    """What reaches a script's files from outside: of typed lines, of containers before it in the pod, of other pods.

    Shortcuts: of a writer's endless loop only the first rounds; never what containers after it write.
    """
    status = status_of(pod, container.name)
    count = 0 if status is None else status.restart_count
    found = list(_typed(state, pod, container, count))
    found += changes_since(state, pod, container, began)
    shared = any(is_shared(pod, mount.name) for mount in container.volume_mounts)
    for writer in containers_of(pod) if shared else ():
        if writer.name == container.name:
            break
        program = program_of(state, pod, writer, until, alone=alone) if writer.volume_mounts else None
        for wrote in program.recording.writes if program is not None else ():
            found += [evolve(wrote, path=path) for path in seen_as(pod, container, writer, wrote.path)]
    if shared:
        found += kept_writes(state, pod, container, began)
        if not alone and has_lasting(pod):
            found += _by_others(state, pod, container, until, first_rounds=True)
    return tuple(sorted(found, key=lambda wrote: wrote.at))


def seen_as(pod: Pod, container: Container, there: Container, path: str) -> list[str]:
    """Where ``container`` sees a path of another container: [] unless both mount its volume."""
    place = within(there, path)
    if place is None or not is_shared(pod, place[0]):
        return []
    return shown(container, *place)


def containers_of(pod: Pod) -> tuple[Container, ...]:
    """Init containers first, as they start; those added later last."""
    spec = pod.spec
    return (*spec.init_containers, *spec.containers, *spec.ephemeral_containers)


def status_of(pod: Pod, name: str) -> ContainerStatus | None:
    found = pod.status
    statuses = (*found.container_statuses, *found.init_container_statuses, *found.ephemeral_container_statuses)
    return next((status for status in statuses if status.name == name), None)


def life_of(pod: Pod, container: Container, now: int) -> tuple[int, int]:
    """From when to when the container's newest life lasts; one that is to start begins now."""
    status = status_of(pod, container.name)
    if status is not None and status.state.running is not None:
        return status.state.running.started_at or now, now
    if status is not None and status.state.terminated is not None:
        return status.state.terminated.started_at or now, status.state.terminated.finished_at or now
    return now, now


def _server(container: Container, program: Program, env: Mapping[str, str]) -> Behaviour:
    """A script that became a server: the image's own, or busybox's httpd."""
    resolved = resolve(container.image)
    late = program.serves_after_seconds or 0
    assert isinstance(resolved, Resolved) or program.serving
    if isinstance(resolved, Resolved) and _is_own(resolved.entry, program):
        own = own_server(resolved.entry, env)
        return evolve(own, ready_after_seconds=own.ready_after_seconds + late)
    ports = [word for before, word in zip(program.serving, program.serving[1:], strict=False) if before == "-p"]
    port = ports[0].rpartition(":")[2] if ports else "80"
    listens = (int(port),) if port.isdecimal() else ()
    return Behaviour(listens=listens, serves="http", ready_after_seconds=late, term_exit_code=None)


def _is_own(entry: ImageEntry, program: Program) -> bool:
    name = program.serving[0].rpartition("/")[2] if program.serving else ""
    return bool(entry.server) and name == entry.server.rpartition("/")[2]
