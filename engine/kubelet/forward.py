"""What a port-forward carries into a pod: one request to a port of its localhost, and the answer.

    81\\nGET /healthz HTTP/1.1\\r\\nHost: localhost:8081\\r\\n\\r\\n     the line: the port, then what came in

It is recorded as an Exec like a typed line, so that the server's log has the request and a replay the answer.
Follows containerd's port-forward, which connects inside the pod's network: the server sees 127.0.0.1.
"""

from engine.api.writes import RunLine
from engine.kinds import Exec, ObjectMeta
from engine.kubelet.inside import Inside
from engine.kubelet.shell.machine import HttpRequest
from engine.kubelet.wire import PodWire

FORWARD = "port-forward-"
"""How the sessions begin whose lines are requests."""
_LOCALHOST = "127.0.0.1"
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


def forwarded(life: Inside, write: RunLine, now: int) -> Exec:
    """Its exit code is 1, and stderr says why, where nobody listens on the port."""
    number, _, text = write.line.partition("\n")
    port = int(number)
    wire = PodWire(life)
    problem = wire.connect(_LOCALHOST, port, now)
    answer = "" if problem else _answer(wire, port, text, now)
    return Exec(
        metadata=ObjectMeta(namespace=life.pod.metadata.namespace),
        pod=life.pod.metadata.name,
        pod_uid=life.pod.metadata.uid,
        container=life.container.name,
        restart_count=life.status.restart_count,
        session=write.session,
        line=write.line,
        time=now,
        stdout=answer,
        stderr=problem,
        exit_code=1 if problem else 0,
        closed=True,
        requests=tuple(wire.requests),
    )


def _answer(wire: PodWire, port: int, text: str, now: int) -> str:
    """The bytes that go back, as text: HTTP where HTTP was asked, what the server says otherwise."""
    method, _, rest = text.partition(" ")
    if method not in _METHODS:
        return wire.talk(_LOCALHOST, port, text, now)
    path = rest.partition(" ")[0] or "/"
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    lines = [line.partition(":") for line in head.split("\n")[1:]]
    headers = {name.strip().title(): value.strip() for name, _, value in lines}
    request = HttpRequest(
        host=headers.get("Host", "localhost"),
        ip=_LOCALHOST,
        port=port,
        path=path,
        method=method,
        agent=headers.get("User-Agent", ""),
        headers={"Host": headers.get("Host", "localhost")},
        body=body,
    )
    reply = wire.http(request, now)
    if reply.problem:
        return wire.talk(_LOCALHOST, port, text, now)
    shown = {**reply.headers, "Connection": "close"}
    fields = "".join(f"{name}: {value}\r\n" for name, value in shown.items())
    return f"HTTP/1.1 {reply.status} {reply.phrase}\r\n{fields}\r\n{reply.body}"
