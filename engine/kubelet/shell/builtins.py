"""What changes the shell itself: directory, variables, options, control flow. Follows ash(1)."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell import condition, interpreter
from engine.kubelet.shell.control import BreakLoop, ContinueLoop, Exit, Return
from engine.kubelet.shell.machine import Call, Program

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPTIONS = {"e": "errexit", "x": "xtrace", "u": "nounset"}


def cd(call: Call) -> int:
    target = next((arg for arg in call.args if arg != "--"), call.shell.variables.get("HOME", "/"))
    if target == "-":
        target = call.shell.variables.get("OLDPWD", call.shell.cwd)
        call.out(f"{target}\n")
    path = call.shell.path(target)
    if not call.machine.files.is_dir(path):
        why = "Not a directory" if call.machine.files.is_file(path) else "No such file or directory"
        return _complain(call, f"cd: can't cd to {target}: {why}")
    call.shell.variables["OLDPWD"], call.shell.cwd = call.shell.cwd, path
    return 0


def pwd(call: Call) -> int:
    call.out(f"{call.shell.cwd}\n")
    return 0


def exit_(call: Call) -> int:
    raise Exit(_number(call, call.shell.status))


def return_(call: Call) -> int:
    raise Return(_number(call, call.shell.status))


def break_(call: Call) -> int:
    raise BreakLoop(max(1, _number(call, 1)))


def continue_(call: Call) -> int:
    raise ContinueLoop(max(1, _number(call, 1)))


def export(call: Call) -> int:
    shell = call.shell
    names = [arg for arg in call.args if not arg.startswith("-")]
    if not names:
        for name in sorted(shell.exported):
            if name in shell.variables:
                call.out(f"export {name}='{shell.variables[name]}'\n")
        return 0
    return _assign(call, names, exported=True)


def local(call: Call) -> int:
    """Variables of a function; this shell does not take them back when the function ends."""
    return _assign(call, [arg for arg in call.args if not arg.startswith("-")], exported=False)


def _assign(call: Call, words: list[str], *, exported: bool) -> int:
    for word in words:
        name, equals, value = word.partition("=")
        if not _NAME.fullmatch(name):
            return _complain(call, f"{call.argv[0]}: {word}: bad variable name")
        if equals:
            call.shell.variables[name] = value
        if exported:
            call.shell.exported[name] = None
    return 0


def unset(call: Call) -> int:
    for name in call.args:
        if not name.startswith("-"):
            call.shell.variables.pop(name, None)
            call.shell.exported.pop(name, None)
            call.shell.functions.pop(name, None)
    return 0


def set_(call: Call) -> int:
    shell, args = call.shell, list(call.args)
    if not args:
        call.out("".join(f"{name}='{shell.variables[name]}'\n" for name in sorted(shell.variables)))
    while args and re.fullmatch(r"[-+][a-z]+", args[0]):
        word = args.pop(0)
        for letter in word[1:]:
            name = args.pop(0) if letter == "o" and args else _OPTIONS.get(letter, letter)
            shell.options[name] = word[0] == "-"
    if args:
        shell.arguments = tuple(args[1:] if args[0] == "--" else args)
    return 0


def shift(call: Call) -> int:
    count = _number(call, 1)
    if count > len(call.shell.arguments):
        return 1
    call.shell.arguments = call.shell.arguments[count:]
    return 0


def read(call: Call) -> int:
    """One line of input into variables; the last one takes the rest."""
    names = [arg for arg in call.args if _NAME.fullmatch(arg)] or ["REPLY"]
    line = call.stdin.line()
    words = (line or "").rstrip("\n").strip().split(None, len(names) - 1)
    for index, name in enumerate(names):
        call.shell.variables[name] = words[index] if index < len(words) else ""
    return 1 if line is None else 0


def eval_(call: Call) -> int:
    return interpreter.run_text(" ".join(call.args), call.shell, call.streams)


def source(call: Call) -> int:
    if not call.args:
        return 0
    path = call.shell.path(call.args[0])
    if not call.machine.files.is_file(path):
        return _complain(call, f".: can't open '{call.args[0]}': No such file or directory")
    return interpreter.run_text(call.machine.files.read(path), call.shell, call.streams)


def exec_(call: Call) -> int:
    if not call.args:
        return 0
    raise Exit(interpreter.start(call.args, call.shell, call.streams))


def command(call: Call) -> int:
    if call.args[:1] and call.args[0] in ("-v", "-V"):
        return _where(call, call.args[1:], plain=True)
    return interpreter.start(call.args, call.shell, call.streams) if call.args else 0


def type_(call: Call) -> int:
    return _where(call, call.args, plain=False)


def _where(call: Call, names: tuple[str, ...], *, plain: bool) -> int:
    status = 0
    for name in names:
        if name in BUILTINS or name in call.shell.functions:
            call.out(f"{name}\n" if plain else f"{name} is a shell builtin\n")
        elif call.machine.find(name, call.shell):
            call.out(f"/bin/{name}\n" if plain else f"{name} is /bin/{name}\n")
        else:
            status = 127
            if not plain:
                call.out(f"{name}: not found\n")
    return status


def wait(call: Call) -> int:
    """Lets the time pass that jobs in the background still need."""
    machine = call.machine
    machine.time_ms = max([machine.time_ms, *machine.job_ends.values()])
    for pid, end in list(machine.job_ends.items()):
        if end <= machine.time_ms:
            machine.processes.pop(pid, None)
    return 0


def trap(call: Call) -> int:
    """Remembers handlers; only what SIGTERM would do to the main program is ever asked."""
    if len(call.args) > 1:
        for name in call.args[1:]:
            signal = {"15": "TERM", "2": "INT", "0": "EXIT"}.get(name, name.upper().removeprefix("SIG"))
            call.machine.traps[signal] = "" if call.args[0] == "-" else call.args[0] or ":"
    return 0


def nothing(_call: Call) -> int:
    return 0


def failure(_call: Call) -> int:
    return 1


def _number(call: Call, default: int) -> int:
    text = call.args[0] if call.args else ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def _complain(call: Call, message: str) -> int:
    call.err(f"sh: {message}\n")
    return 1 if not message.startswith((".", "exec")) else 2


BUILTINS: Mapping[str, Program] = MappingProxyType(
    {
        ":": nothing, "true": nothing, "false": failure, "cd": cd, "pwd": pwd, "exit": exit_, "logout": exit_,
        "return": return_, "break": break_, "continue": continue_, "export": export, "local": local,
        "readonly": local, "declare": local, "unset": unset, "set": set_, "shift": shift, "read": read,
        "eval": eval_, ".": source, "source": source, "exec": exec_, "command": command, "type": type_,
        "wait": wait, "trap": trap, "umask": nothing, "alias": nothing, "jobs": nothing, "history": nothing,
        "test": condition.test, "[": condition.test, "[[": condition.test,
    }
)  # fmt: skip
