"""sed: s///, d, p, q, a, i, c, =, y with line, $ and /pattern/ addresses and ranges; -n, -i, -e, -E."""

import re

from attrs import define

from engine.kinds.frozen import frozen
from engine.kubelet.shell.commands.coreutils import source_of
from engine.kubelet.shell.machine import MAX_OUTPUT_BYTES, Call, Exhausted
from engine.kubelet.shell.patterns import Pattern, PatternProblem, compile_pattern

Address = int | str | Pattern


class _Wrong(Exception):
    pass


@frozen(kw_only=True)
class _Command:
    verb: str
    first: Address | None = None
    last: Address | None = None
    negated: bool = False
    pattern: Pattern | None = None
    text: str = ""
    flags: str = ""


@define
class _Range:
    inside: bool = False


def sed(call: Call) -> int:
    scripts: list[str] = []
    names: list[str] = []
    quiet, in_place, extended = False, False, False
    args = list(call.args)
    while args:
        arg = args.pop(0)
        if arg in ("-e", "--expression") and args:
            scripts.append(args.pop(0))
        elif arg.startswith("-i") or arg == "--in-place":
            in_place = True
        elif re.fullmatch(r"-[nErsz]+", arg):
            quiet, extended = quiet or "n" in arg, extended or "E" in arg or "r" in arg
        elif scripts or names:
            names.append(arg)
        else:
            scripts.append(arg)
    if not scripts:
        return call.fail("usage: sed [-i] [-nE] CMD [FILE]...")
    try:
        commands = [command for script in scripts for command in _commands(script, extended)]
    except (_Wrong, PatternProblem) as wrong:
        return call.fail(str(wrong))
    sources = source_of(call, tuple(names))
    for name, source in sources:
        text = _edit(call, commands, source.rest(), quiet)
        if in_place and name != "-":
            call.machine.files.write(call.shell.path(name), text, call.machine.now)
        else:
            call.out(text)
    return 0 if len(sources) == max(1, len(names)) else 1


def _commands(script: str, extended: bool) -> list[_Command]:
    found: list[_Command] = []
    rest = script
    while rest := rest.lstrip(" \t\n;"):
        if rest.startswith(("#", "}")):
            rest = rest.partition("\n")[2] if rest[0] == "#" else rest[1:]
            continue
        first, rest = _address(rest, extended)
        last: Address | None = None
        if rest.startswith(","):
            last, rest = _address(rest[1:].lstrip(), extended)
        negated = rest.startswith("!")
        rest = rest.lstrip("! ")
        command, rest = _verb(rest, extended)
        found.append(_Command(verb=command.verb, first=first, last=last, negated=negated, pattern=command.pattern,
                              text=command.text, flags=command.flags))  # fmt: skip
    return found


def _address(text: str, extended: bool) -> tuple[Address | None, str]:
    digits = re.match(r"\d+", text)
    if digits is not None:
        return int(digits.group()), text[digits.end() :].lstrip()
    if text.startswith("$"):
        return "$", text[1:].lstrip()
    if text.startswith("/"):
        pattern, rest = _until(text[1:], "/")
        return compile_pattern(pattern, extended=extended), rest.lstrip()
    return None, text


def _verb(text: str, extended: bool) -> tuple[_Command, str]:
    verb, rest = text[:1], text[1:]
    if verb in ("s", "y"):
        mark = rest[:1]
        if not mark:
            raise _Wrong(f"unterminated `{verb}' command")
        left, rest = _until(rest[1:], mark)
        right, rest = _until(rest, mark)
        flags = re.match(r"[gpiI0-9]*", rest)
        assert flags is not None
        rest = rest[flags.end() :]
        if rest.lstrip(" \t") and rest.lstrip(" \t")[0] not in ";\n}":
            raise _Wrong("unknown option to `s'")
        if verb == "y":
            return _Command(verb="y", text=right, flags=left), rest
        ignore_case = "i" in flags.group().lower()
        pattern = compile_pattern(left, extended=extended, ignore_case=ignore_case)
        pattern.within("")
        return _Command(verb="s", pattern=pattern, text=right, flags=flags.group()), rest
    if verb in ("a", "i", "c"):
        line, _, rest = rest.partition("\n")
        return _Command(verb=verb, text=line.lstrip(" \\").lstrip()), rest
    if verb and verb in "dpq={":
        return _Command(verb=verb), rest
    raise _Wrong(f"unsupported command {verb}" if verb else "missing command")


def _until(text: str, mark: str) -> tuple[str, str]:
    out: list[str] = []
    at = 0
    while at < len(text) and text[at] != mark:
        if text[at] == "\\" and text[at + 1 : at + 2] == mark:
            at += 1
        elif text[at] == "\\":
            out.append(text[at])
            at += 1
        out.append(text[at : at + 1])
        at += 1
    if at >= len(text):
        raise _Wrong("unterminated `s' command" if mark != "/" else "unmatched '/'")
    return "".join(out), text[at + 1 :]


def _edit(call: Call, commands: list[_Command], text: str, quiet: bool) -> str:
    lines = text.splitlines()
    ranges = [_Range() for _ in commands]
    out: list[str] = []
    for number, line in enumerate(lines, 1):
        call.machine.step()
        kept: str | None = line
        behind: list[str] = []
        quitting = False
        for command, inside in zip(commands, ranges, strict=True):
            if kept is None or quitting:
                break
            if not _applies(command, inside, number, kept, number == len(lines)):
                continue
            kept, quitting = _apply(command, kept, number, out, behind)
        if kept is not None and not quiet:
            out.append(kept)
        out += behind
        if quitting:
            break
    ends = text.endswith("\n") or not text
    return "\n".join(out) + ("\n" if out and ends else "")


def _apply(
    command: _Command, line: str, number: int, out: list[str], behind: list[str]
) -> tuple[str | None, bool]:
    match command.verb:
        case "s":
            assert command.pattern is not None
            changed, count = _substitute(command, command.pattern, line)
            if count and "p" in command.flags:
                out.append(changed)
            return changed, False
        case "y":
            return line.translate({ord(a): b for a, b in zip(command.flags, command.text, strict=False)}), False
        case "d":
            return None, False
        case "p":
            out.append(line)
        case "=":
            out.append(str(number))
        case "i":
            out.append(command.text)
        case "a":
            behind.append(command.text)
        case "c":
            behind.append(command.text)
            return None, False
        case "q":
            return line, True
    return line, False


def _substitute(command: _Command, pattern: Pattern, line: str) -> tuple[str, int]:
    size = 0

    def replacement(hit: re.Match[str]) -> str:
        nonlocal size
        size += len(command.text) + len(hit.group())
        if size > MAX_OUTPUT_BYTES:
            raise Exhausted
        return expanded(hit)

    def expanded(hit: re.Match[str]) -> str:
        def one(escape: re.Match[str]) -> str:
            code = escape.group()
            if code == "&":
                return hit.group()
            if code[1].isdigit():
                return (hit.group(int(code[1])) or "") if int(code[1]) <= (pattern.compiled.groups or 0) else ""
            return {"n": "\n", "t": "\t"}.get(code[1], code[1])

        return re.sub(r"\\.|&", one, command.text)

    if not pattern.matches(line):
        return line, 0
    part = pattern.within(line)
    changed, count = pattern.compiled.subn(replacement, part, 0 if "g" in command.flags else 1)
    return changed + line[len(part) :], count


def _applies(command: _Command, inside: _Range, number: int, line: str, is_last: bool) -> bool:
    if command.first is None:
        return not command.negated
    if command.last is None:
        return _at(command.first, number, line, is_last) != command.negated
    if inside.inside:
        inside.inside = not _reached(command.last, number, line, is_last)
        return not command.negated
    if _at(command.first, number, line, is_last):
        inside.inside = not (isinstance(command.last, int) and command.last <= number)
        return not command.negated
    return command.negated


def _reached(address: Address, number: int, line: str, is_last: bool) -> bool:
    return number >= address if isinstance(address, int) else _at(address, number, line, is_last)


def _at(address: Address, number: int, line: str, is_last: bool) -> bool:
    if isinstance(address, int):
        return number == address
    return is_last if isinstance(address, str) else address.matches(line)
