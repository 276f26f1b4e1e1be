"""What one commit did to one object."""

from typing import NamedTuple

from engine.kinds import Object, Ref


class Change(NamedTuple):
    """An object before and after a commit; ``old`` is None when it was created, ``new`` when it was removed."""

    ref: Ref
    old: Object | None
    new: Object | None

    @property
    def object(self) -> Object:
        """The newest there is of it."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found
