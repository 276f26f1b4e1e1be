"""Textual's list of options, on any size of terminal: where there is no line to show, its own page keys raise."""

from textual.widgets import OptionList

CHOSEN, OTHER = "● ", "○ "
"""Before the one that is chosen and before the others, where a choice is still to be seen when the focus left it."""


class Options(OptionList):
    """The lines are laid out only where there is room, and a page is counted in them."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("page_up", "page_down") and not self.scrollable_content_region:
            return False
        return super().check_action(action, parameters)
