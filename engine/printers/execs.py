"""Exec lines: who typed what where, and how it ended. Not a kind of Kubernetes; one line is one row."""

from engine.kinds import Exec
from engine.printers.durations import since
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(line: Exec, _state: State, now: int) -> tuple[str, ...]:
    return (
        line.metadata.name,
        line.pod,
        line.container,
        line.line,
        str(line.exit_code),
        since(line.time, now),
        line.session,
        f"{line.duration_seconds}s",
        line.cwd,
    )


PRINTER = Printer(columns("NAME,POD,CONTAINER,LINE,EXIT,AGE", "SESSION,TOOK,DIRECTORY"), cells)
