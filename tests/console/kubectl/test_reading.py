"""-f URL and -k: what is read before a verb runs, from a server on loopback and from folders."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from engine.kinds import ConfigMap
from tests.builders import node
from tests.console.kubectl.test_drive import shell

CONFIG = "---\n".join(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in "ab")


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        code = {"/two.yaml": 200, "/bytes": 200, "/broken": 500}.get(self.path, 404)
        self.send_response(code)
        self.end_headers()
        self.wfile.write(b"\xff" if self.path == "/bytes" else CONFIG.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_manifests_at_a_url_are_applied_and_deleted(address: str) -> None:
    terminal = shell(node("w1"))
    assert terminal.run(f"apply -f {address}/two.yaml") == 0
    assert terminal.out == "configmap/a created\nconfigmap/b created\n"
    assert terminal.client.state.find(ConfigMap, "b", "default") is not None
    terminal.run(f"create -f {address}/two.yaml")
    assert terminal.err.splitlines()[0] == (
        f'Error from server (AlreadyExists): error when creating "{address}/two.yaml": configmaps "a" already exists'
    )
    assert terminal.run(f"delete -f {address}/two.yaml") == 0


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/none.yaml", 'unable to read URL "{url}", server reported 404 Not Found, status code=404'),
        ("/broken", 'unable to read URL "{url}", server reported 500 Internal Server Error, status code=500'),
        ("/bytes", "{url} is not UTF-8 text (byte 0)"),
    ],
)
def test_what_a_server_refuses_is_one_clear_line(address: str, path: str, told: str) -> None:
    terminal = shell(node("w1"))
    assert terminal.run(f"apply -f {address}{path}") == 1
    assert terminal.err == f"error: {told.replace('{url}', address + path)}\n"


def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    terminal = shell(node("w1"))
    assert terminal.run("apply -f http://127.0.0.1:1/x.yaml") == 1
    assert terminal.err == 'error: unable to read URL "http://127.0.0.1:1/x.yaml": connection refused\n'


def test_a_kustomization_may_take_its_resources_from_a_url(address: str, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(f"bases: ['{address}/two.yaml']\nnamePrefix: my-\n")
    terminal = shell(node("w1"))
    assert terminal.run(f"apply -k {tmp_path}") == 0
    assert terminal.out == "configmap/my-a created\nconfigmap/my-b created\n"
    assert terminal.err.startswith("# Warning: 'bases' is deprecated. Please use 'resources' instead.")
    assert terminal.run(f"kustomize {tmp_path}") == 0
    assert terminal.out.startswith("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: my-a\n---\n")
    assert terminal.run("kustomize one two") == 1
    assert terminal.err == "error: specify one path to kustomization.yaml\n"
