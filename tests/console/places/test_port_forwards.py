"""The table of port-forwards: real ports, what they lead to, how often they were asked; one begins and one stops."""

import asyncio
import socket

from textual.pilot import Pilot

from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.form import FormScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.rows import RowsScreen
from tests.builders import node, pod, service
from tests.console.showing import WIDE, living, pass_time, show, shown, tell, told, type_line


def serving() -> EmbeddedClient:
    ports = [{"containerPort": 80}]
    containers = [{"name": "main", "image": "nginx:1.27", "ports": ports}]
    return living(node("w1"), pod("web", labels={"app": "web"}, containers=containers), service("web"))


def rows(pilot: Pilot[int]) -> RowsScreen:
    assert isinstance(pilot.app.screen, RowsScreen), shown(pilot)
    return pilot.app.screen


def port_of(pilot: Pilot[int]) -> int:
    (deed,) = rows(pilot)._here.operator.deeds.running
    assert deed.forwarding is not None
    return int(deed.forwarding.ports.partition(">")[0])


def ask(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return sock.recv(1 << 16)


def test_a_port_is_forwarded_by_a_key_asked_listed_and_stopped() -> None:
    client = serving()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("F")
        assert isinstance(pilot.app.screen, FormScreen) and "8080:80" in shown(pilot)
        await pilot.press(*("backspace",) * 7, *":80", "enter")
        await pilot.pause()
        await type_line(pilot, "pf")
        assert "port-forwards [1]" in shown(pilot) and "pod/web" in shown(pilot)
        port = port_of(pilot)
        assert f"127.0.0.1:{port}" in shown(pilot)
        await pass_time(pilot, client, 1)
        answer = await asyncio.to_thread(ask, port)
        assert b"200 OK" in answer
        await tell(pilot)
        assert next(line for line in shown(pilot).splitlines() if "pod/web" in line).split()[6] == "1"
        await pilot.press("X")
        assert "port-forwards [0]" in shown(pilot) and "nothing is forwarded" in shown(pilot)
        assert any(each.startswith("stopped: kubectl port-forward") for each in told(pilot))

    show(client, story, WIDE)


def test_enter_leads_to_the_target() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "port-forward svc/web :80")
        await type_line(pilot, "port-forwards")
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, MainScreen) and "pods(default) [1]" in shown(pilot)
        await pilot.press("X")

    show(serving(), story, WIDE)
