"""``> FILE`` and ``>> FILE`` behind a line of the prompt: what the verb says goes there. Headless a shell does it.

Only that much of a shell: a pipe or another redirection is refused in one line, not taken for an argument.
"""

import shlex

from engine.errors import K9liteError, UsageError
from engine.kinds.frozen import frozen
from k9lite.verb import Run, Save, Say, Step, View


@frozen
class Redirection:
    path: str
    append: bool = False


def split_redirection(line: str) -> tuple[str, Redirection | None]:
    """The line without its redirection. Raises UsageError for what only a shell can do."""
    at = _first_unquoted(line)
    if at is None:
        return line, None
    sign = line[at]
    if sign == "|":
        raise UsageError("a pipe is for a shell: k9lite kubectl ... | ...")
    if sign == "<":
        raise UsageError("input from a file is for a shell: k9lite kubectl ... < FILE, or give the file with -f")
    before, append = line[:at], line.startswith(">>", at)
    descriptor = before[-1:] if before[-2:-1].isspace() and before[-1:] in ("1", "2") else ""
    if descriptor == "2":
        raise UsageError("only what is said goes to a file here, errors are shown: > FILE")
    try:
        words = shlex.split(line[at + 1 + append :])
    except ValueError:
        words = []
    if len(words) != 1:
        raise UsageError(f"{'>>' if append else '>'} is followed by the name of one file")
    return before.removesuffix(descriptor) if descriptor else before, Redirection(words[0], append)


def into_file(run: Run, where: Redirection) -> Run:
    """The same run, with what it says in the file; errors are said as before. Nothing said leaves no file."""
    lines: list[str] = []
    answer: View | None = None
    error: K9liteError | None = None
    while True:
        try:
            step = _advanced(run, answer, error)
        except StopIteration as stop:
            code = int(stop.value)
            break
        error = None
        if isinstance(step, Say) and not step.error:
            lines.append(step.text)
            continue
        try:
            answer = yield step
        except K9liteError as refused:
            error = refused
    if lines or not code:
        text = "".join(f"{line}\n" for line in lines)
        yield Save(where.path, text.encode(), append=where.append)
        yield Say(f"{len(lines)} {'line' if len(lines) == 1 else 'lines'} written to {where.path}")
    return code


def _advanced(run: Run, answer: View | None, error: K9liteError | None) -> Step:
    """A line that was taken in is answered with the View before it."""
    if error is not None:
        return run.throw(error)
    return next(run) if answer is None else run.send(answer)


def _first_unquoted(line: str) -> int | None:
    """Where the first ``>``, ``<`` or ``|`` stands that no quote or backslash takes its meaning from."""
    quote, at = "", 0
    while at < len(line):
        char = line[at]
        if char == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "<>|":
            return at
        at += 1
    return None
