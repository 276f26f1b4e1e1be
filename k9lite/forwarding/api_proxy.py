"""What ``kubectl proxy`` answers: a request as it came in -> the bytes that go back, or the pod it is handed on to.

Follows kubectl's ``pkg/proxy`` with its filters, and the proxy subresources of pods and services. Only GET and HEAD are
answered by the API itself; a container is asked whatever comes. Pure: knows no socket.
"""

import re
from collections.abc import Sequence

from attrs import frozen

from engine.access.attributes import of_object
from engine.access.seen import behind, identity_of, require
from engine.errors import ApiError, NotFound
from engine.kinds import KINDS, Kind, Pod, Ref, Service, ServicePort, ref_of
from engine.kubelet.api_server import answer_to_identity, refusal
from engine.kubelet.wire import listeners_at
from engine.network.http import Reply
from engine.network.proxy import Backend, Origin, route
from engine.store.state import State
from k9lite.verb import ApiPaths

_PROXIED = re.compile(
    r"/api/v1/namespaces/(?P<namespace>[^/]+)/(?P<plural>pods|services)/(?P<name>[^/]+)/proxy(?P<rest>/.*|$)"
)
_LOCALHOST = "127.0.0.1"


@frozen
class Through:
    """A request for a container: its port, and the request as it is to see it."""

    pod: Ref
    container: str
    port: int
    request: bytes

    def failed(self, problem: str) -> bytes:
        """What goes back where it does not answer."""
        why = problem.rpartition(": ")[2] or problem
        return _bytes(refusal(503, "ServiceUnavailable", f"error trying to reach service: {why}"), "GET")


def proxied(state: State, request: bytes, api: ApiPaths, now: int, turn: int) -> bytes | Through:
    """``turn`` counts the requests: the pods of a Service take theirs."""
    line, _, rest = request.partition(b"\r\n")
    method, _, path = line.decode("latin-1").rpartition(" ")[0].partition(" ")
    host = _host(rest.partition(b"\r\n\r\n")[0].decode("latin-1"))
    where = path.partition("?")[0]
    if not _is_let(method, where, host, api):
        return _bytes(Reply(status=403, body="Forbidden", type="text/plain; charset=utf-8", reason="Forbidden"), method)
    if not where.startswith(api.prefix):
        return _bytes(Reply(status=404, body="404 page not found\n", type="text/plain; charset=utf-8"), method)
    path = "/" + path.removeprefix(api.prefix).lstrip("/")
    found = _PROXIED.fullmatch(path.partition("?")[0])
    if found is None:
        return _bytes(answer_to_identity(behind(state), identity_of(state), method, path, now), method)
    query = f"?{path.partition('?')[2]}" if "?" in path else ""
    try:
        pod, container, port = _target(state, found, now, turn)
    except ApiError as error:
        return _bytes(refusal(error.code, error.reason, str(error)), method)
    except _NobodyThere as nobody:
        return _bytes(refusal(503, "ServiceUnavailable", str(nobody)), method)
    asked = f"{method} {found['rest'] or '/'}{query} HTTP/1.1".encode("latin-1")
    return Through(pod, container, port, asked + b"\r\n" + rest)


class _NobodyThere(Exception):
    """A service without endpoints."""


def _target(state: State, found: re.Match[str], now: int, turn: int) -> tuple[Ref, str, int]:
    """Raises ApiError for what is not there or not allowed."""
    namespace, (name, port) = found["namespace"], _name_and_port(found["name"])
    kind = KINDS["Pod" if found["plural"] == "pods" else "Service"]
    require(state, of_object("get", Ref(kind.name, namespace, name), "proxy"))
    if kind.name == "Service":
        return _behind_service(state, namespace, name, port, now, turn)
    pod = behind(state).find(Pod, name, namespace)
    if pod is None:
        raise _not_found(kind, name)
    ports = [each for container in pod.spec.containers for each in container.ports]
    first = ports[0].container_port if ports else 80
    named = next((each.container_port for each in ports if each.name == port), first)
    return ref_of(pod), pod.spec.containers[0].name, int(port) if port.isdecimal() else named


def _behind_service(state: State, namespace: str, name: str, port: str, now: int, turn: int) -> tuple[Ref, str, int]:
    service = behind(state).find(Service, name, namespace)
    if service is None:
        raise _not_found(KINDS["Service"], name)
    wanted = _service_port(service.spec.ports, port)
    if wanted is not None:
        listeners = listeners_at(behind(state), now)
        origin = Origin(ip=_LOCALHOST, turn=turn, time=now)
        backend = route(behind(state), service.spec.cluster_ip, wanted.port, listeners=listeners, origin=origin)
        if isinstance(backend, Backend):
            return ref_of(backend.pod), backend.container, backend.port
    raise _NobodyThere(f'no endpoints available for service "{name}{":" if port else ""}{port}"')


def _service_port(ports: Sequence[ServicePort], port: str) -> ServicePort | None:
    """Without a name the only one."""
    if not port:
        return ports[0] if len(ports) == 1 else next((each for each in ports if not each.name), None)
    return next((each for each in ports if port in (each.name, str(each.port))), None)


def _name_and_port(text: str) -> tuple[str, str]:
    """``web``, ``web:80``, ``http:web:80``."""
    parts = text.replace("%3A", ":").replace("%3a", ":").split(":")
    if len(parts) == 3:
        parts = parts[1:]
    return parts[0], parts[1] if len(parts) > 1 else ""


def _not_found(kind: Kind, name: str) -> NotFound:
    return NotFound(f'{kind.plural} "{name}" not found')


def _is_let(method: str, path: str, host: str, api: ApiPaths) -> bool:
    """By kubectl's filters: a page of the web that asks under another name of this machine is refused."""
    if _any(api.rejected, path) or _any(api.rejected_methods, method):
        return False
    return _any(api.hosts, host) and _any(api.accepted, path)


def _any(patterns: Sequence[str], text: str) -> bool:
    return any(re.search(each, text) for each in patterns)


def _host(head: str) -> str:
    """Without its port."""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "host":
            return re.sub(r":\d+$", "", value.strip())
    return ""


def _bytes(reply: Reply, method: str) -> bytes:
    body = reply.body.encode()
    head = (
        f"HTTP/1.1 {reply.status} {reply.reason or _PHRASES.get(reply.status, 'OK')}\r\nContent-Type: {reply.type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (b"" if method == "HEAD" else body)


_PHRASES = {403: "Forbidden", 404: "Not Found", 503: "Service Unavailable"}
