"""Whether a CEL expression can be used at all: its grammar, its names, and the fields that a schema knows.

Follows ``apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go``. Differs in that types are not checked.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from engine.api.custom.cel import TYPES, field_name
from engine.api.custom.cel_functions import FUNCTIONS
from engine.api.custom.cel_syntax import (
    Call,
    CelSyntaxError,
    Entries,
    Has,
    Index,
    Items,
    Macro,
    Name,
    Node,
    Operation,
    Select,
    parse,
)


@lru_cache(maxsize=1024)
def parsed(text: str) -> Node | CelSyntaxError:
    try:
        return parse(text)
    except CelSyntaxError as error:
        return error


def names_in(node: Node) -> set[str]:
    return {each.name for each in _nodes(node) if isinstance(each, Name)}


def compile_error(text: str, schema: Mapping[str, Any], variables: tuple[str, ...]) -> str:
    """Why an expression cannot be used, as the API server tells it; "" if it can."""
    tree = parsed(text)
    if isinstance(tree, CelSyntaxError):
        return _located(f"Syntax error: {tree}", text, tree.at)
    for node, known in _scoped(tree, frozenset((*variables, *TYPES))):
        match node:
            case Name(name, at) if name not in known:
                return _located(f"undeclared reference to '{name}' (in container '')", text, at)
            case Call(name, _, _, at) if name not in FUNCTIONS:
                return _located(f"undeclared reference to '{name}' (in container '')", text, at)
            case Select(of, name, at) | Has(of, name, at):
                held = _schema_of(of, schema)
                if held is not None and field_name(name) not in (held.get("properties") or {}):
                    return _located(f"undefined field '{name}'", text, at)
            case _:
                pass
    return ""


def _schema_of(node: Node, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is known of the fields of ``self.a.b`` or ``oldSelf.a[0]``; None where anything may be."""
    match node:
        case Name("self" | "oldSelf"):
            found: Any = schema
        case Select(of, name):
            outer = _schema_of(of, schema)
            found = None if outer is None else (outer.get("properties") or {}).get(field_name(name))
        case Index(of, _):
            outer = _items_of(of, schema)
            found = outer
        case _:
            return None
    if not isinstance(found, Mapping) or found.get("type") != "object" or not found.get("properties"):
        return None
    free = found.get("x-kubernetes-preserve-unknown-fields") or found.get("x-kubernetes-embedded-resource")
    return None if free else found


def _items_of(node: Node, schema: Mapping[str, Any]) -> Any:
    match node:
        case Select(of, name):
            outer = _schema_of(of, schema)
            return None if outer is None else ((outer.get("properties") or {}).get(field_name(name)) or {}).get("items")
        case Name("self"):
            return schema.get("items")
        case _:
            return None


def _located(message: str, text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    begin = text.rfind("\n", 0, at) + 1
    shown = text[begin:].split("\n")[0]
    where = f"<input>:{line}:{at - begin + 1}"
    return f"compilation failed: ERROR: {where}: {message}\n | {shown}\n | {'.' * (at - begin)}^"


def _scoped(node: Node, known: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    yield node, known
    if isinstance(node, Macro):
        yield from _scoped(node.of, known)
        for part in (node.body, node.kept):
            if part is not None:
                yield from _scoped(part, known | {node.variable})
        return
    for each in _inside(node):
        yield from _scoped(each, known)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for each in _inside(node):
        yield from _nodes(each)


def _inside(node: Node) -> tuple[Node, ...]:
    match node:
        case Select(of) | Has(of):
            return (of,)
        case Index(of, key):
            return of, key
        case Call(_, target, args):
            return args if target is None else (target, *args)
        case Macro(_, of, _, body, kept):
            return (of, body) if kept is None else (of, body, kept)
        case Operation(_, parts):
            return parts
        case Items(items):
            return items
        case Entries(entries):
            return tuple(part for entry in entries for part in entry)
        case _:
            return ()
