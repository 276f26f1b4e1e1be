"""Deeds under way: what each has said so far, in a pane that takes no key away; the newest lines show."""

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from k9lite.deeds import Deed
from k9lite.widgets.safe import plain

_LINES, _BAR_CELLS = 5, 40


class DeedPanel(Static):
    """Shown while a deed takes time; it stays after the end until it is dismissed (Esc)."""

    DEFAULT_CSS = """
    DeedPanel { height: auto; max-height: 9; border: round $warning; display: none; padding: 0 1;
        text-wrap: nowrap; text-overflow: ellipsis; }
    DeedPanel.-shown { display: block; }
    """
    deed: reactive[Deed | None] = reactive(None)

    def show(self, deed: Deed) -> None:
        """Shows how far a deed has come."""
        self.deed = deed
        self.add_class("-shown")
        state = "X cancels" if deed.running else deed.outcome + ", Esc closes"
        self.border_title = Content(plain(f"{deed.line} ({state})"))
        said = [plain(line) for line in deed.lines[-_LINES:]] or ["waiting…"]
        self.update(Content("\n".join([*_bar(deed), *said])))

    def dismiss(self) -> bool:
        """Hides it; False if it was not shown, or its deed goes on."""
        if not self.has_class("-shown") or (self.deed is not None and self.deed.running):
            return False
        self.remove_class("-shown")
        return True


def _bar(deed: Deed) -> list[str]:
    """How far it is, where that can be counted."""
    done, total = deed.progress
    if not deed.running or not total:
        return []
    full = done * _BAR_CELLS // total
    return [f"{'█' * full}{'░' * (_BAR_CELLS - full)} {done}/{total}"]
