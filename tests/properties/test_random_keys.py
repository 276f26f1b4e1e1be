"""Whatever is pressed, clicked, typed or resized, while the cluster changes under it: nothing raises, no key takes
long, and what is done is done to what was selected.

Seeded: a failure tells its seed and the last moves. ``K9LITE_RANDOM_KEYS=5000`` presses more than a run of all tests
does, ``K9LITE_RANDOM_SEED=7`` others; ``K9LITE_KEY_FACTOR=1`` holds each key to 100 ms instead of twice that.
Measured is the processor's time, against what other work takes in the same moment; and a key takes long when it does
so twice, in a story that is played again from its beginning.
"""

import gc
import os
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from time import process_time
from weakref import WeakKeyDictionary

import pytest
from attrs import define, field
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import Screen

from engine.access.identity import Identity
from engine.api.writes import Create, Delete, Write
from engine.errors import ApiError
from engine.kinds import Deployment, Pod, Ref, ref_of
from engine.store.commit import Commit
from engine.store.state import State
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.screens.rows import RowsScreen
from k9lite.widgets.command_line import CommandLine
from tests.builders import deployment
from tests.console.every_screen import OPENERS, bound_keys, home
from tests.console.pressing import click, hit, line, settle
from tests.console.showing import living, recorded, show, tell

MOVES = int(os.environ.get("K9LITE_RANDOM_KEYS", "200"))
SEED = int(os.environ.get("K9LITE_RANDOM_SEED", "1"))
SECONDS = 0.1 * float(os.environ.get("K9LITE_KEY_FACTOR", "2"))
WARMED = ("help", "place-map", "verb-delete", "verb-scale", "verb-label", "verb-logs", "verb-edit")
"""Opened once beforehand: what is imported and styled for the first time is no key's fault."""
SIZES = ((20, 5), (80, 24), (120, 36), (200, 60), (4, 2), (40, 12))
KEYS = (
    *"abcdefghijklmnoprstuvwxyz", *"ABCDEFGHIJKLMNOPRSTUVWXYZ", *"0123456789", "enter", "enter", "enter", "escape",
    "escape", "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "backspace",
    "delete", "space", "slash", "colon", "question_mark", "ctrl+s", "ctrl+a", "ctrl+k", "ctrl+u", "ctrl+w", "f1", "f5",
    "shift+up", "shift+down", "ctrl+d", "plus", "minus", "underscore", "full_stop", "comma",
    "left_square_bracket", "ctrl+space",
)  # fmt: skip
ENDS = ("q", "ctrl+q", "ctrl+c", "ctrl+z")
"""Those that end the console, or stop it."""
LINES = (
    "pods", "po default", "deploy -l app=web", "ns default", "ns all", "cm -A", "events", "split svc", "split cm below",
    "close", "layout reset", "layout save a", "layout a", "view save b", "view b", "speed 10", "pause", "step", "help",
    "help drain", "scale deploy web --replicas=5", "cordon w1", "uncordon w1", "drain w2 --ignore-daemonsets --force",
    "delete pod -l app=web", "rollout restart deploy web", "get pods -w", "get pods -o wide", "describe node w1",
    "seek 3", "seek 12:30", "label node w1 a=b", "run x --image=nginx", "logs deploy/web", "wait pod x --for=delete",
    "exec deploy/web -- ls", "get po -o jsonpath={.items[*].metadata.name}", "top pods", "why pod web",
    "explain pod.spec",
    "set image deploy/broken *=nginx", "taint node w1 k=v:NoExecute", "create ns more", "rollout status deploy web",
)  # fmt: skip
LETTERS = "abc -=/:.*[](){}'\"\\!?&|<>~^$%#@0€ü漢\u0301\u200b\u202e\x00\x07\x1b\t\n\x7f\U0001f600"


class Noting(EmbeddedClient):
    """A living cluster that notes the deeds of its console."""

    def __init__(self, client: EmbeddedClient) -> None:
        super().__init__(client.cluster, clock=lambda: 0.0)
        self.noted: list[tuple[str, State]] = []
        """What it was done to beside each."""

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        self.noted.append((deed, self.state))
        return super().submit(writes, deed, identity)


@define
class Hand:
    """Moves by lot. ``selected`` is what the next deed may be about, with its uids."""

    pilot: Pilot[int]
    client: Client
    lots: Random
    moves: deque[str] = field(factory=lambda: deque(maxlen=30))
    selected: Mapping[Ref, str] = field(factory=dict)
    about: MutableMapping[Screen[object], Mapping[Ref, str]] = field(factory=WeakKeyDictionary)
    """What was selected on each screen, or, where nothing can be, on the one it was opened from."""
    made: int = 0
    slow: dict[int, str] = field(factory=dict)
    """What took long, by the number of its move."""

    async def move(self) -> None:
        self.made += 1
        lot = self.lots.random()
        if lot < 0.03:
            size = self.lots.choice(SIZES)
            self.moves.append(f"resize {size}")
            await self.pilot.resize_terminal(*size)
        elif lot < 0.09:
            await self._type(self._line())
        elif lot < 0.11:
            text = self._garbage()
            self.moves.append(f"paste {text!r}")
            self.pilot.app.post_message(Paste(text))
            await settle(self.pilot)
        elif lot < 0.2:
            await self._let_something_happen()
        elif lot < 0.3:
            size = self.pilot.app.size
            x, y = self.lots.randrange(max(1, size.width)), self.lots.randrange(max(1, size.height))
            await self._timed(f"click {x},{y}", lambda: click(self.pilot, x, y))
        elif lot < 0.33:
            name = self.lots.choice(list(OPENERS))
            if isinstance(self.pilot.app.screen, MainScreen):
                self.moves.append(f"open {name}")
                await OPENERS[name].open(self.pilot)
        else:
            bound = bound_keys(self.pilot)
            key = self.lots.choice(bound) if bound and lot < 0.8 else self.lots.choice(KEYS)
            if key not in ENDS:
                await self._timed(key, lambda: hit(self.pilot, key))

    async def _timed(self, name: str, do: Callable[[], Awaitable[float]]) -> None:
        """A key or a click: it is quick, and what it does is done to what was selected."""
        prompt = isinstance(self.pilot.app.focused, CommandLine)  # a line names what it is about
        if (refs := selected(self.pilot)) is not None:
            found = ((ref, self.client.state.get(ref)) for ref in refs)
            self.about[self.pilot.app.screen] = {ref: obj.metadata.uid for ref, obj in found if obj is not None}
        self.selected = self.about.setdefault(self.pilot.app.screen, self.selected)
        before = [deed for deed, _ in self._deeds()]
        self.moves.append(name)
        spent = await do()
        if spent >= SECONDS and spent >= SECONDS * slowness():
            self.slow[self.made] = f"{name} took {spent:.3f} s after {' | '.join(self.moves)}"
        if not prompt:
            for deed, state in self._deeds()[len(before) :]:
                if deed not in before and " exec " not in deed:
                    self._check(deed, state)

    def _check(self, deed: str, state: State) -> None:
        """A line of kubectl names nothing but what was selected, and that was still the same."""
        names = {obj.metadata.name for kind in ("Node", "Pod", "Deployment", "Service") for obj in state.objects(kind)}
        of_selected = {ref.name for ref in self.selected}
        named = {word.rpartition("/")[2] for word in deed.split()} & (names | of_selected)
        assert named <= of_selected, f"{deed}: selected were {sorted(of_selected)}"
        for ref, uid in self.selected.items():
            now = state.get(ref) if ref.name in named else None
            assert now is None or now.metadata.uid == uid, f"{deed}: {ref} was another one when it was selected"

    def _deeds(self) -> list[tuple[str, State]]:
        return self.client.noted if isinstance(self.client, Noting) else []

    async def _type(self, text: str) -> None:
        if isinstance(self.pilot.app.screen, MainScreen) and self.pilot.app.screen.desk.pane.is_mounted:
            self.moves.append(f"type {text!r}")
            self.pilot.app.screen.desk.pane.table.focus()
            await line(self.pilot, text)

    def _line(self) -> str:
        whole = self.lots.choice(LINES)
        lot = self.lots.random()
        if lot < 0.5:
            return whole
        if lot < 0.75:
            return whole[: self.lots.randrange(len(whole))]
        return whole[: self.lots.randrange(len(whole))] + self._garbage()

    def _garbage(self) -> str:
        return "".join(self.lots.choices(LETTERS, k=self.lots.randrange(12)))

    async def _let_something_happen(self) -> None:
        """The cluster goes on, somebody else changes it, a recording plays; then the screens are told."""
        client = self.client
        if isinstance(client, Noting):
            self._somebody_else(client)
            client.cluster.advance(client.now + self.lots.choice((1, 3, 30, 300)))
        else:
            client.set_speed(10)
            client.advance(self.lots.choice((0.1, 1.0, 20.0)))
        self.moves.append("time passes")
        await tell(self.pilot)

    def _somebody_else(self, client: Noting) -> None:
        """Deletes something, replaces it, or brings something new, behind the console's back."""
        state, lot = client.state, self.lots.random()
        pods, others = list(state.all(Pod)), [each for each in state.all(Deployment) if each.metadata.name != "web"]
        if lot < 0.4 and pods:
            self._submit(client, Delete(ref=ref_of(self.lots.choice(pods))))
        elif lot < 0.5 and others:
            self._submit(client, Delete(ref=ref_of(self.lots.choice(others))))
        elif lot < 0.6:
            self._submit(client, Delete(ref=Ref("Deployment", "default", "web")))
            self._submit(client, Create(deployment("web", replicas=3)))
        elif lot < 0.8:
            name = f"other-{self.lots.randrange(10**6)}"
            self._submit(client, Create(deployment(name, replicas=2)))

    def _submit(self, client: Noting, write: Write) -> None:
        with suppress(ApiError):
            client.cluster.submit("user", [write], "")


def selected(pilot: Pilot[int]) -> Sequence[Ref] | None:
    """What the screen on top shows as selected; None for one that is about what was selected where it was opened."""
    screen = pilot.app.screen
    if isinstance(screen, MainScreen):
        return screen.desk.pane.selected()
    if isinstance(screen, MapScreen):
        return [] if screen.selected is None else [screen.selected]
    if isinstance(screen, RowsScreen):
        return None if screen.line is None or screen.line.ref is None else [screen.line.ref]
    return None


def slowness() -> float:
    """How many times as long as on the machine of the README's figures work takes here and now; 1 at least."""
    begun = process_time()
    made = {str(number): hash(str(number)[-2:]) for number in range(30_000)}  # nothing that garbage is looked for in
    assert len(made) == 30_000
    return max(1.0, (process_time() - begun) / 0.006)


def play(begin: Callable[[], Client], seed: str, size: tuple[int, int], moves: int) -> None:
    slow = played(begin(), seed, size, moves)
    if slow:
        again = played(begin(), seed, size, moves)
        assert not slow.keys() & again.keys(), (seed, slow, again)


def played(client: Client, seed: str, size: tuple[int, int], moves: int) -> dict[int, str]:
    """What took long."""
    slow: dict[int, str] = {}

    async def story(pilot: Pilot[int]) -> None:
        hand = Hand(pilot, client, Random(seed), slow=slow)
        for name in WARMED:
            await home(pilot)
            await OPENERS[name].open(pilot)
        await home(pilot)
        try:
            with set_aside():
                for _ in range(moves):
                    await hand.move()
                    if pilot.app.return_code is not None:
                        raise AssertionError("the console has ended")
        except BaseException as error:
            error.add_note(f"seed {seed}, after {' | '.join(hand.moves)}")
            raise

    show(client, story, size)
    return slow


@contextmanager
def set_aside() -> Iterator[None]:
    """No key pays for walking over what thousands of other tests left: as at a start, only what comes is collected."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)


@pytest.mark.timeout(60 + 2 * MOVES)
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["narrow", "wide"])
def test_random_moves_on_a_living_cluster(size: tuple[int, int]) -> None:
    play(lambda: Noting(living()), f"living {SEED} {size}", size, MOVES)


@pytest.mark.timeout(60 + 2 * MOVES)
def test_random_moves_on_a_recording(tmp_path_factory: pytest.TempPathFactory) -> None:
    deeds = ("cordon w1", "scale deploy web --replicas=5", "drain w2 --ignore-daemonsets")

    def begin() -> Client:
        return recorded(tmp_path_factory.mktemp("recorded"), deeds=deeds)

    play(begin, f"recorded {SEED}", (120, 36), MOVES)
