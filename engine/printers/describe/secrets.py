"""``kubectl describe secret``: sizes, never values. Follows describeSecret of kubectl's describe.go."""

from base64 import b64decode
from collections.abc import Iterator

from engine.kinds import Secret
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_secret(secret: Secret, _state: State, _now: int) -> list[str]:
    return tabbed(_lines(secret))


def _lines(secret: Secret) -> Iterator[str]:
    yield from name_lines(secret)
    yield from labels_and_annotations(secret)
    yield from ("", f"Type:\t{secret.type or 'Opaque'}", "", "Data", "====")
    sizes = {key: _size_bytes(value) for key, value in secret.data.items()}
    sizes.update((key, len(value.encode())) for key, value in secret.string_data.items())
    for key in sorted(sizes):
        is_token = key == "token" and secret.type == "kubernetes.io/service-account-token"
        yield f"{key}:\t{_decoded(secret.data.get(key, '')) if is_token else f'{sizes[key]} bytes'}"


def _decoded(encoded: str) -> str:
    try:
        return b64decode(encoded).decode()
    except ValueError:
        return encoded


def _size_bytes(encoded: str) -> int:
    try:
        return len(b64decode(encoded))
    except ValueError:
        return len(encoded)
