"""The pane that shows what the selected object is like. It is handed lines; it does not know where they are from."""

from collections.abc import Sequence
from typing import Self

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region

from engine.kinds.frozen import frozen
from k9lite.splits import DETAIL
from k9lite.widgets.frame_title import FrameTitle
from k9lite.widgets.split_area import pane_id
from k9lite.widgets.text_view import Highlight, TextView


@frozen
class Detail:
    """Lines about one object, and how they are coloured."""

    about: str
    lines: tuple[str, ...]
    highlight: Highlight | None


class DetailPane(Vertical):
    """``show`` keeps the reader's place while it is about the same object in the same way."""

    DEFAULT_CSS = """
    DetailPane { border: round $panel-lighten-2; border-title-color: $text-muted; height: 1fr; width: 1fr; }
    DetailPane:focus-within { border: round $accent; border-title-color: $text-accent; border-title-style: bold; }
    DetailPane:nocolor:focus-within, DetailPane:ansi:focus-within { border: heavy $foreground; }
    """

    def __init__(self) -> None:
        super().__init__(id=pane_id(DETAIL))
        self._shown: tuple[str, str] = ("", "")
        self._lines: Sequence[str] = ()
        self._frame = FrameTitle()

    def refresh(self, *regions: Region, **how: bool) -> Self:
        return super().refresh(*(regions or self._frame.regions), **how)

    def compose(self) -> ComposeResult:
        yield TextView(empty_text="nothing is selected")

    @property
    def view(self) -> TextView:
        return self.query_one(TextView)

    def show(self, detail: Detail | None, mode: str, modes: Sequence[str]) -> None:
        """None where nothing is selected. Logs are seen from their end, all else from its start."""
        about = "" if detail is None else detail.about
        lines = () if detail is None else detail.lines
        same = self._shown == (about, mode)
        self._shown = (about, mode)
        self._frame.show(self, f"v {mode} {about}", " ".join(each for each in modes if each != mode))
        if same and lines == self._lines:
            return
        self._lines = lines
        view = self.view
        view.highlight_with(None if detail is None else detail.highlight)
        view.set_lines(lines, keep_place=same)
        if mode == "logs" and not same:
            view.action_last()
