"""Runs a Script in a Shell, in virtual time: ``run_text("echo hi | wc -c", shell, streams) -> exit status``.

Follows POSIX sh as busybox's ash does it; differs in that the stages of a pipeline run one after the other, each
with all of its input, and that a job in the background runs ahead of the line that started it. Never raises
for what a script says: syntax errors and unknown commands are text on stderr and a status (2, 127).
"""

from attrs import evolve

from engine.kubelet.files import FileProblem
from engine.kubelet.shell import expansion
from engine.kubelet.shell.control import BreakLoop, ContinueLoop, Exit, Return
from engine.kubelet.shell.expansion import ExpansionProblem
from engine.kubelet.shell.machine import (
    MAX_DEPTH,
    Call,
    Capture,
    Exhausted,
    Input,
    Process,
    ReaderGone,
    Shell,
    Streams,
)  # fmt: skip
from engine.kubelet.shell.parser import parse
from engine.kubelet.shell.redirection import complain, redirect
from engine.kubelet.shell.syntax import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Redirected,
    Script,
    Simple,
    SyntaxProblem,
    While,
)  # fmt: skip

NOT_FOUND, NOT_EXECUTABLE, BAD_SYNTAX, BROKEN_PIPE = 127, 126, 2, 141


def run_text(text: str, shell: Shell, streams: Streams) -> int:
    """Runs a script's text; ``exit`` leaves through Exit, limits through Exhausted."""
    try:
        script = parse(text.replace("\0", ""))
    except SyntaxProblem as problem:
        complain(shell, streams, f"syntax error: {problem}")
        shell.status = BAD_SYNTAX
        return BAD_SYNTAX
    return run(script, shell, streams)


def run(script: Script, shell: Shell, streams: Streams) -> int:
    for item in script:
        if item.background:
            _background(item, shell, streams)
        else:
            shell.status = _and_or(item, shell, streams)
    return shell.status


def _and_or(item: AndOr, shell: Shell, streams: Streams) -> int:
    steps = (("", item.first), *item.rest)
    status = 0
    for index, (operator, pipeline) in enumerate(steps):
        if (operator == "&&" and status) or (operator == "||" and not status):
            continue
        last = index == len(steps) - 1
        shell.guarded += not last or pipeline.negated
        try:
            status = shell.status = _pipeline(pipeline, shell, streams)
        finally:
            shell.guarded -= not last or pipeline.negated
        if status and last and not pipeline.negated and not shell.guarded and shell.options.get("errexit"):
            raise Exit(status)
    return status


def _pipeline(pipeline: Pipeline, shell: Shell, streams: Streams) -> int:
    if len(pipeline.commands) == 1:
        status = _command(pipeline.commands[0], shell, streams)
    else:
        status = _stages(pipeline.commands, shell, streams)
    return int(not status) if pipeline.negated else status


def _stages(commands: tuple[Command, ...], shell: Shell, streams: Streams) -> int:
    status, stdin, failed = 0, streams.stdin, 0
    for index, command in enumerate(commands):
        last = index == len(commands) - 1
        capture = Capture(lines=None if last else _wanted_lines(commands[index + 1]))
        stage = evolve(streams, stdin=stdin, stdout=streams.stdout if last else capture)
        try:
            status = _subshell(command, shell, stage)
        except ReaderGone:
            if last:
                raise
            status = BROKEN_PIPE
        failed = status or failed
        stdin = Input(capture.text)
    return failed if shell.options.get("pipefail") else status


def _subshell(command: Command, shell: Shell, streams: Streams) -> int:
    inner = shell.fork()
    inner.guarded = shell.guarded
    try:
        return _command(command, inner, streams)
    except Exit as leaving:
        return leaving.status


def _wanted_lines(command: Command) -> int | None:
    """How many lines ``head`` at the other end reads, so that an endless writer can be stopped."""
    if not isinstance(command, Simple) or not command.words:
        return None
    words = [expansion.plain_text(word) for word in command.words]
    if words[0] != "head":
        return None
    for index, word in enumerate(words[1:], 1):
        digits = word.lstrip("-n") if word.startswith("-") else ""
        if digits.isdigit():
            return max(1, int(digits))
        if word == "-n" and index + 1 < len(words) and words[index + 1].isdigit():
            return max(1, int(words[index + 1]))
        if word.startswith("-c"):
            return None
    return 10


def _background(item: AndOr, shell: Shell, streams: Streams) -> None:
    """Runs the job at once in a copy of the shell, then turns the clock back; it stays listed until its end."""
    machine = shell.machine
    pid = machine.pid()
    shell.background_pid, shell.status = pid, 0
    started = machine.time_ms
    limit, machine.limit_ms = machine.limit_ms, min(machine.limit_ms, started + 60_000)
    watch, machine.watch = machine.watch, None
    machine.processes[pid] = Process(pid=pid, user=machine.facts.user, command=item.text, started_at=machine.now)
    try:
        inner = shell.fork()
        inner.pid = pid
        _and_or(evolve(item, background=False), inner, evolve(streams, stdin=Input()))
        machine.job_ends[pid] = machine.time_ms
        if machine.time_ms == started:
            machine.processes.pop(pid, None)
    except (Exit, ReaderGone):
        machine.processes.pop(pid, None)
    except Exhausted:
        if machine.steps < 0 or machine.output_bytes <= 0:
            raise
    finally:
        machine.limit_ms, machine.watch = limit, watch
        machine.time_ms = started


def _command(command: Command, shell: Shell, streams: Streams) -> int:
    machine = shell.machine
    machine.step()
    machine.depth += 1
    if machine.depth > MAX_DEPTH:
        machine.depth -= 1
        complain(shell, streams, "nested too deeply")
        raise Exit(BAD_SYNTAX)
    try:
        return _dispatch(command, shell, streams)
    except ExpansionProblem as problem:
        complain(shell, streams, str(problem))
        raise Exit(BAD_SYNTAX) from None
    finally:
        machine.depth -= 1


def _dispatch(command: Command, shell: Shell, streams: Streams) -> int:
    match command:
        case Simple():
            return _simple(command, shell, streams)
        case If():
            return _if(command, shell, streams)
        case For():
            return _for(command, shell, streams)
        case While():
            return _while(command, shell, streams)
        case Case():
            return _case(command, shell, streams)
        case Group(subshell=True):
            return _subshell(Group(body=command.body), shell, streams)
        case Group():
            return run(command.body, shell, streams)
        case Function():
            shell.functions[command.name] = command.body
            return 0
        case Redirected():
            redirected = redirect(command.redirects, shell, streams, _substitute)
            return 1 if redirected is None else _command(command.command, shell, redirected)


def _if(command: If, shell: Shell, streams: Streams) -> int:
    for condition, body in command.branches:
        if _condition(condition, shell, streams) == 0:
            return _body(body, shell, streams)
    return _body(command.otherwise, shell, streams)


def _body(script: Script, shell: Shell, streams: Streams) -> int:
    shell.status = 0
    return run(script, shell, streams)


def _condition(script: Script, shell: Shell, streams: Streams) -> int:
    shell.guarded += 1
    try:
        return run(script, shell, streams)
    finally:
        shell.guarded -= 1


def _for(command: For, shell: Shell, streams: Streams) -> int:
    if command.words is None:
        values = list(shell.arguments)
    else:
        values = expansion.fields(shell, command.words, _substitute)
    status = 0
    for value in values:
        shell.machine.step()
        shell.variables[command.name] = value
        status, stop = _round(command.body, shell, streams)
        if stop:
            break
    return status


def _while(command: While, shell: Shell, streams: Streams) -> int:
    status = 0
    while True:
        if shell.machine.watch is not None:
            shell.machine.watch(command, shell, streams)
        ended, status = turn(command, shell, streams, status)
        if ended:
            return status


def turn(command: While, shell: Shell, streams: Streams, status: int = 0) -> tuple[bool, int]:
    """One turn of a ``while``: whether the loop is over, and its status so far."""
    if (_condition(command.condition, shell, streams) == 0) == command.until:
        return True, status
    shell.machine.step()
    status, stop = _round(command.body, shell, streams)
    return stop, status


def _round(body: Script, shell: Shell, streams: Streams) -> tuple[int, bool]:
    """One turn of a loop: its status, and whether the loop ends."""
    try:
        return _body(body, shell, streams), False
    except BreakLoop as leaving:
        if leaving.levels > 1:
            raise BreakLoop(leaving.levels - 1) from None
        return 0, True
    except ContinueLoop as leaving:
        if leaving.levels > 1:
            raise ContinueLoop(leaving.levels - 1) from None
        return 0, False


def _case(command: Case, shell: Shell, streams: Streams) -> int:
    text = expansion.text_of(shell, command.word, _substitute)
    for patterns, body in command.clauses:
        if any(expansion.pattern_of(shell, pattern, _substitute).fullmatch(text) for pattern in patterns):
            return _body(body, shell, streams)
    return 0


def _simple(command: Simple, shell: Shell, streams: Streams) -> int:
    shell.machine.last_substitution = 0
    argv = tuple(expansion.fields(shell, command.words, _substitute))
    assigned = [(name, expansion.text_of(shell, word, _substitute)) for name, word in command.assignments]
    if shell.options.get("xtrace") and (argv or assigned):
        shown = [f"{name}={_shown(value)}" for name, value in assigned] + [_shown(word) for word in argv]
        Call(shell=shell, argv=("sh",), streams=streams).err("+ " + " ".join(shown) + "\n")
    redirected = redirect(command.redirects, shell, streams, _substitute)
    if redirected is None:
        return 1
    if not argv:
        shell.variables.update(assigned)
        return shell.machine.last_substitution
    if not assigned:
        return start(argv, shell, redirected)
    return _with_variables(dict(assigned), argv, shell, redirected)


def _with_variables(assigned: dict[str, str], argv: tuple[str, ...], shell: Shell, streams: Streams) -> int:
    """Variables set for one command only."""
    before = {name: shell.variables.get(name) for name in assigned}
    exported = dict(shell.exported)
    shell.variables.update(assigned)
    shell.exported.update(dict.fromkeys(assigned))
    try:
        return start(argv, shell, streams)
    finally:
        shell.exported = exported
        for name, value in before.items():
            shell.variables.pop(name, None)
            if value is not None:
                shell.variables[name] = value


def start(argv: tuple[str, ...], shell: Shell, streams: Streams) -> int:
    """Runs a function, builtin, program or script file by name."""
    name = argv[0]
    if name in shell.functions:
        return _call_function(argv, shell, streams)
    call = Call(shell=shell, argv=argv, streams=streams)
    program = shell.machine.find(name, shell)
    if program is not None:
        try:
            return program(call)
        except FileProblem as problem:
            return call.fail(str(problem))
    if "/" in name:
        return _script_file(call)
    return _not_found(call, NOT_FOUND, "not found")


def _script_file(call: Call) -> int:
    files, path = call.machine.files, call.shell.path(call.argv[0])
    if files.is_dir(path):
        return _not_found(call, NOT_EXECUTABLE, "Permission denied")
    if not files.is_file(path):
        return _not_found(call, NOT_FOUND, "not found")
    inner = call.shell.fork()
    inner.name, inner.arguments, inner.functions, inner.options = call.argv[0], call.args, {}, {}
    inner.variables = inner.environment()
    try:
        return run_text(files.read(path), inner, call.streams)
    except Exit as leaving:
        return leaving.status


def _not_found(call: Call, code: int, why: str) -> int:
    complain(call.shell, call.streams, f"{call.argv[0]}: {why}")
    return code


def _call_function(argv: tuple[str, ...], shell: Shell, streams: Streams) -> int:
    arguments, shell.arguments = shell.arguments, argv[1:]
    try:
        return _command(shell.functions[argv[0]], shell, streams)
    except Return as leaving:
        return leaving.status
    finally:
        shell.arguments = arguments


def _substitute(shell: Shell, script: Script) -> str:
    """The output of ``$(script)``; its stderr goes where the shell's own goes."""
    capture = Capture()
    inner = shell.fork()
    inner.options.pop("xtrace", None)
    machine = shell.machine
    machine.depth += 1
    if machine.depth > MAX_DEPTH:
        machine.depth -= 1
        raise ExpansionProblem("nested too deeply")
    try:
        status = run(script, inner, Streams(stdin=Input(), stdout=capture, stderr=machine.stderr))
    except Exit as leaving:
        status = leaving.status
    finally:
        machine.depth -= 1
    machine.last_substitution = shell.status = status
    return capture.text


def _shown(word: str) -> str:
    if word and all(char.isalnum() or char in "_-./:=+@%,[]" for char in word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
