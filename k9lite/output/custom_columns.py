"""``-o custom-columns=NAME:.metadata.name,...``: columns of an operator's own. Follows kubectl's ``cmd/get``."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from engine.errors import UsageError
from engine.printers import render
from k9lite.arguments.jsonpath import find_all, relaxed
from k9lite.output.go_values import go_text


@frozen
class CustomColumn:
    header: str
    path: str


def columns_of_spec(spec: str) -> list[CustomColumn]:
    """``NAME:.metadata.name,IP:.status.podIP``. Raises UsageError."""
    columns = []
    for part in spec.split(","):
        header, colon, path = part.partition(":")
        if not colon:
            raise UsageError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append(CustomColumn(header, relaxed(path) if path else ""))
    return columns


def columns_of_file(text: str) -> list[CustomColumn]:
    """A line of headers and a line of paths. Raises UsageError."""
    expected = "Expected format is one line of space separated headers, one line of space separated column specs."
    lines = text.splitlines()
    for place, name in enumerate(("header", "spec")):
        if len(lines) <= place:
            raise UsageError(f"invalid template, missing {name} line. {expected}")
    headers, paths = lines[0].split(), lines[1].split()
    if len(headers) != len(paths):
        raise UsageError(f"number of headers ({len(headers)}) and field specifications ({len(paths)}) don't match")
    return [CustomColumn(header, relaxed(path)) for header, path in zip(headers, paths, strict=True)]


def table(
    columns: Sequence[CustomColumn], manifests: Sequence[Mapping[str, Any]], *, no_headers: bool = False
) -> list[str]:
    """The aligned lines; the headers stand alone where there is nothing."""
    headers = () if no_headers else tuple(column.header for column in columns)
    rows = [tuple(_cell(manifest, column) for column in columns) for manifest in manifests]
    return render(headers, rows) if rows else render((), [headers]) if headers else []


def _cell(manifest: Mapping[str, Any], column: CustomColumn) -> str:
    found = find_all(manifest, column.path) if column.path else []
    return ",".join(map(go_text, found)) or "<none>"
