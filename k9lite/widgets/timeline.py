"""The line of a recording: where in it one is, and when its user did something.

    08:12:03 ━━━━━━━◆━━━●────◆──────◆──── 08:40:00   kubectl drain w2
"""

from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from engine.kinds.frozen import frozen
from k9lite.widgets.safe import plain

HERE, DEED, PAST, AHEAD = "●", "◆", "━", "─"
_LEAST_BAR, _ROOMY_CELLS = 10, 100


@frozen(kw_only=True)
class Course:
    """Times are cluster seconds; ``start`` and ``end`` how they are written; ``deed`` the last thing done."""

    first: int
    last: int
    now: int
    start: str
    end: str
    deeds: tuple[int, ...] = ()
    deed: str = ""


class Timeline(Static):
    """Set ``course``; None hides it. A click asks for the moment it was on."""

    DEFAULT_CSS = """
    Timeline { height: 1; background: $surface; padding: 0 1; display: none; }
    Timeline.-shown { display: block; }
    """
    course: reactive[Course | None] = reactive(None)

    class Wanted(Message):
        """The user wants to see the recording at this cluster time."""

        def __init__(self, moment: int) -> None:
            super().__init__()
            self.moment = moment

    def watch_course(self, course: Course | None) -> None:
        self.set_class(course is not None, "-shown")

    def render(self) -> Text:
        course, width = self.course, self.content_size.width
        if course is None:
            return Text("")
        line = Text(no_wrap=True)
        size = _bar_size(course, width)
        if size >= _LEAST_BAR:
            line.append(f"{course.start} ", "dim").append(bar(course, size)).append(f" {course.end}", "dim")
        line.append(f"  {plain(course.deed)}" if course.deed else "", "bold")
        line.truncate(width, overflow="ellipsis")
        return line

    def on_click(self, event: Click) -> None:
        if self.course is None:
            return
        size = _bar_size(self.course, self.content_size.width)
        at = event.x - 1 - len(self.course.start) - 1
        if 0 <= at < size:
            span = self.course.last - self.course.first
            self.post_message(self.Wanted(self.course.first + span * at // max(1, size - 1)))


def bar(course: Course, size: int) -> str:
    """``size`` cells; where one is wins over what was done there."""
    here = _place(course, course.now, size)
    line = [PAST if at < here else AHEAD for at in range(size)]
    for time in course.deeds:
        line[_place(course, time, size)] = DEED
    line[here] = HERE
    return "".join(line)


def _place(course: Course, time: int, size: int) -> int:
    span = max(1, course.last - course.first)
    return min(max((time - course.first) * (size - 1) // span, 0), size - 1)


def _bar_size(course: Course, width: int) -> int:
    """The same whatever was done last, so that nothing jumps while it plays."""
    room = width - len(course.start) - len(course.end) - 2
    if not course.deeds:
        return room
    return room // 2 if width >= _ROOMY_CELLS else room // 3
