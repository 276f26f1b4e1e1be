"""Events as ``kubectl get events`` lists them."""

from engine.kinds import Event, ObjectReference
from engine.printers.durations import since
from engine.printers.parts.columns import Column, Printer
from engine.store.state import State


def cells(event: Event, _state: State, now: int) -> tuple[str, ...]:
    first = since(event.first_timestamp, now)
    source = event.source
    return (
        since(event.last_timestamp, now) if event.last_timestamp is not None else first,
        event.type,
        event.reason,
        _subject(event.involved_object),
        event.involved_object.field_path,
        f"{source.component}, {source.host}" if source.host else source.component,
        event.message.strip(),
        first,
        str(event.count or 1),
        event.metadata.name,
    )


PRINTER = Printer(
    (
        Column("LAST SEEN"),
        Column("TYPE"),
        Column("REASON"),
        Column("OBJECT"),
        Column("SUBOBJECT", wide=True),
        Column("SOURCE", wide=True),
        Column("MESSAGE"),
        Column("FIRST SEEN", wide=True),
        Column("COUNT", wide=True),
        Column("NAME", wide=True),
    ),
    cells,
)


def _subject(subject: ObjectReference) -> str:
    return f"{subject.kind.lower()}/{subject.name}" if subject.name else subject.kind.lower()
