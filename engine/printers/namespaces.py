"""Namespaces as ``kubectl get namespaces`` lists them."""

from engine.kinds import Namespace
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(namespace: Namespace, _state: State, now: int) -> tuple[str, ...]:
    return namespace.metadata.name, namespace.status.phase, age(namespace, now)


PRINTER = Printer(columns("NAME,STATUS,AGE"), cells)
