"""A table as a file: the rows in their order as CSV, or the objects behind them as YAML. In portions, as they come."""

import csv
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from engine.errors import UsageError
from engine.kinds import Object, dump_yaml
from engine.printers.health import health
from engine.served import served
from engine.store.state import State
from k9lite.files.local import save
from k9lite.listing import Listing

_PORTION = 200


def saving(listing: Listing, state: State, now: int, path: str) -> Iterator[int]:
    """Writes another portion each time it is asked, and says how many rows there are by then.

    Raises UsageError at once for a name that is taken or that says no format, and where nothing can be written.
    """
    form = _FORMS.get(Path(path).suffix)
    if form is None:
        raise UsageError("save FILE.csv, or save FILE.yaml: the ending says what is written")
    if Path(path).exists():
        raise UsageError(f"{path} is there already: nothing was written")
    if listing.running:
        raise UsageError("rows are still being looked through: save again when the count is there")
    return _portions(listing, state, now, path, form)


def _portions(listing: Listing, state: State, now: int, path: str, form: "Form") -> Iterator[int]:
    keys, count = listing.keys, 0
    save(path, form(listing, None, state, now).encode())
    while count < len(keys):
        part = [listing.get(key) for key in keys[count : count + _PORTION]]
        text = "".join(form(listing, obj, state, now) for obj in part if obj is not None)
        save(path, text.encode(), append=True)
        count += len(part)
        yield count


def _as_csv(listing: Listing, obj: Object | None, state: State, now: int) -> str:
    """One row; of None the header. The glyph of a row is said in a word."""
    if obj is None:
        names = [column.name or "HEALTH" for column in listing.resource.columns]
        return _row(names)
    cells = [cell.text for cell in listing.resource.row(obj, state, now)]
    words = [health(obj, state, now).level if not column.name else text
             for column, text in zip(listing.resource.columns, cells, strict=True)]  # fmt: skip
    return _row(words)


def _row(texts: list[str]) -> str:
    made = StringIO()
    csv.writer(made, lineterminator="\n").writerow(texts)
    return made.getvalue()


def _as_yaml(_listing: Listing, obj: Object | None, state: State, _now: int) -> str:
    return "" if obj is None else f"---\n{dump_yaml(served(state, obj))}"


Form = Callable[[Listing, Object | None, State, int], str]
_FORMS: Mapping[str, Form] = MappingProxyType({".csv": _as_csv, ".yaml": _as_yaml, ".yml": _as_yaml})
