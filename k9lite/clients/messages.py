"""What two processes say to each other that work on one session: who has its log open, and who wants something written.

A message is the length of what follows, four bytes, and that, a msgpack mapping:

    {"k9lite": 1}                                                     how late is it?
    {"k9lite": 1, "actor": "user", "deed": "kubectl ...", "request": [...]}   writes, as a commit keeps them
    {"k9lite": 1, "yield": true}                                      let me have the log: a console is to open

Who yields closes the log, then the connection; that is the answer. Another answer has "now", behind writes also the
"revision" they made (0 where nothing changed), or else the "error" that refused them. They meet at the socket NAME.sock
beside NAME.k9log, which is its owner's alone.
"""

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgpack

from engine import errors
from engine.errors import ApiError, FieldError, K9liteError, LogError

VERSION = 1
MOST_BYTES = 1 << 26
_LENGTH = struct.Struct(">I")
_ADDRESS_BYTES = 100


def socket_path(log_path: Path) -> Path:
    return log_path.with_suffix(".sock")


def framed(message: Mapping[str, Any]) -> bytes:
    packed: bytes = msgpack.packb(message)
    return _LENGTH.pack(len(packed)) + packed


def unframed(received: bytes) -> Mapping[str, Any] | None:
    """None until it is whole. Raises ValueError for what is no message."""
    if len(received) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(received)
    if length > MOST_BYTES:
        raise ValueError("too long")
    if len(received) < _LENGTH.size + length:
        return None
    message = msgpack.unpackb(received[_LENGTH.size :])
    if not isinstance(message, dict):
        raise ValueError("no mapping")
    return message


def listening(path: Path) -> socket.socket:
    """For who has the log: what another left there, who must be dead, goes. Raises OSError."""
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with _short(path) as address:
                found.bind(address)
        finally:
            os.umask(before)
        found.listen()
    except BaseException:
        found.close()
        raise
    return found


def connected(path: Path, patience_seconds: float) -> socket.socket:
    """Raises OSError where nobody listens."""
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.settimeout(patience_seconds)
        with _short(path) as address:
            found.connect(address)
    except BaseException:
        found.close()
        raise
    return found


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """The address of a socket has room for some hundred bytes: a longer path is gone by a link."""
    if len(os.fsencode(path)) <= _ADDRESS_BYTES:
        yield str(path)
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="k9lite-") as folder:
        link = Path(folder, "s")
        link.symlink_to(path.parent.absolute(), target_is_directory=True)
        yield str(link / path.name)


def said(error: K9liteError) -> Mapping[str, Any]:
    """An error as an answer carries it."""
    facts = vars(error) if isinstance(error, ApiError) else {}
    return {
        "class": type(error).__name__,
        "text": str(error),
        "facts": {name: _plain(value) for name, value in facts.items()},
    }


def heard(said: Mapping[str, Any]) -> K9liteError:
    """The inverse of ``said``; what is no refusal of the API server is a LogError."""
    cls = getattr(errors, str(said["class"]), None)
    if not (isinstance(cls, type) and issubclass(cls, ApiError)):
        return LogError(str(said["text"]))
    error = cls.__new__(cls)
    K9liteError.__init__(error, str(said["text"]))
    for name, value in said["facts"].items():
        setattr(error, name, tuple(FieldError(*each) for each in value) if name == "errors" else value)
    return error


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return [[each.path, each.detail, each.type, each.value] for each in value]
