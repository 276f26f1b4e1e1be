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

    _hidden: Deed | None = None

    def show(self, deed: Deed) -> None:
        """Shows how far a deed has come; one that was put out of sight comes again at its end."""
        if deed is self._hidden and deed.running:
            return
        self.deed, self._hidden = deed, None
        self.add_class("-shown")
        state = "Esc hides, X cancels" if deed.running else deed.outcome + ", Esc closes"
        self.border_title = Content(plain(f"{deed.line} ({state})"))
        said = [plain(line) for line in deed.lines[-_LINES:]] or ["waiting…"]
        self.update(Content("\n".join([*_bar(deed), *said])))

    def dismiss(self) -> bool:
        """Hides it, also while its deed goes on; False if it was not shown."""
        if not self.has_class("-shown"):
            return False
        self._hidden = self.deed
        self.remove_class("-shown")
        return True


def _bar(deed: Deed) -> list[str]:
    """How far it is, where that can be counted."""
    done, total = deed.progress
    if not deed.running or not total:
        return []
    full = done * _BAR_CELLS // total
    return [f"{'█' * full}{'░' * (_BAR_CELLS - full)} {done}/{total}"]
