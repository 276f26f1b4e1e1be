"""events: what was reported, oldest first. Follows kubectl's ``cmd/events``."""

from collections.abc import Iterable

from engine.errors import UsageError
from engine.kinds import Event, ref_of
from engine.printers import render
from engine.printers.durations import since
from k9lite.arguments.options import ALL_NAMESPACES
from k9lite.arguments.targets import split_pair
from k9lite.verb import Args, Option, Run, Say, Verb, View, Wait


def run(view: View, args: Args) -> Run:
    types = [each.lower() for each in args.flags.get("types", "").replace("\n", ",").split(",") if each]
    if any(each not in ("normal", "warning") for each in types):
        raise UsageError("valid --types are Normal or Warning")
    events = _events(view, args, types)
    if not events and not args.on("watch"):
        where = "." if args.all_namespaces else f" in {args.namespace} namespace."
        yield Say(f"No events found{where}", error=True)
        return 0
    for line in _lines(events, view.now, args, headers=not args.on("no-headers")):
        view = yield Say(line)
    told = {ref_of(event): event.count for event in events}
    while args.on("watch"):
        view = yield Wait(1, following=True)
        news = [each for each in _events(view, args, types) if told.get(ref_of(each)) != each.count]
        told |= {ref_of(each): each.count for each in news}
        for line in _lines(news, view.now, args, headers=False):
            view = yield Say(line)
    return 0


EVENTS = Verb(
    name="events",
    summary="List events",
    usage="events [--for TYPE/NAME]",
    run=run,
    options=(
        ALL_NAMESPACES,
        Option(name="for", value="string", summary="Only about this object, as in pod/web-1"),
        Option(name="types", value="strings", repeats=True, summary="Only Normal or Warning"),
        Option(name="no-headers", summary="Leave the headers out"),
        Option(name="watch", short="w", summary="Go on with what is reported next"),
    ),
    writes=False,
)


def _events(view: View, args: Args, types: list[str]) -> list[Event]:
    events: Iterable[Event] = view.state.all(Event, "" if args.all_namespaces else args.namespace)
    if word := args.flags.get("for"):
        kind, name = split_pair(word, view.state)
        wanted = (kind.shown, name)
        events = (each for each in events if (each.involved_object.kind, each.involved_object.name) == wanted)
    chosen = [each for each in events if not types or each.type.lower() in types]
    return sorted(chosen, key=lambda event: (event.last_timestamp or 0, event.metadata.name))


def _lines(events: Iterable[Event], now: int, args: Args, *, headers: bool) -> list[str]:
    spaces = ("NAMESPACE",) if args.all_namespaces else ()
    rows = [
        (
            *((event.metadata.namespace,) if args.all_namespaces else ()),
            _interval(event, now),
            event.type,
            event.reason,
            f"{event.involved_object.kind}/{event.involved_object.name}",
            event.message.strip(),
        )
        for event in events
    ]
    return render((*spaces, "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE") if headers else (), rows)


def _interval(event: Event, now: int) -> str:
    first = since(event.first_timestamp, now)
    return f"{since(event.last_timestamp, now)} (x{event.count} over {first})" if event.count > 1 else first
