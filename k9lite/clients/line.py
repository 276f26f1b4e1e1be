"""To the process that has the log open: it is asked how late it is, and to write what this one wants written."""

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define

from engine.api.writes import Write, request_of
from engine.errors import LogError, LogLocked
from k9lite.clients.messages import VERSION, connected, framed, heard, socket_path, unframed

PATIENCE_SECONDS = 20.0
"""A console answers at once; a command that makes time leap may have to get to an end."""


class LineCut(Exception):
    """The other process has let go of the log."""


@define
class Line:
    _sock: socket.socket
    _path: Path

    @classmethod
    def to_writer_of(cls, log_path: Path, patience_seconds: float = PATIENCE_SECONDS) -> "Line | None":
        """None where nobody has it open, or who has does not listen; who does not answer in time is a LogLocked."""
        path = socket_path(log_path)
        if not path.exists():
            return None
        try:
            return cls(connected(path, patience_seconds), log_path)
        except OSError:
            return None

    def now(self) -> int:
        """Raises LineCut, and LogError where the other is another version or does not answer."""
        return int(self._asked({})["now"])

    def write_for(self, actor: str, writes: Sequence[Write], deed: str, groups: Sequence[str]) -> tuple[int, int]:
        """(revision, or 0 where nothing changed; cluster time). Raises as ``now``, and what refuses the writes."""
        answer = self._asked({"actor": actor, "deed": deed, "request": list(request_of(writes, groups))})
        return int(answer["revision"]), int(answer["now"])

    def has_yielded(self) -> bool:
        """Whether the other has let go of the log, as it is asked to here."""
        try:
            self._asked({"yield": True})
        except LineCut:
            return True
        except LogError:
            return False
        return False

    def close(self) -> None:
        self._sock.close()

    def _asked(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        received, answer = b"", None
        try:
            self._sock.sendall(framed({"k9lite": VERSION, **message}))
            while answer is None:
                more = self._sock.recv(1 << 16)
                if not more:
                    raise LineCut
                received += more
                answer = unframed(received)
        except TimeoutError:
            raise LogLocked(self._path, None) from None
        except (OSError, ValueError):
            raise LineCut from None
        if "error" in answer:
            raise heard(answer["error"])
        return answer
