"""Python as Jobs and prompts run it: print, sys.exit, time.sleep, os.environ, if, for, while and whole numbers.

Walks Python's own syntax tree and runs what it knows; nothing of it is ever evaluated. A program with anything
else in it is not understood, and python then only tells so.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from attrs import define, field

from engine.kubelet.shell.control import BreakLoop, ContinueLoop, Exit
from engine.kubelet.shell.machine import Call

Value = int | float | str | bool | None | range
_VERSION = "Python 3.13.2\n"
_LONGEST = 100_000
_MODULES = ("os", "sys", "time")
_CALLS = ("print", "int", "str", "float", "len", "range", "exit", "quit", "abs", "max", "min")
_DOTTED = ("sys.exit", "os._exit", "time.sleep", "os.environ.get", "os.getenv", "sys.stdout.flush", "time.time")
_ERRORS = ("Exception", "RuntimeError", "ValueError", "SystemExit")
_KNOWN = (
    ast.Module, ast.Expr, ast.Call, ast.Import, ast.alias, ast.If, ast.For, ast.While, ast.Assign, ast.AugAssign,
    ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Constant, ast.Name, ast.Attribute, ast.Subscript,
    ast.JoinedStr, ast.FormattedValue, ast.IfExp, ast.keyword, ast.Pass, ast.Break, ast.Continue, ast.Raise,
    ast.boolop, ast.unaryop, ast.operator, ast.cmpop, ast.expr_context,
)  # fmt: skip
_BINARY: Mapping[type[ast.operator], Callable[..., Value]] = MappingProxyType({
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
})  # fmt: skip
_COMPARED: Mapping[type[ast.cmpop], Callable[..., bool]] = MappingProxyType({
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
})  # fmt: skip
_FAILURES = (ArithmeticError, TypeError, ValueError, LookupError, NameError)


def python(call: Call) -> int:
    if call.args[:1] in (("--version",), ("-V",)):
        call.out(_VERSION)
        return 0
    before, args = _apart(call.args)
    code = _code(args)
    script = next((word for word in args if not word.startswith("-")), "") if code is None else ""
    if script:
        path = call.shell.path(script)
        if not call.machine.files.is_file(path):
            return call.fail(f"can't open file '{path}': [Errno 2] No such file or directory", 2)
        code = call.machine.files.read(path)
    typed = code is None and call.machine.on_terminal
    tree = _tree(call.stdin.rest() if code is None else code)
    if tree is None:
        return call.fail("of python this cluster runs what is printed and counted, and how long it sleeps")
    run = _Run(call)
    for each in before:
        for statement in (_tree(each) or ast.Module(body=[], type_ignores=[])).body:
            run.statement(statement)
    for statement in tree.body:
        try:
            if typed and isinstance(statement, ast.Expr):
                run.echo(statement)
            else:
                run.statement(statement)
        except _FAILURES as error:
            return run.fail(statement, type(error).__name__, str(error))
        except _Raised as raised:
            return run.fail(statement, raised.name, raised.text)
    return 0


def _apart(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """What earlier lines of the prompt assigned, and the other words."""
    rest, before = list(args), []
    while "--after" in rest[:-1]:
        place = rest.index("--after")
        before.append(rest[place + 1])
        del rest[place : place + 2]
    return before, rest


def understood(args: Sequence[str]) -> bool:
    code = _code(args)
    return code is not None and _tree(code) is not None


def _code(args: Sequence[str]) -> str | None:
    rest = [word for word in args if word not in ("-u", "-B", "-I")]
    return rest[1] if len(rest) > 1 and rest[0] == "-c" else None


@lru_cache(maxsize=256)
def _tree(code: str) -> ast.Module | None:
    if len(code) > _LONGEST:
        return None
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if all(map(_is_known, ast.walk(tree))) else None


def _is_known(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return all(each.name in _MODULES and each.asname is None for each in names)
        case ast.Call(func=ast.Name(id=name)):
            return name in (*_CALLS, *_ERRORS)
        case ast.Call(func=function):
            return _dotted(function) in _DOTTED
        case ast.Attribute():
            name = _dotted(node)
            return any(name == each or each.startswith(f"{name}.") for each in _DOTTED)
        case ast.Assign(targets=targets):
            return len(targets) == 1 and isinstance(targets[0], ast.Name)
        case ast.AugAssign(target=target) | ast.For(target=target):
            return isinstance(target, ast.Name)
        case ast.Subscript(value=value):
            return _dotted(value) == "os.environ"
        case ast.BinOp(op=op):
            return type(op) in _BINARY
        case ast.Raise(exc=exc):
            return isinstance(exc, ast.Call)
        case ast.FormattedValue(conversion=conversion, format_spec=spec):
            return conversion == -1 and spec is None
        case ast.Constant(value=value):
            return value is None or isinstance(value, (int, float, str))
    return isinstance(node, _KNOWN)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


class _Raised(Exception):
    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self.name, self.text = name, text


@define
class _Run:
    """Lives as long as the program runs."""

    call: Call
    names: dict[str, Value] = field(factory=dict)

    def fail(self, statement: ast.stmt, name: str, text: str) -> int:
        where = f'  File "<string>", line {statement.lineno}, in <module>\n'
        self.call.err(f"Traceback (most recent call last):\n{where}{name}{f': {text}' if text else ''}\n")
        return 1

    def echo(self, node: ast.Expr) -> None:
        """As at the prompt: what an expression is worth is shown."""
        self.call.machine.step()
        if (value := self.value(node.value)) is not None:
            self.call.out(f"{value!r}\n")

    def statement(self, node: ast.stmt) -> None:
        self.call.machine.step()
        match node:
            case ast.Expr(value=value):
                self.value(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.names[name] = self.value(value)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self.names[name] = self._combined(op, self._name(name), self.value(value))
            case ast.If(test=test, body=body, orelse=orelse):
                self._block(body if self.value(test) else orelse)
            case ast.For(target=ast.Name(id=name), iter=over, body=body):
                self._each(name, self.value(over), body)
            case ast.While(test=test, body=body):
                while self.value(test) and self._round(body):
                    self.call.machine.step()
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=args)):
                raise _Raised(name, " ".join(str(self.value(each)) for each in args))
            case ast.Break():
                raise BreakLoop(1)
            case ast.Continue():
                raise ContinueLoop(1)

    def _block(self, body: Sequence[ast.stmt]) -> None:
        for each in body:
            self.statement(each)

    def _each(self, name: str, over: Value, body: Sequence[ast.stmt]) -> None:
        if not isinstance(over, (range, str)):
            raise TypeError(f"'{type(over).__name__}' object is not iterable")
        for each in over:
            self.call.machine.step()
            self.names[name] = each
            if not self._round(body):
                return

    def _round(self, body: Sequence[ast.stmt]) -> bool:
        """False after a break."""
        try:
            self._block(body)
        except ContinueLoop:
            return True
        except BreakLoop:
            return False
        return True

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=(int() | float() | str() | None) as constant):
                return constant
            case ast.Name(id=name):
                return self._name(name)
            case ast.JoinedStr(values=parts):
                return "".join(str(self.value(part)) for part in parts)
            case ast.FormattedValue(value=inner):
                return self.value(inner)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test) else orelse)
            case ast.BinOp(left=left, op=op, right=right):
                return self._combined(op, self.value(left), self.value(right))
            case ast.BoolOp(op=op, values=values):
                return self._first(values, until=isinstance(op, ast.Or))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._combined(ast.Sub(), 0, self.value(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _COMPARED[type(op)](self.value(left), self.value(right))
            case ast.Subscript(slice=key):
                return self.call.shell.environment()[str(self.value(key))]
            case ast.Call(func=function, args=args, keywords=keywords):
                options = {each.arg: self.value(each.value) for each in keywords}
                return self._called(_dotted(function), [self.value(each) for each in args], options)
        raise TypeError("unsupported operand")

    def _name(self, name: str) -> Value:
        if name not in self.names:
            raise NameError(f"name '{name}' is not defined")
        return self.names[name]

    def _first(self, values: Sequence[ast.expr], *, until: bool) -> Value:
        found: Value = None
        for each in values:
            found = self.value(each)
            if bool(found) is until:
                break
        return found

    def _combined(self, op: ast.operator, left: Value, right: Value) -> Value:
        if isinstance(op, ast.Mult) and any(isinstance(each, str) for each in (left, right)):
            sizes = [len(each) if isinstance(each, str) else each for each in (left, right)]
            if all(isinstance(each, int) for each in sizes) and sizes[0] * sizes[1] > _LONGEST:  # type: ignore[operator]
                raise ValueError("too long")
        made = _BINARY[type(op)](left, right)
        if isinstance(made, int) and made.bit_length() > _LONGEST:
            raise OverflowError("too large")
        return made

    def _called(self, name: str, args: Sequence[Value], options: Mapping[str | None, Value]) -> Value:
        first = args[0] if args else None
        match name:
            case "print":
                sep, end = (options.get(key, default) for key, default in (("sep", " "), ("end", "\n")))
                self.call.out(str(sep).join(map(str, args)) + str(end))
                return None
            case "exit" | "quit" | "sys.exit" | "os._exit":
                if isinstance(first, str):
                    self.call.err(f"{first}\n")
                raise Exit(1 if isinstance(first, str) else int(first) if isinstance(first, (int, float)) else 0)
            case "time.sleep":
                self.call.machine.time_ms += int(float(str(first)) * 1000)
                return None
            case "time.time":
                return self.call.machine.now
            case "os.environ.get" | "os.getenv":
                return self.call.shell.environment().get(str(first), str(args[1]) if len(args) > 1 else None)
            case "sys.stdout.flush":
                return None
        return _computed(name, args)


def _computed(name: str, args: Sequence[Value]) -> Value:
    numbers = [each for each in args if isinstance(each, (int, float))]
    first = args[0] if args else 0
    match name:
        case "int" if isinstance(first, (int, float, str)):
            return int(first)
        case "float" if isinstance(first, (int, float, str)):
            return float(first)
        case "str":
            return str(first)
        case "len" if isinstance(first, (str, range)):
            return len(first)
        case "range" if all(isinstance(each, int) for each in args):
            return range(*[int(each) for each in numbers])
        case "abs" if numbers:
            return abs(numbers[0])
        case "max" | "min" if numbers:
            return max(numbers) if name == "max" else min(numbers)
    raise TypeError(f"{name}() argument must be a string or a real number, not '{type(first).__name__}'")
