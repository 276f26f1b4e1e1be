"""What each probe of a container would find, and from when on: the pod's open ports, paths and commands.

Containers of a pod share one network namespace, so a probe reaches any of them. Texts are those of
``pkg/probe`` (http, tcp, grpc, exec) and Go's net package.
"""

from collections.abc import Sequence

from attrs import frozen

from engine.kinds import Container, HTTPGetAction, Pod, Probe
from engine.kubelet.behaviour import Behaviour
from engine.kubelet.catalog import Resolved, has_program, resolve
from engine.kubelet.probes import Finding, Findings

_SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
_ASKS_SERVER = frozenset(
    ("redis-cli", "pg_isready", "psql", "mysqladmin", "mysql", "mongosh", "nodetool", "cqlsh", "ready-probe.sh")
)
"""Commands that ask the image's own server: they fail until it is ready."""


@frozen(kw_only=True)
class Listener:
    """A port open since ``since`` (it refuses before), and what is behind it."""

    port: int
    since: int
    behaviour: Behaviour


def findings(
    pod: Pod, container: Container, own: Behaviour, started_at: int, listeners: Sequence[Listener]
) -> Findings:
    """For a container that runs since ``started_at``; ``listeners`` are all of the pod."""

    def found(probe: Probe | None) -> Sequence[Finding]:
        return () if probe is None else _found(probe, pod, container, own, started_at, listeners)

    return Findings(
        startup=found(container.startup_probe),
        liveness=found(container.liveness_probe),
        readiness=found(container.readiness_probe),
    )


def _found(
    probe: Probe,
    pod: Pod,
    container: Container,
    own: Behaviour,
    started_at: int,
    listeners: Sequence[Listener],
) -> Sequence[Finding]:
    if probe.exec is not None:
        return _of_command(probe.exec.command, container, own, started_at)
    if probe.http_get is not None:
        wanted, host = probe.http_get.port, probe.http_get.host or pod.status.pod_ip
    elif probe.tcp_socket is not None:
        wanted, host = probe.tcp_socket.port, probe.tcp_socket.host or pod.status.pod_ip
    elif probe.grpc is not None:
        wanted, host = probe.grpc.port, pod.status.pod_ip
    else:
        return (Finding(started_at, True),)
    port = _port_number(wanted, container)
    if port is None:
        return (Finding(started_at, False, f'couldn\'t find port: "{wanted}"'),)
    refused = _refusal(probe, host, port)
    listener = next((each for each in listeners if each.port == port), None)
    if listener is None:
        return (Finding(started_at, False, refused),)
    answer = Finding(max(listener.since, started_at), *_answer(probe, host, port, listener.behaviour))
    if listener.since <= started_at:
        return (answer,)
    return (Finding(started_at, False, refused), answer)


def _port_number(port: int | str, container: Container) -> int | None:
    if isinstance(port, int):
        return port
    if port.isdecimal():
        return int(port)
    return next((each.container_port for each in container.ports if each.name == port), None)


def _url(action: HTTPGetAction, host: str, port: int) -> str:
    path = action.path or "/"
    return f"{(action.scheme or 'HTTP').lower()}://{host}:{port}{'' if path.startswith('/') else '/'}{path}"


def _refusal(probe: Probe, host: str, port: int) -> str:
    refused = f"dial tcp {host}:{port}: connect: connection refused"
    if probe.http_get is not None:
        return f'Get "{_url(probe.http_get, host, port)}": {refused}'
    if probe.grpc is not None:
        within = f"{max(probe.timeout_seconds, 1)}s"
        return f'timeout: failed to connect service "{host}:{port}" within {within}: context deadline exceeded'
    return refused


def _answer(probe: Probe, host: str, port: int, behaviour: Behaviour) -> tuple[bool, str]:
    """Whether what listens satisfies the probe, and what is reported if it does not."""
    if probe.http_get is not None:
        url = _url(probe.http_get, host, port)
        if behaviour.serves != "http":
            return False, f'Get "{url}": EOF'
        if probe.http_get.scheme == "HTTPS":
            return False, f'Get "{url}": http: server gave HTTP response to HTTPS client'
        path = (probe.http_get.path or "/").partition("?")[0]
        if behaviour.paths is not None and path not in behaviour.paths:
            return False, "HTTP probe failed with statuscode: 404"
    elif probe.grpc is not None and behaviour.serves != "grpc":
        return False, "error: health rpc probe failed: rpc error: code = Unavailable desc = connection error"
    return True, ""


def _of_command(
    command: tuple[str, ...], container: Container, own: Behaviour, started_at: int
) -> Sequence[Finding]:
    words = _plain_words(command)
    program = words[0].rpartition("/")[2] if words else "true"
    image = resolve(container.image)
    if isinstance(image, Resolved) and words and not has_program(image.entry, words[0]):
        return (Finding(started_at, False, f'exec: "{words[0]}": executable file not found in $PATH'),)
    if program == "false":
        return (Finding(started_at, False),)
    if program in _ASKS_SERVER and own.ready_after_seconds:
        return (Finding(started_at, False), Finding(started_at + own.ready_after_seconds, True))
    return (Finding(started_at, True),)


def _plain_words(command: tuple[str, ...]) -> list[str]:
    """The command without a shell around it."""
    if len(command) >= 3 and command[0] in _SHELLS and command[1] == "-c":
        return command[2].split()
    return list(command)
