"""echo, printf, date, sleep, seq and their like: what only prints, counts or waits."""

import posixpath
import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.bulk import ENDLESS, MOST_BYTES, bulk
from engine.kubelet.shell import interpreter
from engine.kubelet.shell.control import Exit
from engine.kubelet.shell.machine import Call, Exhausted, Input, Program
from engine.kubelet.shell.options import options
from engine.network.dates import formatted

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "e": "\x1b"}
_ESCAPE = re.compile(r"\\(0[0-7]{1,3}|[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)")
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([smhd]?)")
_UNIT_MS = {"": 1000, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPEC = re.compile(r"%(%|([-+ 0#]*)(\d*)(?:\.(\d+))?([diouxXsfcbeq]))")
FOREVER_MS = 1 << 50


def echo(call: Call) -> int:
    args = list(call.args)
    newline, escapes = True, False
    while args and re.fullmatch(r"-[neE]+", args[0]):
        letters = args.pop(0)[1:]
        newline = newline and "n" not in letters
        escapes = letters.rfind("e") > letters.rfind("E") or (escapes and "E" not in letters)
    text = " ".join(args)
    if escapes:
        text, stop, _ = unescape(text).partition("\0stop")
        newline = newline and not stop
    call.out(text + ("\n" if newline else ""))
    return 0


def unescape(text: str) -> str:
    r"""Backslash escapes; ``\c`` becomes a mark behind which nothing is printed."""

    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] in "01234567":
            return chr(int(code, 8) & 255)
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        return "\0stop" if code == "c" else _ESCAPES.get(code, "\\" + code)

    return _ESCAPE.sub(one, text)


def printf(call: Call) -> int:
    if not call.args:
        return call.fail("usage: printf FORMAT [ARG]...")
    template, values = unescape(call.args[0]), list(call.args[1:])
    while True:
        left = len(values)
        call.out(_SPEC.sub(lambda match: _formatted(match, values), template))
        if not values or len(values) == left:
            return 0
        call.machine.step()


def _formatted(match: re.Match[str], values: list[str]) -> str:
    if match.group(1) == "%":
        return "%"
    value = values.pop(0) if values else ""
    _, flags, width, precision, kind = match.groups()
    pad = f"%{flags}{min(int(width or 0), 500) or ''}"
    if kind in "di":
        return (pad + "d") % _integer(value)
    if kind in "ouxX":
        return (pad + kind.replace("u", "d")) % _integer(value)
    if kind in "fe":
        return (pad + f".{min(int(precision or 6), 50)}{kind}") % _float(value)
    if kind == "c":
        value = value[:1]
    if kind == "b":
        value = unescape(value)
    return (pad + "s") % (value[: int(precision)] if precision else value)


def _integer(text: str) -> int:
    try:
        return int(text.strip() or "0", 0)
    except ValueError:
        match = re.match(r"\s*-?\d+", text)
        return int(match.group()) if match else 0


def _float(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def date(call: Call) -> int:
    given = options(call, "u R I", "d D s r f")
    moment = call.machine.now
    if given.value("d date").startswith("@"):
        moment = _integer(given.value("d date")[1:])
    form = next((word[1:] for word in given.rest if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    if "R" in given:
        form = "%a, %d %b %Y %H:%M:%S +0000"
    if "I iso-8601" in given:
        form = "%Y-%m-%dT%H:%M:%S+00:00" if given.value("iso-8601") else "%Y-%m-%d"
    form = form.replace("%N", f"{call.machine.time_ms % 1000:03}000000")
    call.out(formatted(moment, form) + "\n")
    return 0


def sleep(call: Call) -> int:
    if not call.args:
        return call.fail("missing operand")
    total = 0
    for word in call.args:
        milliseconds = duration_ms(word)
        if milliseconds is None:
            return call.fail(f"invalid number '{word}'")
        total += milliseconds
    call.machine.time_ms += total
    if total >= FOREVER_MS:
        raise Exhausted
    return 0


def duration_ms(word: str) -> int | None:
    """``5``, ``0.5``, ``2m``, ``infinity`` in milliseconds; None if it is no duration."""
    if word in ("infinity", "inf"):
        return FOREVER_MS
    match = _DURATION.fullmatch(word)
    return None if match is None else min(int(float(match.group(1)) * _UNIT_MS[match.group(2)]), FOREVER_MS)


def seq(call: Call) -> int:
    given = options(call, "w", "s") if not any(re.match(r"-\d", arg) for arg in call.args) else None
    words = given.rest if given else call.args
    try:
        numbers = [int(word) for word in words]
    except ValueError:
        return call.fail(f"invalid number '{words[0]}'")
    if not 1 <= len(numbers) <= 3:
        return call.fail("usage: seq [-w] [-s SEP] [FIRST [INC]] LAST")
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    if step == 0:
        return call.fail("invalid increment 0")
    last = numbers[-1] + (1 if step > 0 else -1)
    separator = given.value("s", "\n") if given else "\n"
    values = list(map(str, range(first, last, step)[:100_000]))
    if given and "w" in given:
        width = max(map(len, values), default=0)
        values = [value.zfill(width) for value in values]
    call.out(separator.join(values) + "\n" if values else "")
    return 0


def basename(call: Call) -> int:
    if not call.args:
        return call.fail("missing operand")
    name = posixpath.basename(call.args[0].rstrip("/")) or "/"
    suffix = call.args[1] if len(call.args) > 1 else ""
    call.out((name.removesuffix(suffix) if name != suffix else name) + "\n")
    return 0


def dirname(call: Call) -> int:
    for arg in call.args:
        call.out((posixpath.dirname(arg.rstrip("/")) or ("/" if arg.startswith("/") else ".")) + "\n")
    return 0 if call.args else call.fail("missing operand")


def yes(call: Call) -> int:
    line = (" ".join(call.args) or "y") + "\n"
    for _ in range(10_000):
        call.out(line)
    raise Exhausted


def expr(call: Call) -> int:
    words = call.args
    if len(words) == 3 and words[1] in ("+", "-", "*", "/", "%"):
        left, right = _integer(words[0]), _integer(words[2])
        if words[1] in "/%" and right == 0:
            return call.fail("division by zero", 2)
        value = {"+": left + right, "-": left - right, "*": left * right}.get(words[1])
        if value is None:
            value = left // right if words[1] == "/" else left % right
        call.out(f"{value}\n")
        return 0 if value else 1
    if len(words) == 3 and words[1] in ("=", "!=", "<", ">", "<=", ">="):
        equal = words[0] == words[2]
        less = _integer(words[0]) < _integer(words[2])
        true = {"=": equal, "!=": not equal, "<": less, ">": not (less or equal),
                "<=": less or equal, ">=": not less}[words[1]]  # fmt: skip
        call.out(f"{int(true)}\n")
        return 0 if true else 1
    if len(words) == 2 and words[0] == "length":
        call.out(f"{len(words[1])}\n")
        return 0 if words[1] else 1
    if len(words) == 1:
        call.out(f"{words[0]}\n")
        return 0
    return call.fail("syntax error", 2)


def sh(call: Call) -> int:
    """A shell in the shell: ``-c script [name args]``, a script file, or a script from a pipe."""
    args = list(call.args)
    switches: dict[str, bool] = {}
    script: str | None = None
    while args and re.fullmatch(r"[-+][a-zA-Z]+", args[0]):
        letters = args.pop(0)[1:]
        for letter, name in (("e", "errexit"), ("x", "xtrace"), ("u", "nounset")):
            switches.update({name: True} if letter in letters else {})
        if letters.endswith("o") and args:
            switches[args.pop(0)] = True
        if "c" in letters:
            if not args:
                return call.fail("option requires an argument -- c", 2)
            script = args.pop(0)
            break
    inner = call.shell.fork()
    inner.variables, inner.functions, inner.options = inner.environment(), {}, switches
    inner.pid, inner.name, inner.status = call.machine.pid(), call.argv[0], 0
    if script is None and args:
        path = call.shell.path(args[0])
        if not call.machine.files.is_file(path):
            return call.fail(f"can't open '{args[0]}': No such file or directory", 2)
        script = call.machine.files.read(path)
    elif script is None:
        script = call.stdin.rest()
    inner.name, inner.arguments = args[0] if args else call.argv[0], tuple(args[1:])
    try:
        return interpreter.run_text(script, inner, call.streams)
    except Exit as leaving:
        return leaving.status


def xargs(call: Call) -> int:
    given = options(call, "r t 0", "n I P d", stop=True)
    words = call.stdin.rest().split("\0" if "0" in given else None)
    base = given.rest or ("echo",)
    replaced, size = given.value("I"), given.number("n", 0)
    if replaced:
        groups = [tuple(part.replace(replaced, word) for part in base) for word in words]
    else:
        size = size or max(1, len(words))
        groups = [(*base, *words[at : at + size]) for at in range(0, len(words), size)] or [base]
    if not words and "r" in given:
        return 0
    results = [interpreter.start(argv, call.shell, call.streams) for argv in groups]
    return 123 if any(results) else 0


def timeout(call: Call) -> int:
    """Runs a command; what it did stands, but the clock stops at the limit."""
    given = options(call, "f v", "s k t", stop=True)
    limit = duration_ms(given.rest[0]) if given.rest else None
    if limit is None or len(given.rest) < 2:
        return call.fail("usage: timeout [-s SIG] SECS PROG ARGS")
    machine = call.machine
    outer, machine.limit_ms = machine.limit_ms, min(machine.limit_ms, machine.time_ms + limit)
    inner = machine.limit_ms
    status = 0
    try:
        status = interpreter.start(given.rest[1:], call.shell, call.streams)
    except Exhausted:
        if machine.steps < 0 or machine.output_bytes < 0 or inner == outer:
            raise
        status = 143
    finally:
        machine.limit_ms = outer
    if machine.time_ms > inner:
        machine.time_ms = inner
        status = 143
    return status


def timed(call: Call) -> int:
    start = call.machine.time_ms
    status = interpreter.start(call.args, call.shell, call.streams) if call.args else 0
    elapsed = call.machine.time_ms - start
    real = f"{elapsed // 60_000}m {elapsed % 60_000 / 1000:.2f}s"
    call.err(f"real\t{real}\nuser\t0m 0.00s\nsys\t0m 0.00s\n")
    return status


def prefixed(call: Call) -> int:
    """nohup, stdbuf, nice: runs the rest."""
    rest = [arg for arg in call.args if not arg.startswith("-")]
    return interpreter.start(tuple(rest), call.shell, call.streams) if rest else 0


def tee(call: Call) -> int:
    given = options(call, "a i")
    text = call.stdin.rest()
    for name in given.rest:
        path = call.shell.path(name)
        if path != "/dev/null":
            call.machine.files.write(path, text, call.machine.now, append="a" in given)
    call.out(text)
    return 0


def source_of(call: Call, names: tuple[str, ...]) -> list[tuple[str, Input]]:
    """The inputs a filter reads: stdin for none or ``-``; a file that cannot be read is reported and left out."""
    found: list[tuple[str, Input]] = []
    for name in names or ("-",):
        if name == "-":
            found.append((name, call.stdin))
            continue
        path = call.shell.path(name)
        if path in ENDLESS:
            found.append((name, Input(bulk(MOST_BYTES))))
        elif call.machine.files.is_file(path):
            found.append((name, Input(call.machine.files.read(path))))
        elif path == "/dev/null":
            found.append((name, Input()))
        else:
            why = "Is a directory" if call.machine.files.is_dir(path) else "No such file or directory"
            call.fail(f"can't open '{name}': {why}" if why[0] == "N" else f"read error: {why}")
    return found


def okay(_call: Call) -> int:
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        "echo": echo, "printf": printf, "date": date, "sleep": sleep, "seq": seq, "basename": basename,
        "dirname": dirname, "yes": yes, "expr": expr, "sh": sh, "ash": sh, "bash": sh, "dash": sh, "zsh": sh,
        "xargs": xargs, "timeout": timeout, "time": timed, "nohup": prefixed, "stdbuf": prefixed,
        "nice": prefixed, "tee": tee, "clear": okay, "sync": okay, "reset": okay,
        "true": okay, "false": lambda _call: 1,
    }
)  # fmt: skip
