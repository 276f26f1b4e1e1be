"""Which programs a shell finds: its builtins, then one table of commands, one file a family.

Every image with a shell carries the usual tools, busybox's and curl alike, which real images do not; what
belongs to one server (nginx, redis-cli, psql) is found only where the image has it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell.builtins import BUILTINS
from engine.kubelet.shell.commands import (
    coreutils,
    env,
    files,
    filling,
    listing,
    network,
    packages,
    processes,
    roots,
    system,
    text,
)
from engine.kubelet.shell.machine import Call, Program, Shell
from engine.kubelet.shell.options import UsageProblem

COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        **coreutils.COMMANDS, **files.COMMANDS, **listing.COMMANDS, **text.COMMANDS, **env.COMMANDS,
        **processes.COMMANDS, **system.COMMANDS, **network.COMMANDS, **packages.COMMANDS,
        **filling.COMMANDS, **roots.COMMANDS,
    }
)  # fmt: skip
_DIRECTORIES = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin")


def find(name: str, shell: Shell) -> Program | None:
    """The program a command word means; None when there is none or it is a script file."""
    directory, slash, base = name.rpartition("/")
    if slash and directory not in _DIRECTORIES:
        return None
    program = (None if slash else BUILTINS.get(base)) or COMMANDS.get(base)
    if program is None and base in shell.machine.facts.programs:
        from engine.kubelet.shell.commands import servers  # few shells are in a server's image

        program = servers.COMMANDS.get(base, _needs_more)
    return None if program is None else _guarded(program)


def _guarded(program: Program) -> Program:
    def run(call: Call) -> int:
        try:
            return program(call)
        except UsageProblem as problem:
            return call.fail(str(problem))

    return run


def _needs_more(call: Call) -> int:
    return call.fail("is in the image, but this cluster does not run it")
