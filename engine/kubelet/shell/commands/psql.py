"""psql: a client that connects and answers what a server without tables can; it keeps nothing.

Follows psql 16's output, on a terminal and off it.
"""

import re

from engine.kubelet.shell.commands.resolver import unreachable
from engine.kubelet.shell.machine import Call
from engine.kubelet.shell.options import Options, options
from engine.network.dates import formatted

_VERSION = "PostgreSQL 16.8 on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit"
_OF_TABLES = ("create", "drop", "alter", "insert", "update", "delete", "select", "truncate", "grant", "copy", "with")


def psql(call: Call) -> int:
    """Statements behind ``-c``, or else those of its input."""
    given = options(call, "A t q l w W x", "h p U d c f v")
    host, port = given.value("h host", "127.0.0.1"), given.number("p port", 5432)
    if unreachable(call, host, port):
        return call.fail(f'error: connection to server at "{host}", port {port} failed: Connection refused', 2)
    if "version V" in given:
        call.out("psql (PostgreSQL) 16.8\n")
        return 0
    told = given.value("c command")
    text = "\\l" if "l" in given else told or call.stdin.rest()
    status = 0
    for statement in _statements(text):
        if statement in ("exit", "quit", "\\q"):
            break
        answer = _answer(call, given, statement)
        if answer is None:
            call.err(_refusal(statement))
            status = 1 if told else status
        else:
            call.out(answer)
    return status


def _statements(text: str) -> list[str]:
    found: list[str] = []
    rest = ""
    for line in text.splitlines():
        if line.strip().startswith("\\") and not rest.strip():
            found.append(line.strip().rstrip(";"))
            continue
        *whole, rest = f"{rest}\n{line}".split(";")
        found += whole
    return [each.strip() for each in [*found, rest] if each.strip()]


def _answer(call: Call, given: Options, statement: str) -> str | None:
    words = " ".join(statement.lower().split())
    if words in ("\\l", "\\list"):
        user = call.shell.variables.get("POSTGRES_USER", "postgres")
        names = dict.fromkeys(("postgres", call.shell.variables.get("POSTGRES_DB", user), "template0", "template1"))
        return _databases(sorted(names), user)
    if words in ("\\dt", "\\d"):
        return "Did not find any relations.\n"
    if words == "\\conninfo":
        return (
            'You are connected to database "postgres" as user "postgres" via socket in "/var/run/postgresql" at port '
            '"5432".\n'
        )
    shown = {
        "select version()": ("version", _VERSION),
        "select now()": ("now", formatted(call.machine.now, "%Y-%m-%d %H:%M:%S+00")),
        "select current_user": ("current_user", "postgres"),
        "select current_database()": ("current_database", "postgres"),
    }.get(words)
    number = re.fullmatch(r"select (\d+)", words)
    if number is not None:
        shown = ("?column?", number[1])
    return None if shown is None else _table(*shown, only="t" in given)


def _table(head: str, value: str, *, only: bool) -> str:
    if only:
        return f"{value}\n"
    width = max(len(head), len(value))
    shown = f"{value:>{width}}" if value.isdecimal() else value
    return f" {head:^{width}} \n{'-' * (width + 2)}\n {shown}\n(1 row)\n\n"


def _databases(names: list[str], owner: str) -> str:
    width = max(len(each) for each in (*names, "Name"))
    rows = "".join(f" {name:<{width}} | {owner:<8} | UTF8     | en_US.utf8 | en_US.utf8 |\n" for name in names)
    return (
        f" {'Name':^{width}} |  Owner   | Encoding |  Collate   |   Ctype    | Access privileges\n"
        f"-{'-' * width}-+----------+----------+------------+------------+-------------------\n"
        f"{rows}({len(names)} rows)\n\n"
    )


def _refusal(statement: str) -> str:
    first = statement.split()[0]
    if first.lower() in _OF_TABLES:
        return "psql: error: this cluster keeps no tables: only SELECT of a number, version() and now() is answered\n"
    if first.startswith("\\"):
        return f"invalid command {first}\nTry \\? for help.\n"
    return f'ERROR:  syntax error at or near "{first}"\nLINE 1: {statement.splitlines()[0]};\n        ^\n'
