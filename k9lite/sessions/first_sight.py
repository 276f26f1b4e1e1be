"""The sample cluster as it is half an hour after its manifests were applied: the first frame of a first session.

To import what applies them and to let that settle takes longer than a whole first frame. So what comes of it is kept
beside the manifests, and shown until the living cluster is there, which is made from the manifests all the same. A
test holds that the two are equal, whenever a session is begun. It is known by the manifests it came of: where these
were changed, or have another place, nothing is shown before it lives.

The file is zlib's of msgpack's of [digest, revision, time, manifests], with each time as an extension: its seconds
after the session was begun, and behind them the fraction that it is written with.
"""

import hashlib
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgpack

from engine.kinds import format_time, parse_time, to_manifest
from engine.store.commit import Commit
from engine.store.interning import Interning
from engine.store.state import State, leap
from k9lite.files.manifests import files_in

FILE = "first-sight.bin"
_TIME = 1
_TIME_LETTERS, _FRACTION_LETTERS = len("2026-11-20T17:00:00Z"), len("2026-11-20T17:00:00.000000000Z")


def first_sight(folder: Path, wall: int) -> State | None:
    """What a session on ``folder`` shows that is begun at ``wall``; None where that is not known."""
    try:
        packed = zlib.decompress((folder / FILE).read_bytes())
    except (OSError, zlib.error):
        return None

    @cache
    def time_of(code: int, data: bytes) -> str:
        assert code == _TIME, "nothing else is recorded so"
        after, fraction = msgpack.unpackb(data)
        return format_time(wall + int(after))[:-1] + str(fraction)

    digest, revision, after, manifests = msgpack.unpackb(packed, ext_hook=time_of)
    if digest != _digest(folder):
        return None
    object_of = Interning().object_of
    puts = tuple(object_of(manifest) for manifest in manifests)
    return leap(State(), Commit(revision=revision, time=wall + after, actor="", puts=puts))


def recorded(folder: Path, state: State, wall: int) -> bytes:
    """What ``first_sight`` reads, of a session on ``folder`` that was begun at ``wall`` and has come to ``state``."""
    manifests = [to_manifest(obj) for kind in sorted(state.tables) for obj in state.objects(kind)]
    content = [_digest(folder), state.revision, state.time - wall, _timeless(manifests, wall)]
    packed: bytes = msgpack.packb(content)
    return zlib.compress(packed, 9)


def _digest(folder: Path) -> bytes:
    """Of the folder's name, which seeds its cluster, and all that is applied."""
    return hashlib.blake2b(b"".join(_parts(folder.resolve()))).digest()


def _parts(folder: Path) -> Iterable[bytes]:
    yield folder.name.encode()
    for file in files_in(folder, recursive=True):
        content = file.read_bytes()
        yield f"\n{file.relative_to(folder)} {len(content)}\n".encode() + content


def _timeless(value: Any, wall: int) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(each, wall) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_timeless(each, wall) for each in value]
    if isinstance(value, str) and len(value) in (_TIME_LETTERS, _FRACTION_LETTERS) and value[10:11] == "T":
        at = _TIME_LETTERS - 1
        return msgpack.ExtType(_TIME, msgpack.packb([parse_time(value[:at] + "Z") - wall, value[at:]]))
    return value
