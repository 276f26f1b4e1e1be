"""Probes: exactly one handler, ports that exist, no negative numbers.

Follows ``validateProbe`` and ``validateHandler`` of ``pkg/apis/core/validation``.
"""

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.resources import NEGATIVE
from engine.errors import FieldError
from engine.kinds import Probe

_NUMBERS = {
    "initialDelaySeconds": "initial_delay_seconds",
    "timeoutSeconds": "timeout_seconds",
    "periodSeconds": "period_seconds",
    "successThreshold": "success_threshold",
    "failureThreshold": "failure_threshold",
}


def probe_errors(probe: Probe | None, path: str, *, only_once: bool) -> list[FieldError]:
    """``only_once``: the probe counts as passed after one success."""
    if probe is None:
        return []
    errors = _handler_errors(probe, path)
    for field, attribute in _NUMBERS.items():
        value = getattr(probe, attribute)
        if value < 0:
            errors.append(invalid(f"{path}.{field}", value, NEGATIVE))
    if only_once and probe.success_threshold != 1:
        errors.append(invalid(f"{path}.successThreshold", probe.success_threshold, "must be 1"))
    return errors


def port_errors(port: int | str | None, path: str) -> list[FieldError]:
    """A port given by number or by name; a missing one is read as 0."""
    port = port or 0
    wrong = names.port_number(port) if isinstance(port, int) else names.port_name(port)
    return each_invalid(path, port, wrong)


def _handler_errors(probe: Probe, path: str) -> list[FieldError]:
    handlers = {
        "exec": probe.exec,
        "httpGet": probe.http_get,
        "tcpSocket": probe.tcp_socket,
        "grpc": probe.grpc,
    }
    given = [name for name, handler in handlers.items() if handler is not None]
    if not given:
        return [required(path, "must specify a handler type")]
    errors = [forbidden(f"{path}.{name}", "may not specify more than 1 handler type") for name in given[1:]]
    first = given[0]
    if first == "exec" and probe.exec is not None and not probe.exec.command:
        errors.append(required(f"{path}.exec.command"))
    if first == "httpGet" and probe.http_get is not None:
        errors += port_errors(probe.http_get.port, f"{path}.httpGet.port")
        if probe.http_get.scheme not in ("HTTP", "HTTPS"):
            scheme = probe.http_get.scheme
            errors.append(not_supported(f"{path}.httpGet.scheme", scheme, ("HTTP", "HTTPS")))
    if first == "tcpSocket" and probe.tcp_socket is not None:
        errors += port_errors(probe.tcp_socket.port, f"{path}.tcpSocket.port")
    if first == "grpc" and probe.grpc is not None:
        errors += port_errors(probe.grpc.port, f"{path}.grpc.port")
    return errors
