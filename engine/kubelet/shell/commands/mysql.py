"""mysql and mariadb: a client that connects and answers what a server without tables can; it keeps nothing."""

import re

from engine.kubelet.shell.commands.resolver import unreachable
from engine.kubelet.shell.machine import Call
from engine.kubelet.shell.options import options
from engine.network.dates import formatted

_DATABASES = ("information_schema", "mysql", "performance_schema", "sys")


def mysql(call: Call) -> int:
    """Statements behind ``-e``, or else those of its input, each answered in a terminal's table."""
    given = options(_passwords_apart(call), "s N B t w v", "h P u D e")
    if "version V" in given:
        call.out("mysql  Ver 8.4.4 for Linux on x86_64 (MySQL Community Server - GPL)\n")
        return 0
    host, port = given.value("h host", "localhost"), given.number("P port", 3306)
    problem = unreachable(call, host, port)
    if problem == "Name or service not known":
        call.err(f"ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)\n")
        return 1
    if problem:
        call.err(f"ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' (111)\n")
        return 1
    text = given.value("e execute") or call.stdin.rest()
    text = text.replace("\\G", ";").replace("\\g", ";")
    database = given.value("D database", "")
    if database and database not in _DATABASES:
        call.err(f"ERROR 1049 (42000): Unknown database '{database}'\n")
        return 1
    for place, statement in enumerate(filter(None, map(str.strip, text.split(";"))), start=1):
        if statement in ("exit", "quit", "\\q"):
            break
        answer = _answer(call, statement, database)
        if answer is None:
            call.err(_refusal(statement, "" if call.machine.on_terminal else f" at line {place}"))
            return 1
        database = _used(statement) or database
        call.out(answer + (_summary(answer) if call.machine.on_terminal else ""))
    return 0


_OF_TABLES = (
    "alter", "call", "create", "delete", "drop", "flush", "grant", "insert", "select", "set", "show", "truncate",
    "update", "use",
)  # fmt: skip


def _refusal(statement: str, where: str) -> str:
    words = statement.split()
    if used := _used(statement):
        return f"ERROR 1049 (42000){where}: Unknown database '{used}'\n"
    if statement.lower().split() == ["show", "tables"]:
        return f"ERROR 1046 (3D000){where}: No database selected\n"
    if words[0].lower() in _OF_TABLES:
        return f"ERROR 1290 (HY000){where}: this cluster keeps no tables: {statement!r} is not run\n"
    return (
        f"ERROR 1064 (42000){where}: You have an error in your SQL syntax; check the manual that corresponds to your "
        f"MySQL server version for the right syntax to use near '{statement}' at line 1\n"
    )


def _summary(answer: str) -> str:
    """What the monitor says below a table."""
    if answer.startswith("Database"):
        return "\n"
    rows = max(0, answer.count("\n") - 4)
    return f"{rows} row{'' if rows == 1 else 's'} in set (0.00 sec)\n\n" if rows else "Empty set (0.00 sec)\n\n"


def _passwords_apart(call: Call) -> Call:
    """Without ``-pSECRET``: a password stands in the same word, and nobody checks it."""
    words = [word for word in call.args if not re.fullmatch(r"-p.*", word)]
    return Call(shell=call.shell, argv=(call.argv[0], *words), streams=call.streams)


def _used(statement: str) -> str:
    """The database that ``use`` chooses, "" for any other statement."""
    words = statement.split()
    return words[1].strip("`") if len(words) == 2 and words[0].lower() == "use" else ""


def _answer(call: Call, statement: str, database: str) -> str | None:
    words = " ".join(statement.lower().split())
    if words == "show databases":
        return _table("Database", _DATABASES)
    if words == "show tables" and database:
        return ""
    if words in ("select database()", "select schema()"):
        return _table(words[7:], (database or "NULL",))
    if _used(statement) in _DATABASES:
        return "Database changed\n" if call.machine.on_terminal else ""
    if words in ("select user()", "select current_user()"):
        return _table(words[7:], ("root@localhost",))
    if words == "select version()":
        return _table("version()", ("8.4.4",))
    if words == "select now()":
        return _table("now()", (formatted(call.machine.now, "%Y-%m-%d %H:%M:%S"),))
    number = re.fullmatch(r"select (\d+)", words)
    return _table(number[1], (number[1],)) if number is not None else None


def _table(head: str, rows: tuple[str, ...]) -> str:
    width = max(len(each) for each in (head, *rows))
    rule = f"+-{'-' * width}-+\n"
    return rule + f"| {head:<{width}} |\n" + rule + "".join(f"| {row:<{width}} |\n" for row in rows) + rule
