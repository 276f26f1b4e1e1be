"""Real listeners on loopback whose connections a simulated container answers: what ``port-forward`` opens.

Nothing here waits and nothing runs beside: whoever owns the time calls ``poll``. A connection is answered when its
request is whole, and closed; each is a line recorded in the pod, so that a replay has it.
"""

import errno
import re
import selectors
import socket
from collections.abc import Callable

from attrs import define, evolve, field, frozen

from engine.access.seen import behind
from engine.api.writes import RunLine
from engine.errors import ApiError, UsageError
from engine.kinds import Exec, Pod, Ref, ref_of
from engine.kubelet.forward import FORWARD
from k9lite.client import Client
from k9lite.forwarding.api_proxy import Through, proxied
from k9lite.forwarding.outside import reached
from k9lite.verb import ApiPaths, Listen

_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)
_HTTP = re.compile(rb"(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS) ")
_MOST_BYTES = 1 << 20
_BACKLOG = 16

Told = Callable[[str, bool], None]
"""A line for the operator, and whether it is an error."""


@define
class _Connection:
    """One that is open; ``local`` and ``remote`` are its ports."""

    sock: socket.socket
    local: int
    remote: int
    received: bytes = b""
    answer: bytes = b""


@frozen
class _Target:
    pod: Ref
    container: str
    port: int


@define
class Forwarding:
    """One ``port-forward`` or ``listen``. ``lost`` says why it cannot go on, "" while it can."""

    _client: Client
    _step: Listen
    _told: Told
    _deed: str
    lost: str = ""
    answered: int = 0
    """Requests that were answered."""
    _turn: int = 0
    _selector: selectors.BaseSelector = field(factory=selectors.DefaultSelector)
    _listeners: dict[int, tuple[socket.socket, int]] = field(factory=dict)

    def open(self) -> None:
        """Raises UsageError if none of the ports can be listened on."""
        wanted = []
        for local, remote in self._step.ports:
            try:
                sock = socket.create_server((self._step.address, local), backlog=_BACKLOG)
            except (OSError, OverflowError) as error:
                self._told(_cannot_listen(self._step.address, local, error), True)
                wanted.append(f"{{{local} {remote}}}")
                continue
            sock.setblocking(False)
            port = sock.getsockname()[1]
            self._listeners[port] = sock, remote
            self._selector.register(sock, selectors.EVENT_READ, port)
        if not self._listeners:
            raise UsageError(f"unable to listen on any of the requested ports: [{' '.join(wanted)}]")

    @property
    def ports(self) -> str:
        """``8080>80,41237>81``: what is listened on, and where it leads."""
        return ",".join(f"{local}>{remote}" for local, (_, remote) in self._listeners.items())

    @property
    def target(self) -> Ref:
        return self._step.target

    @property
    def address(self) -> str:
        return self._step.address

    @property
    def is_proxy(self) -> bool:
        """Whether the API server itself answers."""
        return self._step.api is not None

    def poll(self, timeout_seconds: float = 0.0) -> None:
        """Takes what has come, and answers what is whole."""
        for key, _ in self._selector.select(timeout_seconds):
            if isinstance(key.data, _Connection):
                self._go_on(key.data)
            else:
                self._accept(key.data)

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def _accept(self, port: int) -> None:
        listener, remote = self._listeners[port]
        try:
            sock, _ = listener.accept()
        except OSError:
            return  # who wanted to connect has gone again
        sock.setblocking(False)
        if self._step.api is None:
            self._told(f"Handling connection for {port}", False)
        self._selector.register(sock, selectors.EVENT_READ, _Connection(sock, port, remote))

    def _go_on(self, connection: _Connection) -> None:
        try:
            if connection.answer:
                self._send(connection)
                return
            received = connection.sock.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            self._end(connection)
            return
        connection.received += received
        if len(connection.received) > _MOST_BYTES or (not received and not connection.received):
            self._end(connection)
        elif not received or _is_whole(connection.received):
            self._reply(connection)

    def _reply(self, connection: _Connection) -> None:
        if self._step.api is not None:
            connection.answer = self._of_api(connection, self._step.api)
        else:
            self._of_pod(connection)
        if not connection.answer:
            self._end(connection)
            return
        self.answered += 1
        self._selector.modify(connection.sock, selectors.EVENT_WRITE, connection)
        self._go_on(connection)

    def _of_api(self, connection: _Connection, api: ApiPaths) -> bytes:
        """From the API server, or through it from a pod."""
        self._turn += 1
        found = proxied(self._client.state, connection.received, api, self._client.now, self._turn)
        if not isinstance(found, Through):
            return found
        target = _Target(found.pod, found.container, found.port)
        problem, answer = self._asked(evolve(connection, received=found.request), target)
        return found.failed(problem) if problem else answer

    def _of_pod(self, connection: _Connection) -> None:
        target = self._target(connection)
        if target is None:
            self._told(f"{connection.local}: connection refused: no endpoint of the service answers", True)
        else:
            problem, connection.answer = self._asked(connection, target)
            if problem:
                self._told(problem, True)
                self.lost = "lost connection to pod" if self._step.container else ""

    def _target(self, connection: _Connection) -> _Target | None:
        """Where it leads: of a Service whoever's turn it is, None where nobody is there."""
        if self._step.container:
            return _Target(self._step.target, self._step.container, connection.remote)
        self._turn += 1
        found = reached(behind(self._client.state), connection.remote, self._client.now, self._turn)
        return None if found is None else _Target(ref_of(found.pod), found.container, found.port)

    def _asked(self, connection: _Connection, target: _Target) -> tuple[str, bytes]:
        """(what went wrong, the answer) of one request, which the cluster keeps."""
        text = connection.received.decode("utf-8", errors="replace")
        session = f"{FORWARD}{self._client.state.revision}"
        write = RunLine(ref=target.pod, container=target.container, session=session, line=f"{target.port}\n{text}")
        try:
            self._client.submit((write,), self._deed)
        except ApiError as error:
            return f"error forwarding port {target.port} to pod {target.pod.name}: {error}", b""
        done = self._last(session, target.pod)
        if done is None or done.exit_code:
            return _refused(connection, target, "" if done is None else done.pod_uid), b""
        return "", done.stdout.encode(errors="replace")

    def _last(self, session: str, ref: Ref) -> Exec | None:
        state = behind(self._client.state)
        pod = state.find(Pod, ref.name, ref.namespace)
        lines = [] if pod is None else list(state.execs_of(pod.metadata.uid))
        return next((line for line in reversed(lines) if line.session == session), None)

    def _send(self, connection: _Connection) -> None:
        sent = connection.sock.send(connection.answer)
        connection.answer = connection.answer[sent:]
        if not connection.answer:
            self._end(connection)

    def _end(self, connection: _Connection) -> None:
        self._selector.unregister(connection.sock)
        connection.sock.close()


def _is_whole(received: bytes) -> bool:
    """HTTP up to the end of its body; of anything else a line."""
    if not _HTTP.match(received):
        return received.endswith(b"\n")
    head, end, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def _cannot_listen(address: str, port: int, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    why = {
        errno.EADDRINUSE: "bind: address already in use", errno.EACCES: "bind: permission denied",
        errno.EADDRNOTAVAIL: "bind: cannot assign requested address",
    }.get(number or 0, str(error))  # fmt: skip
    return (
        f"Unable to listen on port {port}: Listeners failed to create with the following errors: "
        f"[unable to create listener: Error listen tcp4 {address}:{port}: {why}]"
    )


def _refused(connection: _Connection, target: _Target, uid: str) -> str:
    remote = target.port
    return (
        f"an error occurred forwarding {connection.local} -> {remote}: error forwarding port {remote} to pod "
        f"{uid or target.pod.name}, uid : failed to execute portforward in network namespace: failed to connect to "
        f"localhost:{remote} inside namespace, IPv4: dial tcp4 127.0.0.1:{remote}: connect: connection refused"
    )
