"""Where other processes hand in what they want written, while this one has the log open.

One process writes, as ever: what comes in is submitted here, at the cluster time it has here, and is acknowledged
when it is on the disk. Nothing waits and nothing runs beside: whoever owns the time calls ``poll``.
"""

import selectors
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import define, field

from engine.api.writes import asked_by
from engine.errors import K9liteError, LogError
from k9lite.client import Writer
from k9lite.clients.messages import VERSION, framed, listening, said, socket_path, unframed


@define
class _Visitor:
    sock: socket.socket
    received: bytes = b""


@define
class Door:
    """Open from ``open`` to ``close``; where no socket can be made, nobody can come in, and that is all."""

    _writer: Writer
    _path: Path
    is_asked_to_yield: bool = False
    """By a visitor who waits until the door is closed; only one that ``may_yield`` is asked."""
    _may_yield: bool = False
    _selector: selectors.BaseSelector = field(factory=selectors.DefaultSelector)
    _listener: socket.socket | None = None

    @classmethod
    def open(cls, writer: Writer, log_path: Path, *, may_yield: bool = False) -> "Door":
        """For who holds the lock of that log."""
        door = cls(writer, socket_path(log_path), may_yield=may_yield)
        with suppress(OSError):
            door._listener = listening(door._path)
            door._listener.setblocking(False)
            door._selector.register(door._listener, selectors.EVENT_READ, None)
        return door

    def fileno(self) -> int:
        """What ``poll`` would find makes it readable, for who waits for other things as well."""
        epoll_or_kqueue: Any = self._selector  # every system that can lock a log has one of them, itself a file
        return int(epoll_or_kqueue.fileno())

    def poll(self, timeout_seconds: float = 0.0) -> bool:
        """Takes what has come, and answers what is whole. True if something was written."""
        wrote = False
        for key, _ in self._selector.select(timeout_seconds):
            if isinstance(key.data, _Visitor):
                wrote |= self._hear(key.data)
            else:
                self._let_in()
        return wrote

    def shut(self) -> None:
        """Nobody comes in any more; who is in stays until it is closed."""
        if self._listener is not None:
            self._path.unlink(missing_ok=True)
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def close(self) -> None:
        """Best when the log is closed: who was in looks at once whether it is free."""
        self.shut()
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()

    def _let_in(self) -> None:
        assert self._listener is not None, "only a listener is registered without data"
        with suppress(OSError):  # who wanted to come in has gone again
            sock, _ = self._listener.accept()
            self._selector.register(sock, selectors.EVENT_READ, _Visitor(sock))

    def _hear(self, visitor: _Visitor) -> bool:
        try:
            received = visitor.sock.recv(1 << 20)
            visitor.received += received
            message = unframed(visitor.received)
        except (OSError, ValueError):
            received, message = b"", None
        if not received:
            self._selector.unregister(visitor.sock)
            visitor.sock.close()
        if message is None:
            return False
        visitor.received = b""
        if message.get("yield") and self._may_yield:
            self.is_asked_to_yield = True
            return False
        answer, wrote = self._answer(message)
        with suppress(OSError):
            visitor.sock.sendall(framed(answer))
        return wrote

    def _answer(self, message: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
        if message.get("k9lite") != VERSION:
            other = LogError("another version of k9lite has the cluster open: end that one first")
            return {"error": said(other)}, False
        try:
            if "yield" in message:
                raise LogError("a console has the cluster open")
            if "request" not in message:
                return {"now": self._writer.now}, False
            writes, groups = asked_by(message["request"])
            commit = self._writer.write_for(message["actor"], writes, message["deed"], groups)
            return {"now": self._writer.now, "revision": 0 if commit is None else commit.revision}, commit is not None
        except K9liteError as error:
            return {"error": said(error)}, False
