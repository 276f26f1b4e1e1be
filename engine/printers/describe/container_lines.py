"""The containers of a pod or a pod template, as a description shows them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from engine.kinds import Container, ContainerState, ContainerStatus, EnvVar, Pod, Probe, VolumeMount
from engine.kinds.amounts import canonical
from engine.printers.describe.field_values import container_resource, field_value
from engine.printers.describe.metadata import time_text
from engine.printers.durations import NONE
from engine.printers.parts.selectors import host_port


def containers_lines(
    title: str,
    containers: Sequence[Container],
    statuses: Sequence[ContainerStatus],
    pod: Pod | None,
    space: str = "",
) -> Iterator[str]:
    """``pod`` gives environment variables their values; None inside a template, where ``space`` indents."""
    by_name = {status.name: status for status in statuses}
    yield f"{space}{title}:{'' if containers else ' <none>'}"
    for container in containers:
        status = by_name.get(container.name)
        yield f"  {' ' if space else ''}{container.name}:"
        yield from _basics(container, status)
        yield from _words("Command", container.command)
        yield from _words("Args", container.args)
        if status is not None:
            yield from _status(status)
        yield from _resources(container)
        yield from _probes(container)
        if container.env_from:
            yield from _env_from(container.env_from)
        yield from _env(container, pod)
        yield from _mounts(container.volume_mounts)


def probe_text(probe: Probe) -> str:
    """``tcp-socket :80 delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3``."""
    numbers = (
        f"delay={probe.initial_delay_seconds}s timeout={probe.timeout_seconds}s "
        f"period={probe.period_seconds}s successThreshold={probe.success_threshold} "
        f"failureThreshold={probe.failure_threshold}"
    )
    if probe.exec is not None:
        return f"exec [{' '.join(probe.exec.command)}] {numbers}"
    if probe.http_get is not None:
        get = probe.http_get
        path = quote(f"/{get.path.removeprefix('/')}" if get.path else "", safe="/$&+,:;=@~")
        return f"http-get {get.scheme.lower() or 'http'}://{host_port(get.host, get.port)}{path} {numbers}"
    if probe.tcp_socket is not None:
        return f"tcp-socket {probe.tcp_socket.host}:{probe.tcp_socket.port} {numbers}"
    if probe.grpc is not None:
        return f"grpc <pod>:{probe.grpc.port} {probe.grpc.service or ''} {numbers}"
    return f"unknown {numbers}"


def _basics(container: Container, status: ContainerStatus | None) -> Iterator[str]:
    if status is not None:
        yield f"    Container ID:\t{status.container_id}"
    yield f"    Image:\t{container.image}"
    if status is not None:
        yield f"    Image ID:\t{status.image_id}"
    for title, numbers in (
        ("Port", [port.container_port for port in container.ports]),
        ("Host Port", [port.host_port for port in container.ports]),
    ):
        ports = [
            f"{number}/{port.protocol}" + (f" ({port.name})" if port.name else "")
            for number, port in zip(numbers, container.ports, strict=True)
        ]
        yield f"    {title}{'s' if len(ports) > 1 else ''}:\t{', '.join(ports) or NONE}"


def _words(title: str, words: Iterable[str]) -> Iterator[str]:
    lines = [line for word in words for line in word.split("\n")]
    if lines:
        yield f"    {title}:"
        yield from (f"      {line}" for line in lines)


def _status(status: ContainerStatus) -> Iterator[str]:
    yield from _state("State", status.state)
    if status.last_state.terminated is not None:
        yield from _state("Last State", status.last_state)
    yield f"    Ready:\t{status.ready}"
    yield f"    Restart Count:\t{status.restart_count}"


def _state(title: str, state: ContainerState) -> Iterator[str]:
    if state.running is not None:
        yield f"    {title}:\tRunning"
        yield f"      Started:\t{time_text(state.running.started_at)}"
    elif state.terminated is not None:
        ended = state.terminated
        yield f"    {title}:\tTerminated"
        if ended.reason:
            yield f"      Reason:\t{ended.reason}"
        if ended.message:
            yield f"      Message:\t{ended.message}"
        yield f"      Exit Code:\t{ended.exit_code}"
        if ended.signal:
            yield f"      Signal:\t{ended.signal}"
        yield f"      Started:\t{time_text(ended.started_at)}"
        yield f"      Finished:\t{time_text(ended.finished_at)}"
    else:
        yield f"    {title}:\tWaiting"
        if state.waiting is not None and state.waiting.reason:
            yield f"      Reason:\t{state.waiting.reason}"


def _resources(container: Container) -> Iterator[str]:
    resources = container.resources
    if resources is None:
        return
    for title, amounts in (("Limits", resources.limits), ("Requests", resources.requests)):
        if amounts:
            yield f"    {title}:"
            yield from (f"      {name}:\t{canonical(amounts[name])}" for name in sorted(amounts))


def _probes(container: Container) -> Iterator[str]:
    for title, probe in (
        ("Liveness", container.liveness_probe),
        ("Readiness", container.readiness_probe),
        ("Startup", container.startup_probe),
    ):
        if probe is not None:
            yield f"    {title}:\t{probe_text(probe)}"


def _env_from(sources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "    Environment Variables from:"
    for source in sources:
        kind, ref = "", {}
        if "configMapRef" in source:
            kind, ref = "ConfigMap", source["configMapRef"]
        elif "secretRef" in source:
            kind, ref = "Secret", source["secretRef"]
        prefix = source.get("prefix", "")
        with_prefix = f" with prefix '{prefix}'" if prefix else ""
        yield f"      {ref.get('name', '')}\t{kind}{with_prefix}\tOptional: {_optional(ref)}"


def _env(container: Container, pod: Pod | None) -> Iterator[str]:
    yield "    Environment:" + ("" if container.env else f"\t{NONE}")
    for variable in container.env:
        if variable.value_from:
            yield from _env_from_field(variable, container, pod)
            continue
        first, *others = variable.value.split("\n")
        yield f"      {variable.name}:\t{first}"
        yield from (f"      \t{line}" for line in others)


def _env_from_field(variable: EnvVar, container: Container, pod: Pod | None) -> Iterator[str]:
    source = variable.value_from
    if "fieldRef" in source:
        ref = source["fieldRef"]
        path = ref.get("fieldPath", "")
        value = "" if pod is None else field_value(pod, path)
        yield f"      {variable.name}:\t{value} ({ref.get('apiVersion') or 'v1'}:{path})"
    elif "resourceFieldRef" in source:
        ref = source["resourceFieldRef"]
        yield f"      {variable.name}:\t{container_resource(ref, container)} ({ref.get('resource', '')})"
    elif "secretKeyRef" in source:
        ref = source["secretKeyRef"]
        chosen = f"'{ref.get('key', '')}' in secret '{ref.get('name', '')}'"
        yield f"      {variable.name}:\t<set to the key {chosen}>\tOptional: {_optional(ref)}"
    elif "configMapKeyRef" in source:
        ref = source["configMapKeyRef"]
        chosen = f"'{ref.get('key', '')}' of config map '{ref.get('name', '')}'"
        yield f"      {variable.name}:\t<set to the key {chosen}>\tOptional: {_optional(ref)}"


def _mounts(mounts: Sequence[VolumeMount]) -> Iterator[str]:
    yield "    Mounts:" + ("" if mounts else f"\t{NONE}")
    for mount in sorted(mounts, key=lambda mount: mount.mount_path):
        flags = "ro" if mount.read_only else "rw"
        if mount.sub_path:
            flags += f',path="{mount.sub_path}"'
        yield f"      {mount.mount_path} from {mount.name} ({flags})"


def _optional(ref: Mapping[str, Any]) -> str:
    return "true" if ref.get("optional") else "false"
