"""Long lists: filter and order come in portions, and nothing is read twice."""

from attrs import define

from engine.store.state import State
from k9lite.arranging import AT_ONCE_ROWS, Arranging
from k9lite.filters import Filter, Sieve
from k9lite.resource import Resource
from k9lite.widgets.columns import Cell, Column

ROWS = Resource(
    kind="",
    columns=(Column("NAME"),),
    cells=lambda line, _state, _now: (Cell(line.text),),
    text=lambda line, _state, _now: line.text,
)


@define(eq=False)
class Counted:
    """A line that counts how often it was read."""

    key: str
    reads: int = 0

    @property
    def text(self) -> str:
        self.reads += 1
        return f"row {self.key}"


def sieve(text: str) -> Sieve:
    return Filter(text).over(ROWS)


def to_the_end(arranging: Arranging[Counted]) -> int:
    """How many portions that took."""
    portions = 1
    while arranging.go_on(State(), 0, lambda: False):
        portions += 1
    return portions


def test_what_is_long_is_found_in_portions_and_is_what_it_would_be_at_once() -> None:
    lines = [Counted(str(number)) for number in range(3000)]
    arranging: Arranging[Counted] = Arranging()
    arranging.begin(lines, sieve("7"), lambda line: -int(line.key), reverse=False)
    assert arranging.go_on(State(), 0, lambda: False)
    assert 0 < len(arranging.passed) <= AT_ONCE_ROWS and not arranging.is_whole
    assert to_the_end(arranging) > 10 and arranging.is_whole
    assert [line.key for line in arranging.passed] == [str(each) for each in range(2999, -1, -1) if "7" in str(each)]


def test_a_line_is_read_once_for_all_the_letters_of_a_filter() -> None:
    lines = [Counted(str(number)) for number in range(1000)]
    arranging: Arranging[Counted] = Arranging()
    for text in ("4", "42", "421", ""):
        arranging.begin(lines, sieve(text), None, reverse=False)
        to_the_end(arranging)
    assert len(arranging.passed) == 1000 and {line.reads for line in lines} == {1}


def test_another_line_of_the_same_key_is_read_anew() -> None:
    lines = [Counted(str(number)) for number in range(10)]
    arranging: Arranging[Counted] = Arranging()
    for given in (lines, [Counted("0"), *lines[1:]]):
        arranging.begin(given, sieve("row"), None, reverse=True)
        to_the_end(arranging)
    assert arranging.passed[-1].reads == 1 and {line.reads for line in lines} == {1}
    assert [line.key for line in arranging.passed] == [str(each) for each in range(9, -1, -1)]


def test_a_list_that_a_screen_shows_whole_is_whole_at_once() -> None:
    lines = [Counted(str(number)) for number in range(AT_ONCE_ROWS)]
    arranging: Arranging[Counted] = Arranging()
    arranging.begin(lines, sieve("row"), None, reverse=False)
    assert not arranging.go_on(State(), 0, lambda: False) and len(arranging.passed) == AT_ONCE_ROWS
