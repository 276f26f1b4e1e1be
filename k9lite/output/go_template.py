"""``-o go-template``: a Go template filled in from a manifest. Follows Go's ``text/template`` and its functions.

A key that is not there leads to ``<no value>``, as with ``missingkey=default``.
"""

import base64
import binascii
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define

from engine.errors import UsageError
from k9lite.output.go_values import go_text
from k9lite.output.template_syntax import (
    Action,
    Body,
    Branch,
    Call,
    Jump,
    Literal,
    Operand,
    Path,
    Pipeline,
    Text,
    parse_template,
)


class _Missing:
    """What a key leads to that is not there."""


_MISSING = _Missing()


class _Jumped(Exception):
    """A break or continue on its way out to the range."""


def fill_go_template(value: Any, template: str) -> str:
    """Raises UsageError for a template that cannot be parsed or carried out."""
    try:
        body = parse_template(template)
    except UsageError as error:
        raise UsageError(f"error parsing template {template}, {error}") from None
    try:
        return "".join(_Filling(value, {"$": value}).fill(body, value))
    except UsageError as error:
        raise UsageError(f"error executing template {_quoted(template)}: template: output:1: {error}") from None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@define
class _Filling:
    """Lives for one template; ``_variables`` are those in sight."""

    _root: Any
    _variables: dict[str, Any]

    def fill(self, body: Body, dot: Any) -> Iterator[str]:
        for node in body:
            match node:
                case Text():
                    yield node.text
                case Action():
                    value = self._pipeline(node.pipeline, dot)
                    if not node.pipeline.assigned:
                        yield _shown(value)
                case Branch():
                    outside = dict(self._variables)
                    yield from self._branch(node, dot)
                    self._variables = {name: self._variables[name] for name in outside}
                case Jump():
                    raise _Jumped(node.word)

    def _branch(self, node: Branch, dot: Any) -> Iterator[str]:
        if node.word == "range":
            yield from self._range(node, dot)
            return
        value = self._pipeline(node.pipeline, dot)
        if _truth(value):
            yield from self.fill(node.body, value if node.word == "with" else dot)
        else:
            yield from self.fill(node.otherwise, dot)

    def _range(self, node: Branch, dot: Any) -> Iterator[str]:
        names = node.pipeline.assigned
        value = self._calls(node.pipeline.calls, dot)
        items = _items(value)
        for key, each in items:
            if names:
                self._variables[names[-1]] = each
            if len(names) > 1:
                self._variables[names[0]] = key
            try:
                yield from self.fill(node.body, each)
            except _Jumped as jump:
                if str(jump) == "break":
                    break
        if not items:
            yield from self.fill(node.otherwise, dot)

    def _pipeline(self, pipeline: Pipeline, dot: Any) -> Any:
        value = self._calls(pipeline.calls, dot)
        for name in pipeline.assigned:
            if not pipeline.declares and name not in self._variables:
                raise UsageError(f"undefined variable {_quoted(name)}")
            self._variables[name] = value
        return value

    def _calls(self, calls: Sequence[Call], dot: Any) -> Any:
        value: Any = None
        for place, call in enumerate(calls):
            value = self._call(call, dot, (value,) if place else ())
        return value

    def _call(self, call: Call, dot: Any, last: tuple[Any, ...]) -> Any:
        if call.name in ("and", "or"):
            return self._short_circuit(call, dot, last)
        values = [*(self._operand(each, dot) for each in call.operands), *last]
        if not call.name:
            if last:
                raise UsageError("can't give argument to non-function")
            return values[0]
        function = _FUNCTIONS.get(call.name)
        if function is None:
            raise UsageError(f"function {_quoted(call.name)} not defined")
        try:
            return function(*values)
        except (TypeError, ValueError, LookupError) as error:
            raise UsageError(f"error calling {call.name}: {error}") from None

    def _short_circuit(self, call: Call, dot: Any, last: tuple[Any, ...]) -> Any:
        value: Any = None
        for each in call.operands:
            value = self._operand(each, dot)
            if _truth(value) == (call.name == "or"):
                return value
        return last[0] if last else value

    def _operand(self, operand: Operand, dot: Any) -> Any:
        match operand:
            case Literal():
                return operand.value
            case Pipeline():
                return self._pipeline(operand, dot)
            case Call():
                return self._call(operand, dot, ())
            case Path():
                return _followed(self._start(operand, dot), operand.names)

    def _start(self, path: Path, dot: Any) -> Any:
        if isinstance(path.start, Pipeline):
            return self._pipeline(path.start, dot)
        if not path.start:
            return dot
        if path.start not in self._variables:
            raise UsageError(f"undefined variable {_quoted(path.start)}")
        return self._variables[path.start]


def _followed(value: Any, names: Sequence[str]) -> Any:
    for name in names:
        if isinstance(value, _Missing):
            return value
        if value is None:
            raise UsageError(f"nil pointer evaluating interface {{}}.{name}")
        if not isinstance(value, Mapping):
            raise UsageError(f"can't evaluate field {name} in type {_type(value)}")
        value = value.get(name, _MISSING)
    return value


def _type(value: Any) -> str:
    known = {str: "string", bool: "bool", int: "int64", float: "float64", list: "[]interface {}"}
    return known.get(type(value), "interface {}")


def _items(value: Any) -> list[tuple[Any, Any]]:
    match value:
        case Mapping():
            return sorted(value.items())
        case list() | tuple():
            return list(enumerate(value))
        case None | _Missing():
            return []
        case int() if not isinstance(value, bool):
            return [(each, each) for each in range(value)]
        case _:
            raise UsageError(f"range can't iterate over {go_text(value)}")


def _truth(value: Any) -> bool:
    return not isinstance(value, _Missing) and bool(value)


def _shown(value: Any) -> str:
    return "<no value>" if value is None or isinstance(value, _Missing) else go_text(value)


def _printf(form: str, *values: Any) -> str:
    """``%s %v %d %q %t %f %x`` with flags and widths, as far as Python's own formatting goes."""
    left = list(values)

    def one(match: re.Match[str]) -> str:
        flags, letter = match[1], match[2]
        if letter == "%":
            return "%"
        if not left:
            return f"%!{letter}(MISSING)"
        value = left.pop(0)
        match letter:
            case "d" | "x" | "X" | "o" if isinstance(value, int):
                return f"%{flags}{letter}" % value
            case "f" | "g" | "e" if isinstance(value, (int, float)):
                return f"%{flags}{letter}" % value
            case "q":
                return f"%{flags}s" % _quoted(str(value))
            case "s" | "v" | "t":
                return f"%{flags}s" % _shown(value)
            case _:
                return f"%!{letter}({_type(value)}={_shown(value)})"

    return re.sub(r"%([-+# 0]*\d*(?:\.\d+)?)([a-zA-Z%])", one, form)


def _print(*values: Any) -> str:
    """A space only between two that are no text."""
    text = ""
    for place, value in enumerate(values):
        apart = place and not isinstance(value, str) and not isinstance(values[place - 1], str)
        text += (" " if apart else "") + _shown(value)
    return text


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, Mapping):
            value = value.get(key, _MISSING)
        elif isinstance(value, (list, str)) and isinstance(key, int):
            if not 0 <= key < len(value):
                raise IndexError(f"index out of range: {key}")
            value = value[key]
        else:
            raise TypeError("index of untyped nil" if value in (None, _MISSING) else f"can't index {_type(value)}")
    return value


def _length(value: Any) -> int:
    if isinstance(value, (Mapping, list, str)):
        return len(value.encode()) if isinstance(value, str) else len(value)
    raise TypeError("len of nil pointer" if value in (None, _MISSING) else f"len of type {_type(value)}")


def _exists(value: Any, *keys: Any) -> bool:
    for key in keys:
        in_list = isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value)
        if not in_list and not (isinstance(value, Mapping) and key in value):
            return False
        value = value[key]
    return True


def _base64decode(text: Any) -> str:
    try:
        return base64.b64decode(str(text), validate=True).decode(errors="replace")
    except binascii.Error:
        raise ValueError("base64 decode failed: illegal base64 data") from None


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def both(left: Any, right: Any) -> bool:
        numbers = (int, float)
        if not (isinstance(left, str) and isinstance(right, str)) and not (
            isinstance(left, numbers) and isinstance(right, numbers)
        ):
            raise TypeError("incompatible types for comparison")
        return compare(left, right)

    return both


def _equal(first: Any, *others: Any) -> bool:
    return any(type(first) is type(each) and first == each for each in others)


def _html(value: Any) -> str:
    text = _shown(value)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "print": _print,
    "println": lambda *values: " ".join(map(_shown, values)) + "\n",
    "printf": _printf,
    "len": _length,
    "index": _index,
    "slice": lambda value, *ends: value[slice(*ends)] if len(ends) != 1 else value[ends[0] :],
    "not": lambda value: not _truth(value),
    "eq": _equal,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _compared(operator.lt),
    "le": _compared(operator.le),
    "gt": _compared(operator.gt),
    "ge": _compared(operator.ge),
    "html": _html,
    "exists": _exists,
    "base64decode": _base64decode,
}
