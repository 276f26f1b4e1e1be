"""A manifest at a URL, applied in the console: it comes while the console goes on."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic

import pytest
from textual.pilot import Pilot

from engine.kinds import Ref
from tests.console.showing import living, show, told, type_line

MANIFEST = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\ndata: {a: b}\n"
PATIENCE_SECONDS = 20


class Held(BaseHTTPRequestHandler):
    """Answers when it is let."""

    let = threading.Event()

    def do_GET(self) -> None:
        self.let.wait(PATIENCE_SECONDS)
        known = self.path == "/far.yaml"
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(MANIFEST if known else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it is a test."""


@pytest.fixture
def address() -> Iterator[str]:
    Held.let.clear()
    server = HTTPServer(("127.0.0.1", 0), Held)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Held.let.set()
    server.shutdown()
    server.server_close()


def test_keys_are_answered_while_a_manifest_is_on_its_way(address: str) -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        begun = monotonic()
        await type_line(pilot, f"apply -f {address}/far.yaml")
        await pilot.press("j", "1")
        assert monotonic() - begun < PATIENCE_SECONDS / 2
        assert told(pilot) == [f"downloading {address}/far.yaml"]
        Held.let.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert told(pilot)[-1] == "configmap/far created"

    show(client, story)
    assert client.state.get(Ref("ConfigMap", "default", "far")) is not None


def test_what_is_not_there_is_told_in_one_line(address: str) -> None:
    async def story(pilot: Pilot[int]) -> None:
        Held.let.set()
        await type_line(pilot, f"apply -f {address}/near.yaml")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "server reported 404 Not Found" in told(pilot)[-1]

    show(living(), story)
