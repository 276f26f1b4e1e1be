"""Files that outlive who wrote them, at any time that somebody may still look back to: pure functions on VolumeContent.

    files            "log" -> "a\n"                        as of before the first write
    writes           10: append "b\n" to "log", 20: remove "log"
    at 15            "log" -> "a\n" + "b\n"

A container that began at 15 must find what was there at 15, also when it is asked at 30 what it did: so a write
stays apart until every pod that uses the volume was started after it.
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Protocol

from engine.bulk import joined
from engine.kinds import ConfigMap, FileWrite, ObjectMeta, Ref, Secret, VolumeContent, evolve
from engine.kinds.frozen import frozen
from engine.kinds.meta import OwnerReference


class Write(Protocol):
    """``text`` appended to a file or put in its place; None for its removal."""

    @property
    def path(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def append(self) -> bool: ...


MAX_WRITES = 500
"""Kept apart at most; older ones then count as there from the beginning."""
MAX_FILE_BYTES = 1 << 20
"""A file stops growing here, so that no line can fill the memory."""
_PREFIXES = {"ConfigMap": "configmap", "Secret": "secret"}


@frozen(kw_only=True)
class Left:
    """What somebody leaves on a volume: ``writes`` for the content ``name``, which goes with its ``owner``.

    What was written before ``settled_before`` has no reader that began earlier.
    """

    name: str
    writes: tuple[FileWrite, ...]
    settled_before: int
    owner: OwnerReference | None = None


def files_at(content: VolumeContent, at: int) -> dict[str, str]:
    """As they were at the end of a second."""
    files = dict(content.files)
    for write in content.writes:
        if write.at > at:
            break
        apply(files, write)
    return files


def apply(files: dict[str, str], write: Write) -> None:
    """What a write makes of a table of files; a removed directory takes along what is in it."""
    path = write.path
    if write.text is not None:
        before = files.get(path, "") if write.append else ""
        files[path] = joined(before, write.text)[-MAX_FILE_BYTES:]
        return
    files.pop(path, None)
    root = path.rstrip("/") + "/"
    for inner in [each for each in files if each.startswith(root)]:
        del files[inner]


def with_left(known: VolumeContent | None, left: Left) -> VolumeContent:
    """The content with what is left on it, in the order of time."""
    if known is None:
        owners = () if left.owner is None else (left.owner,)
        known = VolumeContent(metadata=ObjectMeta(name=left.name, owner_references=owners))
    writes = sorted((*known.writes, *left.writes), key=lambda write: write.at)
    settled = max(sum(write.at < left.settled_before for write in writes), len(writes) - MAX_WRITES)
    files = dict(known.files)
    for write in writes[:settled]:
        apply(files, write)
    return evolve(known, files=files, writes=tuple(writes[settled:]))


def config_name(ref: Ref) -> str:
    """Of the content that remembers what a ConfigMap or Secret held."""
    return f"{_PREFIXES[ref.kind]}.{ref.namespace}.{ref.name}"


def texts_of(config: ConfigMap | Secret | None) -> dict[str, str]:
    """Its keys and their values as text; what is no text comes as near to it as it can."""
    if config is None:
        return {}
    if isinstance(config, ConfigMap):
        return {**config.data, **_decoded(config.binary_data)}
    return {**_decoded(config.data), **config.string_data}


def _decoded(data: Mapping[str, str]) -> dict[str, str]:
    return {key: _text(value) for key, value in data.items()}


def _text(encoded: str) -> str:
    try:
        return b64decode(encoded).decode(errors="replace")
    except ValueError:
        return ""
