"""port-forward: real connections to loopback, answered by simulated containers."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from io import StringIO
from pathlib import Path

import pytest

from engine.kinds import Pod, Ref, Service
from engine.store.history import History
from engine.verify import verify
from k9lite.app import ConsoleApp
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from k9lite.forwarding import Forwarding
from k9lite.verb import Listen
from k9lite.widgets.deed_panel import DeedPanel
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import pass_time


def ready(log: Path | None = None) -> EmbeddedClient:
    """The sample cluster with a pod that serves on port 80."""
    client = sample_client(log)
    run_command(client, ["run", "simple-pod", "--image=nginx:1.28", "--port=80"], out=StringIO())
    pass_time(client, 5)
    return client


def forwarding(client: EmbeddedClient, remote: int = 80) -> tuple[Forwarding, int, list[str]]:
    told: list[str] = []
    step = Listen(Ref("Pod", "default", "simple-pod"), "simple-pod", ((0, remote),))
    opened = Forwarding(client, step, lambda text, _error: told.append(text), "kubectl port-forward simple-pod :80")
    opened.open()
    return opened, int(opened.ports.partition(">")[0]), told


def asked(opened: Forwarding, port: int, request: bytes) -> bytes:
    """What comes back for ``request``, while the listener is polled."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as sock:
        sock.sendall(request)
        sock.setblocking(False)
        answer, until = b"", time.monotonic() + 5
        while time.monotonic() < until:
            opened.poll(0.01)
            try:
                part = sock.recv(65536)
            except BlockingIOError:
                continue
            if not part:
                break
            answer += part
        return answer


def test_a_request_is_answered_by_the_container_and_in_its_log() -> None:
    client = ready()
    opened, port, told = forwarding(client)
    answer = asked(opened, port, b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/8.11.1\r\n\r\n")
    opened.close()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\nServer: nginx/1.28")
    assert b"Connection: close\r\n" in answer
    assert b"<title>Welcome to nginx!</title>" in answer
    assert told == [f"Handling connection for {port}"]
    out = StringIO()
    run_command(client, ["logs", "simple-pod", "--tail=1"], out=out)
    assert '"GET / HTTP/1.1" 200' in out.getvalue()
    assert "curl/8.11.1" in out.getvalue()
    assert out.getvalue().startswith("127.0.0.1 - - [")


def test_files_changed_in_the_container_are_served() -> None:
    client = ready()
    run_command(client, ["exec", "simple-pod", "--", "sh", "-c", "echo changed > /usr/share/nginx/html/index.html"])
    opened, port, _ = forwarding(client)
    assert asked(opened, port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"\r\n\r\nchanged\n")
    opened.close()


def test_a_body_is_waited_for_and_a_head_has_none() -> None:
    opened, port, _ = forwarding(ready())
    posted = asked(opened, port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
    assert posted.startswith(b"HTTP/1.1 ")
    assert asked(opened, port, b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"\r\n\r\n")
    opened.close()


def test_a_port_nobody_listens_on_ends_it_in_kubectls_words() -> None:
    opened, port, told = forwarding(ready(), remote=81)
    assert asked(opened, port, b"GET / HTTP/1.1\r\n\r\n") == b""
    assert opened.lost == "lost connection to pod"
    assert told[1].startswith(f"an error occurred forwarding {port} -> 81: error forwarding port 81 to pod ")
    assert told[1].endswith("dial tcp4 127.0.0.1:81: connect: connection refused")
    opened.close()


def test_who_connects_and_says_nothing_harms_nobody() -> None:
    opened, port, _ = forwarding(ready())
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)):
        opened.poll(0.05)
    opened.poll(0.05)
    assert asked(opened, port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert opened.lost == ""
    opened.close()


def test_requests_are_recorded_and_replay_the_same(tmp_path: Path) -> None:
    path = tmp_path / "forward.k9log"
    client = ready(path)
    opened, port, _ = forwarding(client)
    asked(opened, port, b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    opened.close()
    client.close()
    assert verify(History.open(path)) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("port-forward simple-pod", "error: TYPE/NAME and list of ports are required for port-forward\n"),
        ("port-forward nope 8080:80", 'Error from server (NotFound): pods "nope" not found'),
        ("port-forward simple-pod 8080:http", "error: Pod 'simple-pod' does not have a named port 'http'"),
        ("port-forward simple-pod 8080:", "error: remote port cannot be empty"),
        ("port-forward simple-pod 1:2:3", "error: invalid port format '1:2:3'"),
        ("port-forward simple-pod x:80", 'error: error parsing local port "x": '),
        ("port-forward simple-pod 80800:80", 'error: error parsing local port "80800": '),
        ("port-forward -n shop svc/web 81", "error: Service web does not have a service port 81"),
        ("port-forward simple-pod 80 --address 0.0.0.0", "error: --address 0.0.0.0: only this machine's own"),
        ("port-forward late 80", "error: unable to forward port because pod is not running. Current status=Pending"),
    ],
)
def test_mistakes_are_refused_in_kubectls_words(line: str, said: str) -> None:
    client, err = ready(), StringIO()
    run_command(client, ["run", "late", "--image=nginx", "--overrides={spec:{nodeName:nowhere}}"], out=StringIO())
    assert run_command(client, line.split(), out=StringIO(), err=err) == 1
    assert err.getvalue().startswith(said)


def test_a_port_that_is_taken_cannot_be_listened_on() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port, err = taken.getsockname()[1], StringIO()
        code = run_command(ready(), ["port-forward", "simple-pod", f"{port}:80"], out=StringIO(), err=err)
    assert code == 1
    first, second = err.getvalue().splitlines()
    assert first.startswith(f"Unable to listen on port {port}: Listeners failed to create with the following errors: ")
    assert second == f"error: unable to listen on any of the requested ports: [{{{port} 80}}]"


def test_from_the_command_line_it_runs_until_it_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    command = [sys.executable, "-m", "k9lite.cli", "kubectl", "port-forward", "-n", "shop", "svc/web", ":80"]
    listens = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also where this test was begun in the background
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listens
    )
    assert process.stdout is not None
    killer = threading.Timer(30, process.kill)
    killer.start()
    try:
        line = process.stdout.readline()
        assert line.startswith("Forwarding from 127.0.0.1:")
        port = int(line.partition(":")[2].partition(" ")[0])
        with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert sock.recv(65536).startswith(b"HTTP/1.1 200 OK")
        assert process.stdout.readline() == f"Handling connection for {port}\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        killer.cancel()
        process.kill()
        process.communicate()


async def fetch(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


def outside(client: EmbeddedClient, line: str) -> tuple[int, str]:
    out = StringIO()
    code = run_command(client, line.split(), out=out, err=out)
    return code, out.getvalue()


def test_endpoints_of_a_node_port_take_turns_and_nobody_is_refused() -> None:
    client = sample_client()
    outside(client, "create deployment echo --image=sysnet4admin/echo-hname --replicas=2")
    outside(client, "expose deployment echo --port=80 --type=NodePort")
    pass_time(client, 5)
    service = client.state.find(Service, "echo", "default")
    assert service is not None
    told: list[str] = []
    step = Listen(Ref("Service", "default", "echo"), "", ((0, service.spec.ports[0].node_port),))
    opened = Forwarding(client, step, lambda text, _error: told.append(text), "kubectl listen echo")
    opened.open()
    port = int(opened.ports.partition(">")[0])
    with closing(opened):
        answers = {asked(opened, port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").decode() for _ in range(4)}
        pods = [pod for pod in client.state.all(Pod, "default") if pod.metadata.labels.get("app") == "echo"]
        assert {answer.split()[-1] for answer in answers} == {pod.metadata.name for pod in pods}
        outside(client, "scale deployment echo --replicas=0")
        pass_time(client, 40)
        assert asked(opened, port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""
        assert told[-1] == f"{port}: connection refused: no endpoint of the service answers"
        assert not opened.lost


def test_only_what_is_reached_from_outside_is_listened_for() -> None:
    client = sample_client()
    assert outside(client, "listen kubernetes") == (
        1,
        "error: service/kubernetes is of type ClusterIP: only NodePort and LoadBalancer services are reached from "
        "outside; there is port-forward service/kubernetes\n",
    )
    assert outside(client, "listen svc/nothing")[1] == 'Error from server (NotFound): services "nothing" not found\n'


def test_in_the_console_it_lives_until_it_is_cancelled() -> None:
    client = ready()

    async def story() -> None:
        app = ConsoleApp(client)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("colon", *"port-forward simple-pod :80", "enter")
            await pilot.pause()
            deed = app.screen.query_one(DeedPanel).deed
            while deed is None or not deed.lines:
                await pilot.pause(0.05)
                deed = app.screen.query_one(DeedPanel).deed
            port = int(deed.lines[0].removeprefix("Forwarding from 127.0.0.1:").partition(" ")[0])
            assert (await fetch(port)).startswith(b"HTTP/1.1 200 OK\r\n")
            assert deed.lines[-1] == f"Handling connection for {port}"
            await pilot.press("X")
            with pytest.raises(ConnectionRefusedError):
                await fetch(port)

    asyncio.run(story())
