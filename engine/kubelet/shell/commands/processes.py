"""ps, kill and their like: what runs in the container besides this line."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell.machine import Call, Process, Program
from engine.kubelet.shell.options import options

_SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15, "CONT": 18, "STOP": 19}


def running(call: Call) -> list[Process]:
    """The container's own processes, those left in the background, this shell and the command itself."""
    facts, machine = call.machine.facts, call.machine
    shell = Process(pid=call.shell.pid, user=facts.user, command="sh", started_at=facts.start)
    own = Process(
        pid=machine.next_pid, user=facts.user, command=" ".join(call.argv), started_at=call.machine.now
    )  # fmt: skip
    left = [
        each for pid, each in machine.processes.items() if machine.job_ends.get(pid, 1 << 60) > machine.time_ms
    ]
    return sorted([*facts.processes, *left, shell, own], key=lambda process: process.pid)


def ps(call: Call) -> int:
    if any("u" in arg or "f" in arg for arg in call.args[:1]):
        return _wide(call)
    call.out("PID   USER     TIME  COMMAND\n")
    for process in running(call):
        call.out(f"{process.pid:5} {process.user:<8}  0:00 {process.command}\n")
    return 0


def _wide(call: Call) -> int:
    full = "f" in call.args[0]
    heading = "UID          PID    PPID  C STIME TTY          TIME CMD"
    call.out(
        f"{heading}\n" if full else "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
    )
    for process in running(call):
        clock = f"{process.started_at % 86400 // 3600:02}:{process.started_at % 3600 // 60:02}"
        if full:
            above = 0 if process.pid <= 1 or process.pid == call.shell.pid else 1
            call.out(
                f"{process.user:<8} {process.pid:>7} {above:>7}  0 {clock} ?        00:00:00 {process.command}\n"
            )
        else:
            call.out(f"{process.user:<8} {process.pid:>7}  0.0  0.1   4392  3200 ?        Ss   {clock}   0:00 "
                     f"{process.command}\n")  # fmt: skip
    return 0


def kill(call: Call) -> int:
    args, number = list(call.args), 15
    if args[:1] == ["-l"]:
        call.out(" ".join(_SIGNALS) + "\n")
        return 0
    if args[:1] == ["-s"] and len(args) > 1:
        args[:2] = [f"-{args[1]}"]
    if args and re.fullmatch(r"-\w+", args[0]):
        found = signal_number(args.pop(0)[1:])
        if found is None:
            return call.fail("bad signal name")
        number = found
    if not args:
        call.err("sh: kill: usage: kill [-s sigspec | -signum | -sigspec] [pid | job]...\n")
        return 1
    status = 0
    for word in args:
        pid = (
            call.shell.background_pid
            if word.startswith("%")
            else int(word)
            if re.fullmatch(r"\d{1,7}", word)
            else -1
        )
        if pid < 0:
            call.err(f"sh: invalid number '{word}'\n")
            status = 1
        elif not _signal(call, pid, number):
            call.err(f"sh: can't kill pid {pid}: No such process\n")
            status = 1
    return status


def signal_number(name: str) -> int | None:
    if name.isdecimal() and int(name) < 65:
        return int(name)
    return _SIGNALS.get(name.upper().removeprefix("SIG"))


def _signal(call: Call, pid: int, number: int) -> bool:
    if pid not in [process.pid for process in running(call)]:
        return False
    if number:
        call.machine.signals[str(pid)] = number
        if call.machine.processes.pop(pid, None):
            call.machine.job_ends.pop(pid, None)
    return True


def killall(call: Call) -> int:
    args, number = list(call.args), 15
    if args and re.fullmatch(r"-\w+", args[0]) and args[0] != "-f":
        number = signal_number(args.pop(0)[1:]) or 15
    names = [arg for arg in args if not arg.startswith("-")]
    hits = [each.pid for each in running(call)[:-1] if _named(each, names) and each.pid != call.shell.pid]
    for pid in hits:
        _signal(call, pid, number)
    if not hits and call.argv[0].endswith("killall"):
        return call.fail(f"{names[0] if names else ''}: no process killed")
    return 0 if hits else 1


def pidof(call: Call) -> int:
    names = options(call, "s f l x").rest
    hits = [
        str(each.pid) for each in running(call)[:-1] if _named(each, list(names)) and each.pid != call.shell.pid
    ]
    separator = "\n" if call.argv[0].endswith("pgrep") else " "
    call.out(separator.join(hits) + "\n" if hits else "")
    return 0 if hits else 1


def _named(process: Process, names: list[str]) -> bool:
    words = process.command.split()
    program = words[0].rpartition("/")[2].rstrip(":") if words else ""
    return any(name == program or (len(name) > 2 and name in process.command) for name in names)


def top(call: Call) -> int:
    facts = call.machine.facts
    total, used = facts.memory_bytes // 1024, facts.memory_used_bytes // 1024
    call.out(f"Mem: {used}K used, {total - used}K free, 0K shrd, 0K buff, {used // 2}K cached\n")
    call.out(
        "CPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\nLoad average: 0.08 0.05 0.01\n"
    )
    call.out("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n")
    for process in running(call):
        call.out(f"{process.pid:5}     0 {process.user:<8} S     4392   0%   0   0% {process.command}\n")
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {"ps": ps, "kill": kill, "killall": killall, "pkill": killall, "pidof": pidof, "pgrep": pidof, "top": top}
)
