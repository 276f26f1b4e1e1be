"""What each probe of a container would find, and from when on: the pod's open ports and their paths.

Containers of a pod share one network namespace, so a probe reaches any of them. Texts are those of
``pkg/probe`` (http, tcp, grpc) and Go's net package.
"""

from collections.abc import Sequence

from engine.kinds import Container, HTTPGetAction, Pod, Probe
from engine.kinds.frozen import frozen
from engine.kubelet.behaviour import Behaviour
from engine.kubelet.command_findings import command_findings
from engine.kubelet.probes import Finding, Findings
from engine.kubelet.scene import Life, Scene


@frozen(kw_only=True)
class Listener:
    """A port open since ``since`` (it refuses before), and what is behind it."""

    port: int
    since: int
    behaviour: Behaviour


def findings(scene: Scene, life: Life, listeners: Sequence[Listener]) -> Findings:
    """For a running container; ``listeners`` are all of the pod."""
    container, status = life.container, life.status

    def found(probe: Probe | None, before: bool) -> Sequence[Finding]:
        if probe is None:
            return ()
        if probe.exec is not None:
            return command_findings(scene, life, probe.exec.command, before=before)
        return _of_port(probe, scene.pod, container, life.started_at, listeners)

    return Findings(
        startup=found(container.startup_probe, bool(status.started)),
        liveness=found(container.liveness_probe, True),
        readiness=found(container.readiness_probe, status.ready),
    )


def _of_port(
    probe: Probe, pod: Pod, container: Container, started_at: int, listeners: Sequence[Listener]
) -> Sequence[Finding]:
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
    acts = listener.behaviour
    found = [Finding(max(listener.since, started_at), *_answer(probe, host, port, acts))]
    if listener.since > started_at:
        found.insert(0, Finding(started_at, False, refused))
    if found[-1].ok and probe.http_get is not None and acts.fails_after_seconds is not None:
        fails_at = listener.since - acts.ready_after_seconds + acts.fails_after_seconds
        found.append(Finding(max(fails_at, found[-1].at), False, "HTTP probe failed with statuscode: 500"))
    return found


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
        if behaviour.serves not in ("http", "https"):
            return False, f'Get "{url}": EOF'
        wanted = (probe.http_get.scheme or "HTTP").lower()
        if behaviour.serves != wanted:
            if wanted == "http":
                return False, "HTTP probe failed with statuscode: 400"
            return False, f'Get "{url}": http: server gave HTTP response to HTTPS client'
        path = (probe.http_get.path or "/").partition("?")[0]
        if behaviour.paths is not None and path not in behaviour.paths:
            return False, "HTTP probe failed with statuscode: 404"
    elif probe.grpc is not None and behaviour.serves != "grpc" and not behaviour.speaks_grpc:
        return False, "error: health rpc probe failed: rpc error: code = Unavailable desc = connection error"
    return True, ""
