"""How large the benchmarks are, and what a row of their table is."""

from collections.abc import Callable, Mapping
from statistics import median
from types import MappingProxyType

from attrs import frozen

_ENOUGH_SECONDS = 10

Row = tuple[str, ...]
"""What was measured, k9lite's figure, the peer's figure with its name, how many times better k9lite is."""


@frozen(kw_only=True)
class Scale:
    """``generated`` and ``scheduling`` are pairs of nodes and pods; ``created`` and ``filled`` of pods and nodes."""

    created: tuple[tuple[int, int], ...]
    filled: tuple[tuple[int, int], ...]
    generated: tuple[int, int]
    reopened: tuple[int, ...]
    commits: int
    scheduling: tuple[tuple[int, int], ...]
    appends: int
    follows: int
    shown: int


QUICK = Scale(
    created=((1_000, 100),),
    filled=((1_000, 50),),
    generated=(20, 500),
    reopened=(2_000,),
    commits=2_000,
    scheduling=((100, 500),),
    appends=300,
    follows=100,
    shown=2_000,
)
DEFAULT = Scale(
    created=((1_000, 100), (5_000, 1_000)),
    filled=((1_000, 50), (10_000, 400)),
    generated=(400, 10_000),
    reopened=(10_000, 100_000),
    commits=20_000,
    scheduling=((100, 2_000), (1_000, 2_000), (5_000, 2_000)),
    appends=1_000,
    follows=300,
    shown=20_000,
)
FULL = Scale(
    created=((1_000, 100), (5_000, 1_000)),
    filled=((1_000, 50), (10_000, 400), (150_000, 5_000)),
    generated=(5_000, 150_000),
    reopened=(10_000, 100_000, 150_000),
    commits=1_000_000,
    scheduling=((100, 10_000), (1_000, 30_000), (5_000, 150_000)),
    appends=5_000,
    follows=1_000,
    shown=150_000,
)
SCALES: Mapping[str, Scale] = MappingProxyType({"quick": QUICK, "default": DEFAULT, "full": FULL})


def not_run(what: str, why: str) -> Row:
    return what, f"not run: {why}", "", ""


def typical(work: Callable[[], float], rounds: int) -> float:
    """The median of so many figures, each in seconds; fewer once they have taken ``_ENOUGH_SECONDS``."""
    spent: list[float] = []
    while len(spent) < rounds and sum(spent) < _ENOUGH_SECONDS:
        spent.append(work())
    return median(spent)


def times(figure: float) -> str:
    """A ratio with as many digits as it deserves."""
    return f"{figure:,.0f}x" if figure >= 20 else f"{figure:.1f}x" if figure >= 2 else f"{figure:.2f}x"


def seconds(figure: float) -> str:
    if figure < 0.001:
        return f"{figure * 1e6:.0f} us"
    return f"{figure * 1000:.1f} ms" if figure < 1 else f"{figure:.2f} s"
