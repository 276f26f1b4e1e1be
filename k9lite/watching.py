"""``get -w``: what is there, then a row for each change as time passes. Follows kubectl's ``cmd/get``.

Rows keep the widths of the first table. Without a bound it goes on by the clock until it is interrupted; with
``--request-timeout`` time leaps from change to change.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import define

from engine.access.attributes import of_kind, of_object
from engine.access.seen import require
from engine.errors import UsageError
from engine.kinds import KINDS, Object, Ref, ref_of
from engine.printers import ListOptions, render
from engine.printers.custom import printer_of
from engine.printers.table import list_headers, list_row
from engine.served import served
from engine.serving import served_kind
from k9lite.arguments.flags import duration_seconds
from k9lite.arguments.targets import Targets, namespace_of, targets
from k9lite.output.formats import GET_FORMATS, Printer, output_of
from k9lite.verb import Args, Run, Say, View, Wait

ADDED, MODIFIED, DELETED = "ADDED", "MODIFIED", "DELETED"


def watched(view: View, args: Args, found: Targets, options: ListOptions) -> Run:
    """``found`` is what the words mean at first: one object, or all of a kind."""
    _check_watch(view, args, found)
    shown = _Shown(args, found, options)
    until = _until(view, args)
    seen = {ref_of(obj): obj for obj in found.objects}
    if not args.on("watch-only"):
        for line in shown.first(view, found.objects):
            view = yield Say(line)
    while until is None or view.now < until:
        view = yield Wait(1, "what changes", following=until is None)
        now = {ref_of(obj): obj for obj in _matching(view, args, found)}
        for change, obj in _changes(seen, now):
            for line in shown.change(view, change, obj):
                view = yield Say(line)
        seen = now
    return 0


def _check_watch(view: View, args: Args, found: Targets) -> None:
    """To list and to watch are two rights. Raises Forbidden."""
    if found.listed:
        kind = found.kinds[0]
        require(view.state, of_kind("watch", kind.name, namespace_of(kind, args), kind))
    for obj in () if found.listed else found.objects:
        require(view.state, of_object("watch", ref_of(obj), kind=served_kind(view.state, obj.kind)))


def _until(view: View, args: Args) -> int | None:
    text = args.flags.get("request-timeout", "0")
    try:
        seconds = Fraction(int(text)) if text.isdigit() else duration_seconds(text)
    except ValueError:
        raise UsageError(
            "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a "
            "corresponding time unit (e.g. 1s | 2m | 3h)"
        ) from None
    return view.now + int(seconds) if seconds else None


def _matching(view: View, args: Args, found: Targets) -> Sequence[Object]:
    """What the words mean now; one that is gone is only gone."""
    if found.listed:
        return targets(view.state, args, everything=True).objects
    return [obj for each in found.objects if (obj := view.state.get(ref_of(each))) is not None]


def _changes(before: dict[Ref, Object], now: dict[Ref, Object]) -> Iterator[tuple[str, Object]]:
    """In the order of revisions, as far as one look tells."""
    changed = [
        (MODIFIED if ref in before else ADDED, obj)
        for ref, obj in now.items()
        # The very same, or read anew from the log that another process writes.
        if (old := before.get(ref)) is not obj and old != obj
    ]
    yield from ((DELETED, obj) for ref, obj in before.items() if ref not in now)
    yield from sorted(changed, key=lambda change: int(change[1].metadata.resource_version or 0))


@define
class _Shown:
    """How changes are printed; lives for one watch."""

    _args: Args
    _found: Targets
    _options: ListOptions
    _printer: Printer | None = None
    _widest: tuple[str, ...] = ()

    def first(self, view: View, objects: Sequence[Object]) -> list[str]:
        if self._is_table():
            rows = [self._row(view, ADDED, obj) for obj in objects]
            if not rows:
                return []
            headers = () if self._options.no_headers else self._headers(view)
            self._remember([headers, *rows] if headers else rows)
            return render(headers, rows)
        return [line for obj in objects for line in self._lines(view, ADDED, obj)]

    def change(self, view: View, change: str, obj: Object) -> list[str]:
        if not self._is_table():
            return self._lines(view, change, obj)
        row = self._row(view, change, obj)
        if self._widest:
            return render((), [self._widest, row])[1:]
        headers = () if self._options.no_headers else self._headers(view)
        self._remember([headers, row] if headers else [row])
        return render(headers, [row])

    def _is_table(self) -> bool:
        if self._printer is None:
            self._printer = Printer(output_of(self._args, GET_FORMATS), no_headers=self._options.no_headers)
        return self._printer.output.name in ("", "wide")

    def _remember(self, rows: Sequence[tuple[str, ...]]) -> None:
        self._widest = tuple(max(column, key=len) for column in zip(*rows, strict=True))

    def _headers(self, view: View) -> tuple[str, ...]:
        headers = list_headers(printer_of(view.server, self._kind()), self._options)
        return ("EVENT", *headers) if self._args.on("output-watch-events") else headers

    def _row(self, view: View, change: str, obj: Object) -> tuple[str, ...]:
        row = list_row(printer_of(view.server, obj.kind), obj, view.server, view.now, self._options)
        return (change, *row) if self._args.on("output-watch-events") else row

    def _kind(self) -> str:
        return (self._found.kinds[0] if self._found.kinds else KINDS[self._found.objects[0].kind]).name

    def _lines(self, view: View, change: str, obj: Object) -> list[str]:
        assert self._printer is not None, "a table is asked for first"
        manifest = served(view.server, obj)
        if self._args.on("output-watch-events") and self._printer.output.name != "name":
            manifest = {"type": change, "object": manifest}
        return self._printer.lines(manifest)
