"""Where a pane was before, and which namespaces were looked at lately: what a key leads back to."""

from engine.kinds import Ref
from k9lite.resource import Query

_MOST_NAMESPACES = 9

Shown = tuple[Query, str, str | None]
"""What a pane lists, its filter, and the uid its cursor is on."""


class Trail:
    """``note`` is told what a pane shows whenever that may be something else."""

    def __init__(self) -> None:
        self.namespaces: list[str] = []
        """The one looked at last first."""
        self.line = ""
        """The kubectl line of what was done last here."""
        self.pointed: Ref | None = None
        """What had the cursor where one came back from just now: the tables point at it as well."""
        self._now: dict[int, Shown] = {}
        self._before: dict[int, Shown] = {}

    def note(self, pane: int, shown: Shown) -> None:
        before = self._now.get(pane)
        self._now[pane] = shown
        if before is not None and before[0] != shown[0]:
            self._before[pane] = before
        namespace = shown[0].namespace
        if namespace and namespace not in self.namespaces[:1]:
            others = [each for each in self.namespaces if each != namespace]
            self.namespaces = [namespace, *others][:_MOST_NAMESPACES]

    def pointed_at(self) -> Ref | None:
        """Once: who comes back again comes from elsewhere."""
        pointed, self.pointed = self.pointed, None
        return pointed

    def before(self, pane: int) -> Shown | None:
        """What it listed before what it lists now."""
        return self._before.get(pane)
