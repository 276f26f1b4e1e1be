"""grep, head, tail, wc, sort, uniq, cut, tr and their like: text in, text out."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.bulk import amount, bulk, is_bulk, size_of
from engine.kubelet.shell.commands.awk import awk
from engine.kubelet.shell.commands.coreutils import source_of, unescape
from engine.kubelet.shell.commands.sed import sed
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import Options, UsageProblem, options
from engine.kubelet.shell.patterns import Pattern, PatternProblem, compile_pattern

_CLASSES = {
    "[:upper:]": "A-Z", "[:lower:]": "a-z", "[:digit:]": "0-9", "[:alpha:]": "A-Za-z", "[:alnum:]": "A-Za-z0-9",
    "[:space:]": " \t\n\r\v\f", "[:blank:]": " \t", "[:punct:]": "!-/:-@[-`{-~",
}  # fmt: skip


def grep(call: Call) -> int:
    given = options(call, "i v c n q l L o E F r R w x s h H a", "e m A B C f")
    rest = list(given.rest)
    if "e" in given:
        pattern = given.value("e")
    elif rest:
        pattern = rest.pop(0)
    else:
        return call.fail("usage: grep [-ivcnqlowxEFr] PATTERN [FILE]...", 2)
    name = call.argv[0].rpartition("/")[2]
    try:
        wanted = [
            _grep_pattern(
                line, given, extended="E" in given or name == "egrep", fixed="F" in given or name == "fgrep"
            )
            for line in pattern.split("\n")
        ]
    except PatternProblem as problem:
        return call.fail(str(problem), 2)
    names = tuple(_inside(call, rest)) if "r R recursive" in given else tuple(rest)
    sources = source_of(call, names)
    many = (len(names) > 1 or "H" in given or "r R recursive" in given) and "h" not in given
    matched = False
    if "o" in given:
        for each in wanted:
            try:
                each.within("")
            except PatternProblem as problem:
                return call.fail(str(problem), 2)
    for source_name, source in sources:
        matched = (
            _grep_one(call, given, wanted, f"{source_name}:" if many else "", source_name, source.rest())
            or matched
        )
        if matched and "q quiet silent" in given:
            return 0
    return 2 if len(sources) < len(names) and not matched else int(not matched)


def _grep_pattern(text: str, given: Options, *, extended: bool, fixed: bool) -> Pattern:
    around = "word" if "w" in given else "line" if "x" in given else ""
    return compile_pattern(
        text, extended=extended, fixed=fixed, ignore_case="i ignore-case" in given, around=around
    )


def _grep_one(call: Call, given: Options, wanted: list[Pattern], label: str, name: str, text: str) -> bool:
    lines = text.splitlines()
    hits = [
        at for at, line in enumerate(lines)
        if any(pattern.matches(line) for pattern in wanted) != ("v invert-match" in given)
    ]  # fmt: skip
    hits = hits[: given.number("m max-count", len(lines))]
    if "q quiet silent" in given:
        return bool(hits)
    if "c count" in given:
        call.out(f"{label}{len(hits)}\n")
    elif "l" in given:
        call.out(f"{name}\n" if hits else "")
    elif "o" in given:
        for at in hits:
            call.out(
                "".join(
                    f"{label}{hit.group()}\n"
                    for each in wanted
                    for hit in each.compiled.finditer(each.within(lines[at]))
                    if hit[0]
                )
            )
    else:
        _grep_lines(call, given, label, lines, hits)
    return bool(hits)


def _grep_lines(call: Call, given: Options, label: str, lines: list[str], hits: list[int]) -> None:
    after, before = given.number("A C", 0), given.number("B C", 0)
    shown: dict[int, bool] = {}
    for hit in hits:
        for at in range(max(0, hit - before), min(len(lines), hit + after + 1)):
            shown[at] = shown.get(at, False) or at == hit
    previous: int | None = None
    for at in sorted(shown):
        if previous is not None and at > previous + 1 and (after or before):
            call.out("--\n")
        previous = at
        mark = ":" if shown[at] else "-"
        call.out(label + (f"{at + 1}{mark}" if "n" in given else "") + lines[at] + "\n")


def _inside(call: Call, names: list[str]) -> list[str]:
    files = call.machine.files
    found: list[str] = []
    for name in names or ["."]:
        top = call.shell.path(name)
        found += (
            [name + path[len(top) :] for path in files.walk(top) if files.is_file(path)]
            if files.exists(top)
            else [name]
        )
    return found


def head(call: Call) -> int:
    return _ends(call, last=False)


def tail(call: Call) -> int:
    return _ends(call, last=True)


def _ends(call: Call, *, last: bool) -> int:
    args = [
        f"-n{arg[1:]}" if re.fullmatch(r"-\d+", arg) and before not in ("-n", "-c") else arg
        for before, arg in zip(call.argv, call.args, strict=False)
    ]
    given = options(Call(shell=call.shell, argv=(call.argv[0], *args), streams=call.streams), "q f F v", "n c s")
    sources = source_of(call, given.rest)
    for index, (name, source) in enumerate(sources):
        if len(given.rest) > 1 and "q" not in given:
            call.out(("\n" if index else "") + f"==> {name} <==\n")
        text = source.rest()
        if "c bytes" in given:
            call.out(_bytes(text, given.value("c bytes"), last))
        else:
            call.out(_part(text.splitlines(keepends=True), given.value("n lines", "10"), last))
    if last and "f F" in given and (len(sources) == len(given.rest) or "F" in given):
        call.machine.follows = tuple(call.shell.path(name) for name in given.rest)
        call.machine.time_ms = call.machine.limit_ms + 1
        call.machine.step()
    return 0 if len(sources) == max(1, len(given.rest)) else 1


def _bytes(text: str, count: str, last: bool) -> str:
    wanted = amount(count)
    if not is_bulk(text) or wanted is None:
        return _part(list(text), count if wanted is None else str(wanted), last)
    return bulk(min(wanted, size_of(text)))


def _part(pieces: list[str], count: str, last: bool) -> str:
    if not re.fullmatch(r"[-+]?\d+", count):
        raise UsageProblem(f"invalid number '{count}'")
    number = int(count.lstrip("+-"))
    if last:
        chosen = (
            pieces[number - 1 if number else 0 :]
            if count[0] == "+"
            else pieces[len(pieces) - number :]
            if number < len(pieces)
            else pieces
        )
        return "".join(chosen if number or count[0] == "+" else [])
    return "".join(pieces[:-number] if count[0] == "-" and number else pieces[:number])


def wc(call: Call) -> int:
    given = options(call, "l w c m L")
    chosen = [letter for letter in "lwc" if letter in given.flags or (letter == "c" and "m" in given)] or list(
        "lwc"
    )
    total = dict.fromkeys("lwc", 0)
    sources = source_of(call, given.rest)
    for name, source in sources:
        text = source.rest()
        counts = {"l": text.count("\n"), "w": len(text.split()), "c": size_of(text)}
        total = {letter: total[letter] + counts[letter] for letter in counts}
        call.out(_count_line(counts, chosen, name if given.rest else ""))
    if len(given.rest) > 1:
        call.out(_count_line(total, chosen, "total"))
    return 0 if len(sources) == max(1, len(given.rest)) else 1


def _count_line(counts: Mapping[str, int], chosen: list[str], name: str) -> str:
    numbers = [str(counts[letter]) for letter in chosen]
    shown = numbers[0] if len(numbers) == 1 else " ".join(f"{number:>9}" for number in numbers)
    return f"{shown} {name}\n" if name else f"{shown}\n"


def sort(call: Call) -> int:
    given = options(call, "n r u f h b s V g", "k t o")
    lines = [line for _, source in source_of(call, given.rest) for line in source.rest().splitlines()]
    field, separator = given.value("k"), given.value("t") or None
    first = re.match(r"\d+", field)
    numeric = "n g h" in given or (first is not None and "n" in field)

    def key(line: str) -> tuple[float, str]:
        text = line
        if first is not None:
            parts = line.split(separator)
            text = (separator or " ").join(parts[int(first.group()) - 1 :])
        number = re.match(r"\s*-?\d+(\.\d+)?", text) if numeric else None
        return (float(number.group()) if number else 0.0, text.lower() if "f" in given else text)

    lines.sort(key=key, reverse="r" in given or (first is not None and "r" in field))
    if "u" in given:
        lines = list(dict.fromkeys(lines))
    call.out("".join(f"{line}\n" for line in lines))
    return 0


def uniq(call: Call) -> int:
    given = options(call, "c d u i", "f s w")
    runs: list[tuple[str, int]] = []
    for _, source in source_of(call, given.rest[:1]):
        for line in source.rest().splitlines():
            same = runs and (runs[-1][0].lower() == line.lower() if "i" in given else runs[-1][0] == line)
            runs[-1:] = [(runs[-1][0], runs[-1][1] + 1)] if same else [*runs[-1:], (line, 1)]
    for line, count in runs:
        if not (("d" in given and count == 1) or ("u" in given and count > 1)):
            call.out(f"{count:7} {line}\n" if "c" in given else f"{line}\n")
    return 0


def cut(call: Call) -> int:
    given = options(call, "s n", "d f c b")
    spans = _spans(given.value("f c b"))
    if not spans:
        return call.fail("expected a list of bytes, characters, or fields")
    by_field, delimiter = "f" in given, given.value("d", "\t")
    for _, source in source_of(call, given.rest):
        for line in source.rest().splitlines():
            if by_field and delimiter not in line:
                call.out("" if "s" in given else f"{line}\n")
                continue
            parts = line.split(delimiter) if by_field else list(line)
            chosen = [part for at, part in enumerate(parts, 1) if any(low <= at <= high for low, high in spans)]
            call.out((delimiter if by_field else "").join(chosen) + "\n")
    return 0


def _spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for piece in text.split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", piece)
        if match is None or not piece.strip("-"):
            raise (
                UsageProblem(f"invalid byte, character or field list: {text}")
                if text
                else UsageProblem("missing list")
            )
        low = int(match.group(1) or 1)
        spans.append((low, int(match.group(3) or 1 << 30) if match.group(2) else low))
    return spans


def tr(call: Call) -> int:
    given = options(call, "d s c C")
    if not given.rest:
        return call.fail("missing operand")
    first = _characters(given.rest[0])
    second = _characters(given.rest[1]) if len(given.rest) > 1 else ""
    text = call.stdin.rest()
    chosen = set(first)
    if "c C" in given:
        chosen = {char for char in set(text) if char not in chosen}
        table = {char: second[-1:] or char for char in chosen}
    else:
        table = {char: second[min(at, len(second) - 1)] for at, char in enumerate(first)} if second else {}
    if "d" in given:
        text = "".join(char for char in text if char not in chosen)
    else:
        text = "".join(table.get(char, char) for char in text)
    if "s" in given:
        squeezed = set(second or first)
        text = re.sub(r"(.)\1+", lambda hit: hit[1] if hit[1] in squeezed else hit[0], text, flags=re.DOTALL)
    call.out(text)
    return 0


def _characters(text: str) -> str:
    for name, chars in _CLASSES.items():
        text = text.replace(name, chars)
    text = unescape(text)

    def span(hit: re.Match[str]) -> str:
        return "".join(map(chr, range(ord(hit[1]), min(ord(hit[2]), ord(hit[1]) + 255) + 1)))

    return re.sub(r"(.)-(.)", span, text, flags=re.DOTALL)


def tac(call: Call) -> int:
    sources = source_of(call, call.args)
    for _, source in sources:
        call.out("".join(f"{line}\n" for line in source.rest().splitlines()[::-1]))
    return int(len(sources) < len(call.args))


def rev(call: Call) -> int:
    sources = source_of(call, call.args)
    for _, source in sources:
        call.out("".join(f"{line[::-1]}\n" for line in source.rest().splitlines()))
    return int(len(sources) < len(call.args))


def nl(call: Call) -> int:
    sources = source_of(call, call.args)
    for _, source in sources:
        for at, line in enumerate(source.rest().splitlines(), 1):
            call.out(f"{at:6}\t{line}\n")
    return int(len(sources) < len(call.args))


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        "grep": grep, "egrep": grep, "fgrep": grep, "head": head, "tail": tail, "wc": wc, "sort": sort,
        "uniq": uniq, "cut": cut, "tr": tr, "tac": tac, "rev": rev, "nl": nl, "sed": sed, "awk": awk, "gawk": awk,
    }
)  # fmt: skip
