"""Which objects were meant, by their uids: a name may come back, and is another object then."""

from collections.abc import Mapping, Sequence

from attrs import field

from engine.errors import UsageError
from engine.kinds import Ref
from engine.kinds.frozen import frozen
from engine.store.state import State


@frozen
class Meant:
    """What was there by these names."""

    uids: Mapping[Ref, str] = field(factory=dict)

    def check(self, state: State) -> None:
        """Raises UsageError where there is another object of one of the names; one that is gone is not looked for."""
        for ref, uid in self.uids.items():
            now = state.get(ref)
            if now is not None and now.metadata.uid != uid:
                raise UsageError(f"{ref} was replaced by another of its name meanwhile: nothing was done")


def meant(refs: Sequence[Ref], state: State) -> Meant:
    return Meant({ref: obj.metadata.uid for ref in refs if (obj := state.get(ref)) is not None})
