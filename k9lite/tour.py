"""The tour: what it asks for, step by step, and how it sees that it was done. Pure; widgets/tour_line.py shows it.

It goes over the sample cluster, in which one thing is quietly wrong, and takes two minutes. A step is over when what
it asks for is so, however that came about.
"""

from collections.abc import Callable

from attrs import frozen


@frozen(kw_only=True)
class Seen:
    """What can be seen of the console, and the kubectl line of what was done last in this step, or ""."""

    screen: str
    """The name of the screen's class, and its title where it has one: ``TextScreen Describe Pod shop/web``."""
    kind: str
    name: str
    filter: str
    depth: int
    """How many tables Esc leads back through."""
    line: str = ""

    @property
    def is_main(self) -> bool:
        return self.screen.startswith("MainScreen")


@frozen
class Step:
    says: str
    done: Callable[[Seen], bool]


def _ran(*verbs: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.line.removeprefix("kubectl ").startswith(verbs)


STEPS: tuple[Step, ...] = (
    Step(
        "Press / and type shop, then Enter: only rows with that stay",
        lambda seen: bool(seen.filter) and seen.is_main,
    ),
    Step("Esc clears the filter; 3 is deployments: Enter on one goes below it", lambda seen: seen.depth > 0),
    Step("Press d: all about the object under the cursor", lambda seen: "Describe" in seen.screen),
    Step(
        "Esc. One thing is quietly wrong: 4 is services, go to that with ✗",
        lambda seen: seen.is_main and (seen.kind, seen.name) == ("Service", "cart"),
    ),
    Step("Press W: why is it so?", lambda seen: "why" in seen.screen.lower()),
    Step("Esc, and mend it: type :set selector svc cart app=cart -n shop", _ran("set selector")),
    Step("Press 3 (Esc goes up), go to web, press L, add tour=yes, Enter", _ran("label")),
    Step("Press S, type 6 and Enter: more pods of it", _ran("scale")),
    Step("Press R and Enter: its pods anew; then U and Enter: undone", _ran("rollout undo")),
    Step("Press m: where the pods are, and how they move", lambda seen: seen.screen.startswith("MapScreen")),
    Step("Esc, then H: all you did, when, and what it changed", lambda seen: "ledger" in seen.screen),
    Step("That is all: ? every key, : any command. Esc ends this, q leaves", lambda _seen: False),
)


@frozen
class Tour:
    """Where one is in it. ``line`` is what had been done last when the step began."""

    step: int = 0
    line: str = ""

    @property
    def text(self) -> str:
        return f"Tour {self.step + 1}/{len(STEPS)}  {STEPS[self.step].says}"

    def after(self, seen: Seen) -> "Tour":
        """The next step, where this one is done; itself where it is not."""
        fresh = seen.line if seen.line != self.line else ""
        now = Seen(
            screen=seen.screen, kind=seen.kind, name=seen.name, filter=seen.filter, depth=seen.depth, line=fresh
        )
        return Tour(self.step + 1, seen.line) if STEPS[self.step].done(now) else self
