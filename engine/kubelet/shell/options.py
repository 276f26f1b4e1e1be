"""Command-line options as getopt reads them: ``-la``, ``-n5``, ``-n 5``, ``--lines=5``, ``--``."""

from collections.abc import Mapping

from engine.kinds.frozen import frozen
from engine.kubelet.shell.machine import Call


class UsageProblem(Exception):
    """An option the command does not know; the message is what follows its name on stderr."""


@frozen
class Options:
    """``flags`` maps each given option to its value ("" for a switch; the last one wins)."""

    flags: Mapping[str, str]
    rest: tuple[str, ...]

    def __contains__(self, names: str) -> bool:
        return any(name in self.flags for name in names.split())

    def value(self, names: str, default: str = "") -> str:
        return next((self.flags[name] for name in names.split() if name in self.flags), default)

    def number(self, names: str, default: int) -> int:
        text = self.value(names)
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            raise UsageProblem(f"invalid number '{text}'") from None


def options(call: Call, switches: str = "", valued: str = "", *, stop: bool = False) -> Options:
    """``switches`` and ``valued`` are space-separated names, long ones without dashes.

    ``stop`` ends at the first operand. Unknown long switches are let pass: what they ask is not modelled.
    """
    known, with_value = set(switches.split()), set(valued.split())
    flags: dict[str, str] = {}
    rest: list[str] = []
    args = list(call.args)
    while args:
        arg = args.pop(0)
        if arg == "--":
            rest += args
            break
        if arg.startswith("--"):
            name, equals, value = arg[2:].partition("=")
            flags[name] = value if equals or name not in with_value else args.pop(0) if args else ""
        elif arg.startswith("-") and len(arg) > 1:
            _short(arg[1:], args, known, with_value, flags)
        else:
            rest.append(arg)
            if stop:
                rest += args
                break
    return Options(flags, tuple(rest))


def _short(letters: str, args: list[str], known: set[str], with_value: set[str], flags: dict[str, str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in with_value:
            if not letters and not args:
                raise UsageProblem(f"option requires an argument -- '{letter}'")
            flags[letter] = letters or args.pop(0)
            return
        if letter not in known:
            raise UsageProblem(f"unrecognized option: {letter}")
        flags[letter] = ""
