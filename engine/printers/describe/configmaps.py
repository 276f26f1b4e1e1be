"""``kubectl describe configmap``. Follows ConfigMapDescriber of kubectl's describe.go."""

from base64 import b64decode
from collections.abc import Iterator

from engine.kinds import ConfigMap
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, name_lines
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_config_map(config_map: ConfigMap, state: State, now: int) -> list[str]:
    return tabbed(_lines(config_map, state, now))


def _lines(config_map: ConfigMap, state: State, now: int) -> Iterator[str]:
    yield from name_lines(config_map)
    yield from labels_and_annotations(config_map)
    yield from ("", "Data", "====")
    for key in sorted(config_map.data):
        yield from (f"{key}:", "----", config_map.data[key], "")
    yield from ("", "BinaryData", "====")
    for key in sorted(config_map.binary_data):
        yield f"{key}: {_size_bytes(config_map.binary_data[key])} bytes"
    yield ""
    yield from events_lines(config_map, state, now)


def _size_bytes(encoded: str) -> int:
    try:
        return len(b64decode(encoded))
    except ValueError:
        return len(encoded)
