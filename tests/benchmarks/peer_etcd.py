"""etcd beside us: the Debian package's server on loopback, its data in a temporary folder, spoken to by HTTP.

The v3 JSON gateway is used through one kept connection, so a put pays for HTTP, base64 and JSON, which etcd's own
gRPC clients do not, and for a network hop, which a cluster in one process does not have. Both are said in the rows.
"""

import base64
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from attrs import frozen

MISSING = "etcd is not on the PATH (Debian: apt-get install etcd-server)"
_PATIENCE_SECONDS = 120


def is_here() -> bool:
    return shutil.which("etcd") is not None


@frozen
class Etcd:
    """A running server and one connection to it; ``opened_seconds`` is from its start to its first answer."""

    connection: HTTPConnection
    port: int
    opened_seconds: float

    def put(self, key: str, value: bytes) -> None:
        self._ask("/v3/kv/put", {"key": _text(key.encode()), "value": _text(value)})

    def put_together(self, pairs: Sequence[tuple[str, bytes]]) -> None:
        """One transaction, which is one entry of its log and one sync; at most 128."""
        puts = [{"requestPut": {"key": _text(key.encode()), "value": _text(value)}} for key, value in pairs]
        assert self._ask("/v3/kv/txn", {"success": puts})["succeeded"]

    def count(self) -> int:
        """How many keys there are."""
        return _count(self.connection)

    def _ask(self, path: str, body: Mapping[str, Any]) -> Any:
        return _ask(self.connection, path, body)


@contextmanager
def etcd(folder: Path) -> Iterator[Etcd]:
    """A server on what ``folder`` holds, or a new one; stopped at the end."""
    client, peer = _free_port(), _free_port()
    urls = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    command = [
        "etcd", "--name=bench", f"--data-dir={folder}", "--quota-backend-bytes=8589934592", "--log-level=error",
        f"--listen-client-urls={urls[0]}", f"--advertise-client-urls={urls[0]}",
        f"--listen-peer-urls={urls[1]}", f"--initial-advertise-peer-urls={urls[1]}",
        f"--initial-cluster=bench={urls[1]}",
    ]  # fmt: skip
    started = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        connection = _connected(process, client, started + _PATIENCE_SECONDS)
        yield Etcd(connection, client, perf_counter() - started)
        connection.close()
    finally:
        process.terminate()
        process.wait()


def _connected(process: subprocess.Popen[bytes], port: int, until: float) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    while True:
        try:
            _count(connection)
        except (OSError, HTTPException, KeyError):  # not listening yet, or without a leader
            connection.close()
            if process.poll() is not None or perf_counter() > until:
                raise TimeoutError("etcd did not come up") from None
            sleep(0.005)
        else:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection


def _count(connection: HTTPConnection) -> int:
    everything = {"key": _text(b"\0"), "range_end": _text(b"\0"), "count_only": True}
    answer = _ask(connection, "/v3/kv/range", everything)
    assert answer["header"]
    return int(answer.get("count", 0))


def _ask(connection: HTTPConnection, path: str, body: Mapping[str, Any]) -> Any:
    connection.request("POST", path, json.dumps(body))
    return json.loads(connection.getresponse().read())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
