"""What follows the cursor waits for it to rest, and no longer."""

from collections.abc import Callable

from attrs import define, field

from k9lite.resting import Resting


@define
class Waiting:
    """One that is told when its time has come."""

    seconds: float
    then: Callable[[], None]
    is_stopped: bool = False

    def stop(self) -> None:
        self.is_stopped = True


@define
class Cursor:
    """``waits`` are all that were begun; ``now`` is what the clock says."""

    now: float = 100.0
    waits: list[Waiting] = field(factory=list)
    followed: int = 0

    def resting(self) -> Resting:
        return Resting(self._wait, self._follow, clock=lambda: self.now)

    def _wait(self, seconds: float, then: Callable[[], None]) -> Waiting:
        self.waits.append(Waiting(seconds, then))
        return self.waits[-1]

    def _follow(self) -> None:
        self.followed += 1


def test_a_lone_move_is_followed_within_a_frame_or_two() -> None:
    cursor = Cursor()
    resting = cursor.resting()
    for place in ("a", "b", "c"):
        cursor.now += 0.2
        resting.at(place)
        assert cursor.waits[-1].seconds < 0.02
        cursor.waits[-1].then()
    assert cursor.followed == len(cursor.waits) == 3


def test_what_a_held_key_passes_is_not_followed() -> None:
    cursor = Cursor()
    resting = cursor.resting()
    for place in range(40):
        cursor.now += 0.033
        resting.at(place)
    assert all(each.is_stopped for each in cursor.waits[:-1])
    assert not cursor.waits[-1].is_stopped
    assert all(each.seconds > 0.033 for each in cursor.waits[1:])


def test_a_cursor_that_stays_is_waited_for_once() -> None:
    cursor = Cursor()
    resting = cursor.resting()
    for _ in range(5):
        cursor.now += 0.001
        resting.at("a")
    assert len(cursor.waits) == 1
    cursor.waits[0].then()
    resting.at("a")
    assert len(cursor.waits) == 2, "the cluster has changed: it is looked at again"
