"""CEL: what expressions are worth, what cannot be worked out, and what is refused before it is asked."""

from typing import Any

import pytest

from engine.api.custom.cel import evaluate
from engine.api.custom.cel_check import compile_error
from engine.api.custom.cel_functions import CelError
from engine.api.custom.cel_syntax import CelSyntaxError, parse

SELF = {
    "replicas": 3, "max": 10, "name": "web-1", "ratio": 0.5, "tags": ["a", "b"], "labels": {"app": "web"},
    "ports": [{"name": "http", "port": 80}, {"name": "https", "port": 443}], "on": True, "foo-bar": 1, "in": 2,
    "nothing": None,
}  # fmt: skip


def worth(text: str, **names: Any) -> Any:
    return evaluate(parse(text), {"self": SELF, **names})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4", 3), ("-7 / 2", -3), ("-7 % 2", -1), ("7.0 / 2.0", 3.5), ("'a' + 'b'", "ab"),
        ("[1] + [2]", [1, 2]),
        ("self.replicas <= self.max && self.replicas > 0", True), ("!self.on || false", False), ("1 == 1.0", True),
        ("true == true ? 'yes' : 'no'", "yes"), ("1 < 2.5", True), ("'b' > 'a'", True), ("0x1F", 31), ("10u", 10),
        ("has(self.name) && !has(self.absent)", True), ("size(self.tags) + self.name.size()", 7),
        ("'a' in self.tags && 'app' in self.labels && !('x' in self.tags)", True),
        ("self.name.matches('^web-[0-9]+$')", True), ("self.name.startsWith('web') && self.name.endsWith('1')", True),
        ("self.name.contains('b-')", True), ("self.labels['app'] == 'web' && self.ports[1].port == 443", True),
        ("self.ports.all(p, p.port > 0)", True), ("self.ports.exists(p, p.name == 'http')", True),
        ("self.ports.exists_one(p, p.port > 80)", True), ("self.ports.map(p, p.port)", [80, 443]),
        ("self.ports.map(p, p.port > 80, p.name)", ["https"]), ("self.tags.filter(t, t != 'a')", ["b"]),
        ("self.labels.all(k, self.labels[k].size() == 3)", True), ("self.__foo__dash__bar__ == 1 || true", True),
        ("self.foo__dash__bar", 1), ("self.__in__", 2), ("self.nothing == null", True), ("int('7') + int(2.9)", 9),
        ("string(7) + string(true)", "7true"), ("type(self.replicas) == int", True), ("double(1)", 1.0),
        ("'a,b'.split(',').join('-')", "a-b"), ("' Ab '.trim().lowerAscii()", "ab"), ("'abc'.substring(1, 2)", "b"),
        ("'aXb'.replace('X', '.')", "a.b"), ("[1, 2, 3].sum() + [3, 1].max()", 9), ("[1, 2].isSorted()", True),
        ("'abc'.indexOf('c')", 2), ("{'a': 1}['a']", 1), ("'it\\'s \\u0041'", "it's A"), ("r'\\d'", "\\d"),
        ('"""two\nlines"""', "two\nlines"), ("1 + 1 // a remark", 2), ("'x1y2'.findAll('[0-9]')", ["1", "2"]),
        ("false && self.absent", False), ("self.absent || true", True),
    ],
)  # fmt: skip
def test_an_expression_is_worth(text: str, value: Any) -> None:
    found = worth(text)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("self.absent > 1", "no such key: absent"), ("1 / 0", "division by zero"), ("1 % 0", "modulus by zero"),
        ("'a' + 1", "no such overload"), ("1 < 'a'", "no such overload"), ("self.tags[5]", "index out of bounds: 5"),
        ("self.name && true", "no such overload"), ("1 + 1.0", "no such overload"), ("true + true", "no such overload"),
        ("int('x')", "type conversion error from 'string' to 'int'"), ("size(1)", "no such overload"),
        ("self.name.startsWith()", "no such overload"), ("self.absent || false", "no such key: absent"),
    ],
)  # fmt: skip
def test_an_expression_cannot_be_worked_out(text: str, error: str) -> None:
    with pytest.raises(CelError) as raised:
        worth(text)
    assert str(raised.value) == error


def test_true_is_not_one() -> None:
    assert worth("true != dyn(1) && !(true in [1]) && [1] == [1.0] && {'a': 1} != {'a': 2}") is True


def test_a_rule_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(CelError, match="cost limit exceeded"):
        worth("l.all(a, l.all(b, l.all(c, a + b + c >= 0)))", l=list(range(120)))


@pytest.mark.parametrize(
    "text", ["1 +", "self..a", "(1", "'a", "self.all(1, true)", "has(self)", "a b", "[1,,2]", "1 ? 2"]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(CelSyntaxError):
        parse(text)


@pytest.mark.parametrize(
    "text", ["(" * 500 + "1" + ")" * 500, "!" * 500 + "true", "self" + ".a" * 500, "1" + "+1" * 500]
)
def test_an_expression_without_an_end_is_refused(text: str) -> None:
    with pytest.raises(CelSyntaxError, match="recursion limit"):
        parse(text)


def test_what_is_nearly_too_long_is_worked_out() -> None:
    assert worth("(" * 30 + "1" + ")" * 30) == 1 and worth("1" + "+1" * 140) == 141
    assert worth(" && ".join(["self.on"] * 140)) is True and compile_error("!" * 140 + "self", {}, ("self",)) == ""


SCHEMA = {
    "type": "object",
    "properties": {
        "replicas": {"type": "integer"},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "ports": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "integer"}}}},
    },
}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("self.replicas > 0", ""), ("self.free.anything == 1", ""), ("self.ports.all(p, p.port > 0)", ""),
        ("self.ports[0].port > 0", ""), ("self.replicas == oldSelf.replicas", ""),
        ("self.replica > 0", "<input>:1:5: undefined field 'replica'\n | self.replica > 0\n | ....^"),
        ("self.ports[0].prt > 0", "<input>:1:14: undefined field 'prt'\n | self.ports[0].prt > 0\n | .............^"),
        ("spec.x", "<input>:1:1: undeclared reference to 'spec' (in container '')\n | spec.x\n | ^"),
        ("true && foo(1)",
         "<input>:1:9: undeclared reference to 'foo' (in container '')\n | true && foo(1)\n | ........^"),
        ("self.ports.all(p, q)", "<input>:1:19: undeclared reference to 'q' (in container '')"),
        ("1 +", "<input>:1:4: Syntax error: mismatched input '<EOF>'\n | 1 +\n | ...^"),
    ],
)  # fmt: skip
def test_an_expression_is_compiled_against_its_schema(text: str, error: str) -> None:
    found = compile_error(text, SCHEMA, ("self", "oldSelf"))
    assert found == "" if not error else found.startswith(f"compilation failed: ERROR: {error}")
