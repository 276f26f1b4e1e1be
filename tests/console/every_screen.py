"""Every screen there is, by name, with the keys and lines that open it: read off PLACES, KINDS' panes and VERBS.

A test that has to hold for all screens goes through OPENERS; a new place joins by its line in PLACES.
"""

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from k9lite.details import MODES
from k9lite.places import PLACES
from k9lite.screens.main import MainScreen
from k9lite.verbs import VERBS, WITH_A_KEY
from k9lite.widgets.desk import PANES
from tests.console.pressing import hit, line, settle


@frozen
class Opener:
    """``line`` is typed first where there is one, then ``keys`` are pressed, all from the main screen."""

    keys: tuple[str, ...] = ()
    line: str = ""
    writes: bool = False
    """A read-only console does not open it."""
    living: bool = True
    recorded: bool = True

    async def open(self, pilot: Pilot[int]) -> None:
        if self.line:
            await line(pilot, self.line)
        for key in self.keys:
            await hit(pilot, key)


_NODES, _PODS, _DEPLOYMENTS, _SERVICES = (str(number) for number in range(1, len(PANES) + 1))
_HOME = {"Node": _NODES, "Pod": _PODS, "Deployment": _DEPLOYMENTS, "Service": _SERVICES}


def _verb(name: str) -> Opener:
    """The key of a verb, pressed where it is offered."""
    verb = VERBS[name]
    pane = next((_HOME[kind] for kind in verb.kinds if kind in _HOME), _PODS)
    return Opener((pane, "g", "j", verb.key.split(",")[0]), writes=verb.writes)


OPENERS: dict[str, Opener] = {
    **{f"pane-{kind.lower()}": Opener((_HOME[kind],)) for kind in PANES},
    "wide": Opener((_PODS, "w")),
    "zoom": Opener((_DEPLOYMENTS, "z")),
    **{f"detail-{mode}": Opener((_PODS, *["v"] * turns)) for turns, mode in enumerate(MODES, 1)},
    "events": Opener(line="events"),
    "events-of-a-pod": Opener((_PODS, "E")),
    "drilled": Opener((_DEPLOYMENTS, "enter")),
    "split": Opener(line="split cm"),
    "filter": Opener((_PODS, "slash", *"web")),
    "command": Opener((_PODS, "colon", *"scale deploy we")),
    "help": Opener(("question_mark",)),
    "help-of-a-verb": Opener(line="help drain"),
    **{f"place-{place.word}": Opener((), line=place.word) for place in PLACES},
    **{f"verb-{name.replace(' ', '-')}": _verb(name) for name in WITH_A_KEY},
    "deed": Opener((), line="drain w1 --ignore-daemonsets", writes=True),
    "logs-of-a-workload": Opener((_DEPLOYMENTS, "l")),
    "choice": Opener((_PODS, "l", "C")),
    "review": Opener((_DEPLOYMENTS, "e", *["down"] * 7, "end", "x", "y", "ctrl+s"), writes=True),
}


async def home(pilot: Pilot[int]) -> None:
    """Back on the main screen, whatever is open, with nothing typed and the first pane's table in focus."""
    for _ in range(20):
        screen = pilot.app.screen
        if isinstance(screen, MainScreen):
            break
        screen.dismiss()
        await settle(pilot)
    main = pilot.app.screen
    assert isinstance(main, MainScreen)
    if isinstance(pilot.app.focused, Input):
        await hit(pilot, "escape")
    main.desk.pane.table.focus()
    await line(pilot, "layout reset")
    await pilot.pause()
    main.desk.choose(None)
    await hit(pilot, _PODS)


async def back(pilot: Pilot[int], screen: Screen[Any]) -> None:
    """To ``screen`` as it was left, by leaving what was opened from it; nowhere, where it is open no more."""
    while screen in pilot.app.screen_stack and pilot.app.screen is not screen:
        pilot.app.screen.dismiss()
        await settle(pilot)


def bound_keys(pilot: Pilot[int]) -> Sequence[str]:
    """The keys that do something where the focus is, but those that end the console."""
    bindings = pilot.app.screen.active_bindings
    return [key for key, active in bindings.items() if not active.binding.action.endswith(("quit", "suspend_process"))]
