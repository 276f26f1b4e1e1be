"""What a map is drawn of: lines of pieces, some of which stand for an object. It knows no screen and no colours."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import Factory, field, frozen

from engine.kinds import Ref
from k9lite.widgets.safe import cells, cut, plain


@frozen
class Piece:
    """Some cells of one line. ``style`` is a meaning (ok, warn, bad, dim, accent, changed); ``key`` a UID, or ""."""

    text: str
    style: str = ""
    key: str = ""


Line = tuple[Piece, ...]


@frozen
class Target:
    """An object's place: its line, its first cell and how wide it is."""

    key: str
    ref: Ref
    line: int
    x: int
    width: int


@frozen
class Picture:
    """``targets`` by key, from the top and the left."""

    lines: Sequence[Line]
    targets: dict[str, Target] = field(repr=False)
    told: Mapping[str, str] = Factory(dict)
    """By key what is said of an object, where the picture is one of words."""

    def nearest(self, key: str, dx: int, dy: int) -> str:
        """The target one gets to from another by an arrow: on the same line, or the nearest above or below."""
        here = self.targets.get(key)
        if here is None:
            return next(iter(self.targets), "")
        if dx:
            row = sorted((each for each in self.targets.values() if each.line == here.line), key=lambda each: each.x)
            at = next(at for at, each in enumerate(row) if each.key == key) + dx
            return row[at].key if 0 <= at < len(row) else key
        beyond = [each for each in self.targets.values() if (each.line - here.line) * dy > 0]
        return min(beyond, key=lambda each: (abs(each.line - here.line), abs(each.x - here.x)), default=here).key

    def at(self, line: int, x: int) -> str:
        """The key of what is there, "" for nothing."""
        return next(
            (key for key, each in self.targets.items() if each.line == line and each.x <= x < each.x + each.width), ""
        )


def width_of(line: Iterable[Piece]) -> int:
    return sum(cells(piece.text) for piece in line)


def fitted(text: str, width: int) -> str:
    """A cluster's text made harmless, cut or filled up to so many cells."""
    shown = cut(plain(text), width)
    return shown + " " * (width - cells(shown))
