"""Any object as a kind without columns of its own is listed: NAME and AGE."""

from engine.kinds import Object
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(obj: Object, _state: State, now: int) -> tuple[str, ...]:
    return obj.metadata.name, age(obj, now)


PRINTER = Printer(columns("NAME,AGE"), cells)
