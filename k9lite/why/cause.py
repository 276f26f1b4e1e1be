"""One line of an explanation."""

from attrs import evolve, frozen

from engine.kinds import Ref


@frozen
class Cause:
    """``level`` is a Health's; ``ref`` the object it is about, if another one leads on; ``depth`` how far below."""

    text: str
    level: str = "bad"
    ref: Ref | None = None
    depth: int = 0

    def deeper(self) -> "Cause":
        return evolve(self, depth=self.depth + 1)
