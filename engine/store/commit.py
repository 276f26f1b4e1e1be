"""A commit: one atomic step of the cluster, and its bytes in the log.

    payload = msgpack [revision, time, actor, cause, deed, request, puts, removes]
      deed     the line the operator gave ("kubectl cordon w1"), "" for the cluster's own steps
      request  what an input asked for, so that ``log verify`` can ask again; [] for derived commits
      puts     [manifest, ...]          removes  [[kind, namespace, name], ...]

Whole objects, not commands: an old log still reads after a controller changed. Longer payloads may follow:
a reader ignores elements past those it knows.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgpack

from engine.errors import ApiError, LogError
from engine.kinds import (
    Affinity,
    Condition,
    Container,
    ContainerState,
    EventSource,
    Object,
    ObjectReference,
    OwnerReference,
    Ref,
    Toleration,
    Volume,
    from_manifest,
    to_manifest,
)
from engine.kinds.frozen import frozen

INPUT_ACTORS = ("bootstrap", "user", "clock", "fault")
"""Who acts from outside; every other actor's commits follow from the state and are derived again on verify."""


_BEFORE_PUTS = 6
_SHARED = frozenset(
    (Affinity, Condition, Container, ContainerState, EventSource, ObjectReference, OwnerReference, Toleration, Volume)
)
"""What pods of a template, and Events of a report, have in common in memory."""


@frozen(kw_only=True)
class Commit:
    """``cause`` is the revision that led to this one, 0 for inputs. ``time`` is cluster time in seconds."""

    revision: int
    time: int
    actor: str
    cause: int = 0
    deed: str = ""
    request: tuple[Mapping[str, Any], ...] = ()
    puts: tuple[Object, ...] = ()
    removes: tuple[Ref, ...] = ()

    @property
    def is_input(self) -> bool:
        return is_input(self.actor)


def is_input(actor: str) -> bool:
    return actor.partition("/")[0] in INPUT_ACTORS


def encode_commit(commit: Commit) -> bytes:
    packed: bytes = msgpack.packb(
        [
            commit.revision,
            commit.time,
            commit.actor,
            commit.cause,
            commit.deed,
            list(commit.request),
            [to_manifest(obj, _SHARED) for obj in commit.puts],
            commit.removes,
        ]
    )
    return packed


def decode_commit(payload: bytes, object_of: Callable[[Any], Object] = from_manifest) -> Commit:
    """Raises LogError if the payload is no commit. ``object_of`` makes an object of its manifest."""
    try:
        revision, time, actor, cause, deed, request, puts, removes, *_ = msgpack.unpackb(payload)
        return Commit(
            revision=revision,
            time=time,
            actor=actor,
            cause=cause,
            deed=deed,
            request=tuple(request),
            puts=tuple(object_of(manifest) for manifest in puts),
            removes=tuple(Ref(*ref) for ref in removes),
        )
    except (ValueError, TypeError, msgpack.UnpackException, ApiError) as error:
        raise LogError(f"a commit in the log cannot be read: {error}") from error


def decode_actor(payload: bytes) -> str:
    """Of a commit, nothing else of it decoded. Raises LogError."""
    unpacker = msgpack.Unpacker(max_buffer_size=len(payload))
    unpacker.feed(payload)
    try:
        unpacker.read_array_header()
        unpacker.skip()
        unpacker.skip()
        return str(unpacker.unpack())
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise LogError(f"a commit in the log cannot be read: {error}") from error


def decode_changes(payload: bytes) -> tuple[int, list[Any], list[Ref]]:
    """Time, manifests and removes of a commit, no object made. Raises LogError."""
    try:
        _, time, _, _, _, _, puts, removes, *_ = msgpack.unpackb(payload)
        return int(time), list(puts), [Ref(*ref) for ref in removes]
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise LogError(f"a commit in the log cannot be read: {error}") from error


def puts_in(payload: bytes) -> list[tuple[int, int]]:
    """Where the manifest of each put begins in a commit, and how long it is; none is decoded. Raises LogError."""
    unpacker = msgpack.Unpacker(max_buffer_size=len(payload))
    unpacker.feed(payload)
    try:
        unpacker.read_array_header()
        for _ in range(_BEFORE_PUTS):
            unpacker.skip()
        spans = []
        for _ in range(unpacker.read_array_header()):
            begin = unpacker.tell()
            unpacker.skip()
            spans.append((begin, unpacker.tell() - begin))
        return spans
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise LogError(f"a commit in the log cannot be read: {error}") from error
