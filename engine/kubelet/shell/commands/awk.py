"""awk, the part of it that one-liners use: ``/pattern/ {print $1, $NF}``, conditions, BEGIN and END blocks.

Rules are ``pattern { statements }``; statements are print, printf, next, exit and assignments; expressions know
fields, NR, NF, variables, strings, numbers, + - * / %, comparison, ~, && || !, length(), substr() and more.
Loops, arrays and functions of one's own are refused with a message.
"""

from attrs import define, field

from engine.kubelet.shell.commands.awk_language import Rule, Tokens, commas, parse_rules, statements
from engine.kubelet.shell.commands.awk_values import (
    AwkProblem,
    Value,
    as_number,
    as_text,
    calculate,
    compare,
    sprintf,
    truth,
)  # fmt: skip
from engine.kubelet.shell.commands.coreutils import source_of, unescape
from engine.kubelet.shell.machine import MAX_OUTPUT_BYTES, Call
from engine.kubelet.shell.patterns import PatternProblem, compile_pattern


class _Next(Exception):
    pass


class _Quit(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def awk(call: Call) -> int:
    args, variables = list(call.args), {"FS": " ", "OFS": " ", "ORS": "\n"}
    while args and args[0].startswith("-") and args[0] != "-":
        option = args.pop(0)
        if option.startswith("-F"):
            variables["FS"] = unescape(option[2:] or (args.pop(0) if args else " "))
        elif option == "-v" and args:
            name, _, value = args.pop(0).partition("=")
            variables[name] = unescape(value)
        else:
            return call.fail(f"unrecognized option: {option}")
    if not args:
        return call.fail("usage: awk [-F SEP] [-v VAR=VALUE] PROGRAM [FILE]...")
    try:
        rules = parse_rules(args.pop(0))
        engine = _Engine(call, dict(variables))
        return _run(call, engine, rules, tuple(args))
    except (AwkProblem, PatternProblem) as wrong:
        return call.fail(f"cmd. line:1: {wrong}", 2)


def _run(call: Call, engine: "_Engine", rules: list[Rule], names: tuple[str, ...]) -> int:
    try:
        for rule in rules:
            if rule.pattern == [("name", "BEGIN")]:
                engine.block(rule.body or [])
        if any(rule.pattern != [("name", "BEGIN")] for rule in rules):
            for _, source in source_of(call, names):
                for line in source.rest().splitlines():
                    _line(call, engine, rules, line)
        for rule in rules:
            if rule.pattern == [("name", "END")]:
                engine.block(rule.body or [])
    except _Quit as leaving:
        return leaving.status
    return 0


def _line(call: Call, engine: "_Engine", rules: list[Rule], line: str) -> None:
    engine.set_line(line)
    try:
        for rule in rules:
            call.machine.step()
            if rule.pattern in ([("name", "BEGIN")], [("name", "END")]):
                continue
            if not rule.pattern or truth(engine.evaluate(rule.pattern)):
                if rule.body is None:
                    call.out(engine.line + "\n")
                else:
                    engine.block(rule.body)
    except _Next:
        return


@define
class _Engine:
    call: Call
    variables: dict[str, Value]
    line: str = ""
    fields: list[str] = field(factory=list)
    tokens: Tokens = field(factory=list)
    at: int = 0
    depth: int = 0

    def set_line(self, line: str) -> None:
        separator = as_text(self.variables["FS"])
        self.line = line
        if separator == " ":
            self.fields = line.split()
        elif len(separator) == 1:
            self.fields = line.split(separator) if line else []
        else:
            pattern = compile_pattern(separator, extended=True)
            self.fields = pattern.compiled.split(pattern.within(line)) if line else []
        self.variables["NR"] = as_number(self.variables.get("NR", 0.0)) + 1

    def block(self, body: Tokens) -> None:
        for statement in statements(body):
            self._statement(statement)

    def evaluate(self, tokens: Tokens) -> Value:
        saved = self.tokens, self.at
        self.tokens, self.at = tokens, 0
        value = self._ternary()
        if self.at < len(tokens):
            raise AwkProblem(f"unexpected {tokens[self.at][1]}")
        self.tokens, self.at = saved
        return value

    def _statement(self, tokens: Tokens) -> None:
        head = tokens[0]
        if head == ("name", "print") or head == ("name", "printf"):
            self._print(tokens[1:], formatted=head[1] == "printf")
        elif head == ("name", "next"):
            raise _Next
        elif head == ("name", "exit"):
            raise _Quit(int(as_number(self.evaluate(tokens[1:]))) if tokens[1:] else 0)
        elif head == ("name", "if"):
            self._if(tokens)
        elif head == ("operator", "{"):
            self.block(tokens[1:-1])
        elif head[0] == "name" and head[1] in ("for", "while", "do", "function", "delete", "getline"):
            raise AwkProblem(f"{head[1]} is not known to this awk")
        else:
            self.evaluate(tokens)

    def _if(self, tokens: Tokens) -> None:
        level = 0
        for end, token in enumerate(tokens):
            level += (token[1] == "(" and token[0] == "operator") - (token[1] == ")" and token[0] == "operator")
            if end > 1 and not level:
                break
        if truth(self.evaluate(tokens[2:end])) and tokens[end + 1 :]:
            self._statement(tokens[end + 1 :])

    def _print(self, tokens: Tokens, *, formatted: bool) -> None:
        if len(tokens) > 1 and tokens[0] == ("operator", "(") and tokens[-1] == ("operator", ")"):
            tokens = tokens[1:-1]
        values: list[Value] = [self.evaluate(part) for part in commas(tokens)] if tokens else [self.line]
        if formatted:
            self.call.out(sprintf(values))
            return
        shown = as_text(self.variables["OFS"]).join(as_text(value) for value in values)
        self.call.out(shown + as_text(self.variables["ORS"]))

    def _peek(self) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "operator":
            return self.tokens[self.at][1]
        return ""

    def _ternary(self) -> Value:
        self.depth += 1
        if self.depth > 60:
            raise AwkProblem("nested too deeply")
        value = self._assignment()
        if self._peek() == "?":
            self.at += 1
            first = self._ternary()
            if self._peek() != ":":
                raise AwkProblem("missing :")
            self.at += 1
            second = self._ternary()
            value = first if truth(value) else second
        self.depth -= 1
        return value

    def _assignment(self) -> Value:
        token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        following = self.tokens[self.at + 1][1] if self.at + 1 < len(self.tokens) else ""
        if (
            token[0] == "name"
            and following in ("=", "+=", "-=", "*=", "/=")
            and self.tokens[self.at + 1][0] == "operator"
        ):
            self.at += 2
            value = self._ternary()
            if following != "=":
                value = calculate(following[0], as_number(self.variables.get(token[1], 0.0)), as_number(value))
            self.variables[token[1]] = value
            return value
        return self._or()

    def _or(self) -> Value:
        value = self._and()
        while self._peek() == "||":
            self.at += 1
            right = self._and()
            value = float(truth(value) or truth(right))
        return value

    def _and(self) -> Value:
        value = self._match()
        while self._peek() == "&&":
            self.at += 1
            right = self._match()
            value = float(truth(value) and truth(right))
        return value

    def _match(self) -> Value:
        value = self._comparison()
        while self._peek() in ("~", "!~"):
            wanted = self._peek() == "~"
            self.at += 1
            if self.at < len(self.tokens) and self.tokens[self.at][0] == "regex":
                pattern = self.tokens[self.at][1]
                self.at += 1
            else:
                pattern = as_text(self._comparison())
            hit = compile_pattern(pattern, extended=True).matches(as_text(value))
            value = float(hit == wanted)
        return value

    def _comparison(self) -> Value:
        value = self._concatenation()
        if (operator := self._peek()) in ("==", "!=", "<", "<=", ">", ">="):
            self.at += 1
            return float(compare(operator, value, self._concatenation()))
        return value

    def _concatenation(self) -> Value:
        value = self._sum()
        while self.at < len(self.tokens) and (
            self.tokens[self.at][0] in ("number", "string", "name") or self._peek() == "$"
        ):
            value = as_text(value) + as_text(self._sum())
            if len(value) > MAX_OUTPUT_BYTES:
                raise AwkProblem("string too long")
        return value

    def _sum(self) -> Value:
        value = self._product()
        while (operator := self._peek()) in ("+", "-"):
            self.at += 1
            value = calculate(operator, as_number(value), as_number(self._product()))
        return value

    def _product(self) -> Value:
        value = self._unary()
        while (operator := self._peek()) in ("*", "/", "%"):
            self.at += 1
            value = calculate(operator, as_number(value), as_number(self._unary()))
        return value

    def _unary(self) -> Value:
        operator = self._peek()
        if operator in ("!", "-", "+"):
            self.at += 1
            self.depth += 1
            if self.depth > 60:
                raise AwkProblem("nested too deeply")
            value = self._unary()
            self.depth -= 1
            return (
                float(not truth(value)) if operator == "!" else as_number(value) * (-1 if operator == "-" else 1)
            )
        return self._primary()

    def _primary(self) -> Value:
        if self.at >= len(self.tokens):
            raise AwkProblem("unexpected end of program")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return float(text)
        if kind == "string":
            return unescape(text[1:-1].replace('\\"', '"'))
        if kind == "regex":
            return float(compile_pattern(text, extended=True).matches(self.line))
        if kind == "name":
            return self._function(text) if self._peek() == "(" else self._name(text)
        if text == "$":
            number = int(as_number(self._unary()))
            return self.line if number == 0 else self.fields[number - 1] if 0 < number <= len(self.fields) else ""
        if text == "(":
            value = self._ternary()
            if self._peek() != ")":
                raise AwkProblem("missing )")
            self.at += 1
            return value
        if text in ("++", "--") and self.at < len(self.tokens) and self.tokens[self.at][0] == "name":
            name = self.tokens[self.at][1]
            self.at += 1
            self.variables[name] = as_number(self.variables.get(name, 0.0)) + (1 if text == "++" else -1)
            return self.variables[name]
        raise AwkProblem(f"unexpected {text}")

    def _name(self, name: str) -> Value:
        if name == "NF":
            return float(len(self.fields))
        if name == "length":
            return float(len(self.line))
        value = self.variables.get(name, "")
        if (operator := self._peek()) in ("++", "--"):
            self.at += 1
            self.variables[name] = as_number(value) + (1 if operator == "++" else -1)
        return value

    def _function(self, name: str) -> Value:
        self.at += 1
        arguments: list[Value] = []
        while self._peek() != ")":
            arguments.append(self._ternary())
            if self._peek() == ",":
                self.at += 1
            elif self._peek() != ")":
                raise AwkProblem("missing )")
        self.at += 1
        first = arguments[0] if arguments else self.line
        match name:
            case "length":
                return float(len(as_text(first)))
            case "toupper":
                return as_text(first).upper()
            case "tolower":
                return as_text(first).lower()
            case "int":
                return float(int(as_number(first)))
            case "substr" if len(arguments) > 1:
                start = max(int(as_number(arguments[1])) - 1, 0)
                size = int(as_number(arguments[2])) if len(arguments) > 2 else None
                return as_text(first)[start:][:size]
            case "index" if len(arguments) > 1:
                return float(as_text(first).find(as_text(arguments[1])) + 1)
            case "sprintf":
                return sprintf(arguments)
        raise AwkProblem(f"{name}() is not known to this awk")
