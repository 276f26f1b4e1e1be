"""How ``explain`` lays a type out. Follows kubectl's ``pkg/explain/v2/templates/plaintext.tmpl``."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from engine.errors import UsageError
from engine.kinds import Kind
from k9lite.explaining.schema import Field, Type, type_named, type_of_kind

_MOST_ENUMS = 4


Types = Callable[[str], Type | None]


def explained(
    kind: Kind, path: Sequence[str], *, recursive: bool, depth: int, types: Types = type_named
) -> list[str]:
    """The lines about a kind, or about the field a path leads to. Raises UsageError for a field that is not there."""
    lines = [f"GROUP:      {kind.group}"] if kind.group else []
    lines += [f"KIND:       {kind.shown}", f"VERSION:    {kind.api_version.rpartition('/')[2]}", ""]
    shown: Type | None = types(kind.name) or type_of_kind(kind)
    text = shown.text if shown is not None else ""
    for place, name in enumerate(path):
        field = None if shown is None else shown.field(name)
        if field is None:
            raise UsageError(f'field "{name}" does not exist')
        shown = types(field.inner) if field.inner else None
        own = shown.text if shown is not None else ""
        text = "\n".join(dict.fromkeys(filter(None, (field.text, own))))
        if place == len(path) - 1:
            lines += _head(field)
    lines += ["DESCRIPTION:", *_indented(text or "<empty>", 76, 4), "    "]
    if shown is not None and shown.fields:
        lines.append("FIELDS:")
        lines += _short(shown, 1, depth, (), types) if recursive else _long(shown)
    return [*lines, ""]


def _head(field: Field) -> list[str]:
    enum = ["ENUM:", *(f"    {each}" for each in field.enum)] if field.enum else [""]
    return [f"FIELD: {field.name} <{field.type}>", *enum, ""]


def _long(shown: Type) -> Iterator[str]:
    for field in shown.fields:
        yield from _line(field, 1)
        yield from _indented(field.text or "<no description>", 76, 4)
        yield ""


def _short(shown: Type, level: int, depth: int, seen: tuple[str, ...], types: Types) -> Iterator[str]:
    """A line a field, with those inside it below; what is inside itself is not gone into again."""
    for field in shown.fields:
        yield from _line(field, level)
        inner = types(field.inner) if field.inner and field.inner not in seen else None
        if inner is not None and (not depth or level < depth):
            yield from _short(inner, level + 1, depth, (*seen, field.inner), types)


def _line(field: Field, level: int) -> Iterator[str]:
    indent = "  " * level
    yield f"{indent}{field.name}\t<{field.type}>{' -required-' if field.required else ''}"
    if field.enum:
        more = ", ...." if len(field.enum) > _MOST_ENUMS else ""
        yield f"{indent}enum: {', '.join(field.enum[:_MOST_ENUMS])}{more}"


def _indented(text: str, width: int, spaces: int) -> Iterator[str]:
    for paragraph in text.split("\n"):
        yield from (" " * spaces + line for line in wrap(paragraph, width, break_long_words=False) or [""])
