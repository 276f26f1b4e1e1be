"""``test``, ``[`` and ``[[``: files, strings, integers; ``!``, ``-a``, ``-o`` and brackets. Follows POSIX test."""

import fnmatch

from engine.kubelet.shell.machine import Call

_UNARY = ("-n", "-z", "-e", "-f", "-d", "-r", "-w", "-x", "-s", "-L", "-h", "-t", "-p", "-S")
_INTEGER = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge")
_BINARY = ("=", "==", "!=", "<", ">", "=~", "-nt", "-ot", "-ef", *_INTEGER)


class _Wrong(Exception):
    pass


def test(call: Call) -> int:
    words = list(call.args)
    closing = {"[": "]", "[[": "]]"}.get(call.argv[0])
    try:
        if closing is not None:
            if not words or words[-1] != closing:
                raise _Wrong(f"missing {closing}")
            words.pop()
        if not words:
            return 1
        value = _either(call, words)
        if words:
            raise _Wrong(f"{words[0]}: unknown operand")
        return 0 if value else 1
    except _Wrong as wrong:
        call.err(f"sh: {wrong}\n")
        return 2


def _either(call: Call, words: list[str]) -> bool:
    value = _both(call, words)
    while words and words[0] in ("-o", "||"):
        words.pop(0)
        value = _both(call, words) or value
    return value


def _both(call: Call, words: list[str]) -> bool:
    value = _one(call, words)
    while words and words[0] in ("-a", "&&"):
        words.pop(0)
        value = _one(call, words) and value
    return value


def _one(call: Call, words: list[str]) -> bool:
    if not words:
        raise _Wrong("argument expected")
    negated = False
    while len(words) > 1 and words[0] == "!":
        words.pop(0)
        negated = not negated
    return _primary(call, words) != negated


def _primary(call: Call, words: list[str]) -> bool:
    if len(words) >= 3 and words[1] in _BINARY:
        left, operator, right = words[:3]
        del words[:3]
        return _compare(left, operator, right)
    if words[0] == "(" and ")" in words:
        words.pop(0)
        value = _either(call, words)
        if not words or words.pop(0) != ")":
            raise _Wrong("closing paren expected")
        return value
    if len(words) >= 2 and words[0] in _UNARY:
        operator, operand = words[:2]
        del words[:2]
        return _unary(call, operator, operand)
    word = words.pop(0)
    if words and words[0] not in ("-a", "-o", "&&", "||", ")"):
        raise _Wrong(f"{words[0]}: unknown operand")
    return word != ""


def _compare(left: str, operator: str, right: str) -> bool:
    if operator in _INTEGER:
        a, b = _integer(left), _integer(right)
        return {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b}[operator]
    if operator in ("=", "=="):
        return left == right or (operator == "==" and fnmatch.fnmatchcase(left, right))
    return {"!=": left != right, "<": left < right, ">": left > right, "=~": right in left}.get(operator, False)


def _integer(text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise _Wrong(f"{text}: bad number") from None


def _unary(call: Call, operator: str, operand: str) -> bool:
    if operator in ("-n", "-z"):
        return (operand != "") == (operator == "-n")
    if operator in ("-t", "-L", "-h", "-p", "-S"):
        return False
    files, path = call.machine.files, call.shell.path(operand)
    if operator == "-d":
        return files.is_dir(path)
    if operator == "-f":
        return files.is_file(path)
    if operator == "-s":
        return files.is_dir(path) or (files.is_file(path) and files.read(path) != "")
    if operator == "-w":
        return files.exists(path) and not files.is_read_only(path)
    return files.exists(path)
