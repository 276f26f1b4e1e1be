"""``kubectl describe secret``: sizes, never values. Follows describeSecret of kubectl's describe.go."""

from base64 import b64decode
from collections.abc import Iterator

from engine.kinds import Unmodelled
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.parts.body import mapping, text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_secret(secret: Unmodelled, _state: State, _now: int) -> list[str]:
    return tabbed(_lines(secret))


def _lines(secret: Unmodelled) -> Iterator[str]:
    yield from name_lines(secret)
    yield from labels_and_annotations(secret)
    yield from ("", f"Type:\t{text(secret.body, 'type', default='Opaque')}", "", "Data", "====")
    sizes = {key: _size_bytes(str(value)) for key, value in mapping(secret.body, "data").items()}
    written = mapping(secret.body, "stringData")
    sizes.update((key, len(str(value).encode())) for key, value in written.items())
    for key in sorted(sizes):
        yield f"{key}:\t{sizes[key]} bytes"


def _size_bytes(encoded: str) -> int:
    try:
        return len(b64decode(encoded))
    except ValueError:
        return len(encoded)
