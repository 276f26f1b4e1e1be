"""Style sheets that are read once: of a theme that was worn before, or of what is new on a sheet, only that is read.

Textual reads all of its style sheet anew for each theme, and once more with the next widget of a new sort.
"""

from collections.abc import Mapping

from textual.css.stylesheet import Stylesheet


class ReadOnce(Stylesheet):
    """One theme's style sheet: with the same variables, nothing is read twice."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables=dict(variables))
        self._read_with = dict(variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._read_with:
            self._read_with = dict(variables)
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()

    def reads_with(self, variables: Mapping[str, str]) -> bool:
        return self._read_with == variables


class Sheets:
    """One for each theme that was worn."""

    def __init__(self, first: ReadOnce) -> None:
        self._kept = [first]

    def with_variables(self, variables: Mapping[str, str], worn: Stylesheet) -> ReadOnce:
        """What is on the sheet that is worn, in its order, with these colours."""
        sheet = next((each for each in self._kept if each.reads_with(variables)), None)
        if sheet is None:
            sheet = ReadOnce(variables)
            self._kept.append(sheet)
        for read_from, source in worn.source.items():
            sheet.add_source(
                source.content, read_from, source.is_defaults, tie_breaker=source.tie_breaker, scope=source.scope
            )
        return sheet
