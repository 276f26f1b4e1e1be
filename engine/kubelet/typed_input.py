"""Programs that read what is typed: shells, and the clients of databases with a prompt of their own.

A container with ``stdin: true`` whose process is one of them waits for input and runs until the session attached to it
ends, as in containerd. Of a client's dialogue each statement is a line of its own, which knows of the last ones
only what ``choosing`` hands on.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.kinds import Container
from engine.kinds.frozen import frozen
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, base_name, resolve

ATTACHED = "attach-"
"""How the sessions begin whose lines go to process one itself."""
TERMINAL = ("tty-", ATTACHED)
"""How the sessions begin that somebody types into."""
AFTER = "--after"
"""How python is handed an assignment of an earlier line, which it runs again before anything else."""
_ASSIGNS = re.compile(r"(import\s|[A-Za-z_]\w*\s*(//|[-+*/%])?=(?!=))")
_READERS = ("sh", "bash", "ash", "dash", "cat")


@frozen(kw_only=True)
class Dialogue:
    """How a client talks: ``more`` is its prompt inside of a statement, "" where each line is a whole one."""

    prompt: str
    more: str = ""
    greeting: str = ""
    farewell: str = ""
    ends: tuple[str, ...] = ("exit", "quit")
    chooser: str = ""
    """The client's option for the database that ``use NAME`` chose; "" where nothing is chosen."""
    blocks: bool = False
    """Whether it is Python: a line that ends with a colon opens a block, and an empty one closes it."""

    def choosing(self, statement: str) -> tuple[str, ...]:
        """What a statement that went well adds to the client's command line from then on."""
        if self.blocks:
            return (AFTER, statement) if _ASSIGNS.match(statement) else ()
        words = statement.strip().rstrip(";").split()
        chosen = self.chooser and len(words) == 2 and words[0].lower() == "use"
        return (self.chooser, words[1].strip("`")) if chosen else ()

    def gathered(self, statement: str, line: str) -> tuple[str, bool]:
        """The statement with one more line, and whether it can be run."""
        if self.blocks:
            text = f"{statement}\n{line.rstrip()}".strip("\n")
            opens = any(each.endswith(":") for each in text.splitlines())
            return text, bool(text.strip()) and (not opens or not line.strip())
        text = f"{statement}\n{line.strip()}".strip()
        return text, bool(text) and self._is_whole(text)

    def _is_whole(self, statement: str) -> bool:
        return not self.more or statement.startswith("\\") or statement.endswith((";", "\\g", "\\G"))

    def is_end(self, line: str) -> bool:
        return line.strip().rstrip(";").strip() in self.ends


def dialogue_of(argv: Sequence[str]) -> Dialogue | None:
    """That of a client which was not told what to ask; None for any other program."""
    name = base_name(argv[0]) if argv else ""
    known = _DIALOGUES.get(name)
    if known is None or any(word.split("=")[0] in _TOLD for word in argv[1:]):
        return None
    if known.blocks and any(not word.startswith("-") for word in argv[1:]):
        return None
    if name != "redis-cli":
        return known
    given = dict(pairwise(argv))
    words = [word for before, word in pairwise(argv) if word[:1] != "-" and before not in _VALUED]
    host = given.get("-h", "127.0.0.1")
    return None if words else Dialogue(prompt=f"{host}:{given.get('-p', '6379')}> ")


_TOLD = ("-e", "--execute", "-c", "--command", "-f", "--eval", "--version", "-V", "--help", "-l")
_VALUED = ("-h", "-p", "-a", "-n", "-u")
_SQL_HELP = (
    "Commands end with ; or \\g.\nYour {name} connection id is 8\nServer version: {version}\n\n"
    "Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n"
)
_PYTHON = Dialogue(
    prompt=">>> ",
    more="... ",
    greeting="Python 3.13.2 (main, Feb  6 2025, 22:37:13) [GCC 12.2.0] on linux\n"
    'Type "help", "copyright", "credits" or "license" for more information.\n',
    ends=("exit", "quit", "exit()", "quit()"),
    blocks=True,
)
_DIALOGUES = {
    "python": _PYTHON,
    "python3": _PYTHON,
    "redis-cli": Dialogue(prompt=""),
    "mysql": Dialogue(
        prompt="mysql> ",
        more="    -> ",
        greeting="Welcome to the MySQL monitor.  "
        + _SQL_HELP.format(name="MySQL", version="8.4.4 MySQL Community Server - GPL"),
        farewell="Bye\n",
        ends=("exit", "quit", "\\q"),
        chooser="-D",
    ),
    "mariadb": Dialogue(
        prompt="MariaDB [(none)]> ",
        more="    -> ",
        greeting="Welcome to the MariaDB monitor.  "
        + _SQL_HELP.format(name="MariaDB", version="11.7.2-MariaDB mariadb.org binary distribution"),
        farewell="Bye\n",
        ends=("exit", "quit", "\\q"),
        chooser="-D",
    ),
    "psql": Dialogue(
        prompt="postgres=# ",
        more="postgres-# ",
        greeting='psql (16.8)\nType "help" for help.\n\n',
        ends=("exit", "quit", "\\q"),
    ),
    "mongosh": Dialogue(
        prompt="test> ",
        greeting="Connecting to:\t\tmongodb://127.0.0.1:27017/?directConnection=true\nUsing MongoDB:\t\t8.0.6\n\n",
        ends=("exit", "quit", "exit()", "quit()", ".exit"),
    ),
}


def reads_typing(container: Container) -> bool:
    """Whether its process does nothing but wait for input that can come."""
    if not container.extra.get("stdin"):
        return False
    argv = argv_of(container)
    if dialogue_of(argv) is not None:
        return True
    return bool(argv) and base_name(argv[0]) in _READERS and all(word in ("-i", "-l", "-il") for word in argv[1:])


def argv_of(container: Container) -> tuple[str, ...]:
    """The words of its process."""
    resolved = resolve(container.image)
    return command_line(container, resolved.entry) if isinstance(resolved, Resolved) else tuple(container.command)
