"""ControllerRevisions as ``kubectl get controllerrevisions`` lists them."""

from engine.kinds import KINDS, ControllerRevision
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(revision: ControllerRevision, _state: State, now: int) -> tuple[str, ...]:
    owner = revision.metadata.controller
    controller = NONE
    if owner is not None:
        kind = KINDS.get(owner.kind)
        controller = f"{owner.kind.lower() if kind is None else kind.qualified}/{owner.name}"
    return revision.metadata.name, controller, str(revision.revision), age(revision, now)


PRINTER = Printer(columns("NAME,CONTROLLER,REVISION,AGE"), cells)
