"""chroot: another directory as the root, for one program or for the rest of what is typed at a terminal.

What is below it becomes a file system of its own while a line runs; what the line changes there is put back after it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from engine.kubelet.files import Files, with_directories
from engine.kubelet.shell import interpreter
from engine.kubelet.shell.machine import Call, Machine, Program

ROOT = "_root"
"""The variable of a session whose root was changed; its lines begin there."""


def chroot(call: Call) -> int:
    if not call.args:
        return call.fail("missing operand", 125)
    new, argv = call.args[0], call.args[1:]
    path = call.shell.path(new)
    if not call.machine.files.is_dir(path):
        return call.fail(f"cannot change root directory to '{new}': No such file or directory", 125)
    if not argv and call.machine.on_terminal:
        call.shell.variables[ROOT] = path
        call.shell.cwd = "/"
        return 0
    inner = call.shell.fork()
    inner.cwd = "/"
    with rooted(call.machine, path):
        if not argv:
            return interpreter.run_text(call.stdin.rest(), inner, call.streams)
        return interpreter.start(tuple(argv), inner, call.streams)


@contextmanager
def rooted(machine: Machine, path: str) -> Iterator[None]:
    """Lines in between see ``path`` as the root."""
    outer, root = machine.files, path.rstrip("/")
    below = {key.removeprefix(root): text for key, text in outer.entries.items() if key.startswith(f"{root}/")}
    below.pop("/", None)
    machine.files = inner = Files(entries=with_directories(below), times=dict(outer.times), journal=None)
    try:
        yield
    finally:
        machine.files = outer
        for key, text in inner.changes.items():
            outer.changes[f"{root}{key}"] = text
            if text is None:
                outer.entries.pop(f"{root}{key}", None)
            else:
                outer.entries[f"{root}{key}"] = text


COMMANDS: Mapping[str, Program] = MappingProxyType({"chroot": chroot})
