"""Secrets as ``kubectl get secrets`` lists them: how many values, never which."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.body import mapping, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(secret: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    keys = {*mapping(secret.body, "data"), *mapping(secret.body, "stringData")}
    type_ = text(secret.body, "type", default="Opaque")
    return secret.metadata.name, type_, str(len(keys)), age(secret, now)


PRINTER = Printer(columns("NAME,TYPE,DATA,AGE"), cells)
