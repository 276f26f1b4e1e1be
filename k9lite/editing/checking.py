"""What is wrong with a text of manifests, by line: YAML first, then each document against its kind's fields.

Follows the API server's strict decoding (unknown fields, wrong types), and says what is missing as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import yaml

from engine.kinds import KINDS, Kind
from engine.kinds.frozen import frozen
from engine.kinds.registry import custom_name
from engine.serving import served_kind
from engine.store.state import State
from k9lite.explaining.custom import types_of
from k9lite.explaining.layout import Types
from k9lite.explaining.schema import Field, type_of_kind

Path = tuple[str | int, ...]


@frozen
class Problem:
    """``line`` counts from 0."""

    line: int
    text: str


@frozen(kw_only=True)
class Document:
    """One manifest of a text: the line it begins on, its kind, and the line of each of its fields."""

    line: int
    kind: Kind | None
    lines: Mapping[Path, int]

    def line_of(self, path: str) -> int:
        """Of a field as the API server names it (``spec.containers[0].image``), or of what it is in."""
        steps: list[str | int] = [int(each) if each.isdecimal() else each for each in re.findall(r"[^.\[\]]+", path)]
        while steps and tuple(steps) not in self.lines:
            steps.pop()
        return self.lines.get(tuple(steps), self.line)


@frozen(kw_only=True)
class Checked:
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]


def kind_of(state: State, kind: str, api_version: str) -> Kind | None:
    """The kind a manifest says it is, custom ones included; None where the cluster serves none."""
    name = custom_name(kind, api_version) or kind
    return KINDS.get(name) or served_kind(state, name)


def checked(text: str, state: State) -> Checked:
    try:
        roots = [node for node in yaml.compose_all(text, Loader=_LOADER) if node is not None and node.tag != _NULL]
        found = [_of_document(root, state) for root in roots]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = Problem(0 if mark is None else mark.line, f"YAML: {error.problem or error.context}")
        return Checked(problems=(problem,), documents=())
    except (yaml.YAMLError, RecursionError) as error:
        return Checked(problems=(Problem(0, "YAML: " + " ".join(str(error).split())),), documents=())
    problems = sorted((problem for _, some in found for problem in some), key=lambda each: each.line)
    return Checked(problems=tuple(problems), documents=tuple(document for document, _ in found))


_MOST_FIELDS = 100_000
_NULL = "tag:yaml.org,2002:null"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _of_document(root: yaml.Node, state: State) -> tuple[Document, list[Problem]]:
    line = root.start_mark.line
    lines: dict[Path, int] = {}
    _collect(root, (), lines)
    nothing = Document(line=line, kind=None, lines=lines)
    if not isinstance(root, yaml.MappingNode):
        return nothing, [Problem(line, "a manifest is a mapping with apiVersion and kind")]
    head = {str(key.value): value.value for key, value in root.value if isinstance(value, yaml.ScalarNode)}
    missing = [name for name in ("apiVersion", "kind") if not head.get(name)]
    if missing:
        return nothing, [Problem(line, f"{name} is missing") for name in missing]
    kind = kind_of(state, head["kind"], head["apiVersion"])
    if kind is None:
        shown = f"no kind {head['kind']} in {head['apiVersion']} is served here"
        return nothing, [Problem(lines.get(("kind",), line), shown)]
    known = KINDS.get(kind.name)
    if known is not None and head["apiVersion"] != known.api_version:
        return Document(line=line, kind=kind, lines=lines), []  # another version's fields are not known
    types = types_of(state, kind)
    fields = (types(kind.name) or type_of_kind(kind)).fields
    return Document(line=line, kind=kind, lines=lines), list(_of_mapping(root, fields, "", line, types))


def _collect(node: yaml.Node, path: Path, lines: dict[Path, int]) -> None:
    """Raises YAMLError where aliases make more of it than any object has."""
    if len(lines) > _MOST_FIELDS:
        raise yaml.YAMLError(f"more than {_MOST_FIELDS:,} fields")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            lines[inner] = key.start_mark.line
            _collect(value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            lines[(*path, place)] = value.start_mark.line
            _collect(value, (*path, place), lines)


def _of_mapping(
    node: yaml.MappingNode, fields: Sequence[Field], path: str, line: int, types: Types
) -> Iterator[Problem]:
    """``line`` is where the field stands that this is the value of."""
    known = {field.name: field for field in fields}
    given: set[str] = set()
    for key, value in node.value:
        name, at = str(key.value), key.start_mark.line
        inner = f"{path}.{name}" if path else name
        if name in given:
            yield Problem(at, f"{inner} is given twice")
        given.add(name)
        field = known.get(name)
        if field is None:
            meant = _alike(name, known)
            yield Problem(at, f"unknown field {inner}" + (f": did you mean {meant}?" if meant else ""))
        else:
            yield from _of_value(value, field.type, field, inner, at, types)
    for field in fields:
        if field.required and field.name not in given and field.name != "status":
            where = f"{path}.{field.name}" if path else field.name
            yield Problem(line, f"{where} is missing: required")


def _of_value(node: yaml.Node, shown: str, field: Field, path: str, line: int, types: Types) -> Iterator[Problem]:
    if node.tag == _NULL:
        return
    if shown.startswith("[]"):
        if not isinstance(node, yaml.SequenceNode):
            yield Problem(line, f"{path}: a list was expected, not {_called(node)}")
            return
        for place, each in enumerate(node.value):
            yield from _of_value(each, shown[2:], field, f"{path}[{place}]", each.start_mark.line, types)
    elif shown.startswith("map[string]"):
        if not isinstance(node, yaml.MappingNode):
            yield Problem(line, f"{path}: a mapping was expected, not {_called(node)}")
            return
        for key, each in node.value:
            yield from _of_value(
                each, shown.removeprefix("map[string]"), field, f"{path}.{key.value}", key.start_mark.line, types
            )
    elif (type_ := types(field.inner) if field.inner else None) is not None and type_.fields:
        if not isinstance(node, yaml.MappingNode):
            yield Problem(line, f"{path}: a mapping was expected, not {_called(node)}")
            return
        yield from _of_mapping(node, type_.fields, path, line, types)
    else:
        yield from _of_scalar(node, shown, field, path)


def _of_scalar(node: yaml.Node, shown: str, field: Field, path: str) -> Iterator[Problem]:
    wanted = _TAGS.get(shown)
    tag = node.tag.rpartition(":")[2]
    line = node.start_mark.line
    if wanted is not None and tag not in wanted:
        quote = f': write "{node.value}"' if shown == "string" and isinstance(node, yaml.ScalarNode) else ""
        yield Problem(line, f"{path}: {_A[shown]} was expected, not {_called(node)}{quote}")
    elif field.enum and shown == "string" and node.value not in ("", *field.enum):
        yield Problem(line, f"{path}: {node.value} is none of {', '.join(field.enum)}")


_TAGS: Mapping[str, tuple[str, ...]] = {
    "string": ("str", "timestamp"),
    "integer": ("int",),
    "number": ("int", "float"),
    "boolean": ("bool",),
    "Quantity": ("str", "int", "float"),
    "IntOrString": ("str", "int"),
}
_A = {
    "string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "Quantity": "a quantity", "IntOrString": "a number or a name",
}  # fmt: skip
_CALLED = {"str": "text", "int": "a number", "float": "a number", "bool": "true or false", "timestamp": "a date"}


def _called(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return _CALLED.get(node.tag.rpartition(":")[2], "text")
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _alike(name: str, known: Mapping[str, Field]) -> str:
    """A field that is called so but for its case, a letter or a plural."""
    low = name.lower()
    fits: Callable[[str], bool] = lambda other: (  # noqa: E731  one test for three reasons
        other == low or other.rstrip("s") == low.rstrip("s") or _one_letter_apart(other, low)
    )
    return next((each for each in known if fits(each.lower())), "")


def _one_letter_apart(one: str, other: str) -> bool:
    """One letter more, less or another, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, rest_of_other = one[start:], other[start:]
    swapped = rest[:2] == rest_of_other[1::-1] and rest[2:] == rest_of_other[2:]
    return swapped or rest[1:] == rest_of_other or rest == rest_of_other[1:] or rest[1:] == rest_of_other[1:]
