"""Secrets as ``kubectl get secrets`` lists them: how many values, never which."""

from engine.kinds import Secret
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(secret: Secret, _state: State, now: int) -> tuple[str, ...]:
    keys = {*secret.data, *secret.string_data}
    return secret.metadata.name, secret.type or "Opaque", str(len(keys)), age(secret, now)


PRINTER = Printer(columns("NAME,TYPE,DATA,AGE"), cells)
