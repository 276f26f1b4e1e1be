"""Opens the console on a pilot, over a living or a recorded cluster, and reads its screen as a person would."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

from pytest import MonkeyPatch
from rich.console import Console, RenderableType
from textual._compositor import Compositor, LayoutUpdate
from textual.pilot import Pilot

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.kinds import Object
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from k9lite.app import ConsoleApp
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.recorded import RecordedClient
from k9lite.drive import run_command
from k9lite.preferences import Preferences
from k9lite.screens.rows import RowsScreen
from k9lite.settings import Settings
from k9lite.widgets.command_line import CommandLine
from tests.builders import START, deployment, namespace, node, pod_spec, service

NARROW, WIDE = (80, 24), (120, 36)
Story = Callable[[Pilot[int]], Awaitable[None]]


def shop() -> tuple[Object, ...]:
    """Two nodes; a deployment with a service, and one whose image does not exist."""
    return (
        node("w1", zone="a"),
        node("w2", zone="b"),
        deployment("web", replicas=3),
        service("web"),
        deployment("broken", template=pod_spec("nginx:no-such-tag")),
    )


def living(*objects: Object, seconds: int = 120, read_only: bool = False) -> EmbeddedClient:
    return EmbeddedClient(_cluster(None, objects or shop(), seconds), read_only=read_only)


def recorded(folder: Path, *objects: Object, deeds: Sequence[str] = (), seconds: int = 120) -> RecordedClient:
    """A recording at its end, in which the user did ``deeds`` (kubectl lines), half a minute after each other."""
    path = folder / "session.k9log"
    header = Header(cluster="test", seed="test", created=START)
    cluster = _cluster(Log.create(path, header), objects or shop(), seconds)
    client = EmbeddedClient(cluster)
    for deed in deeds:
        assert run_command(client, deed.split()) == 0
        cluster.advance(cluster.now + 30)
    client.close()
    played = RecordedClient(History.open(path))
    played.seek(played.last_revision)
    played.set_speed(0)
    return played


def show(
    client: Client,
    story: Story,
    size: tuple[int, int] = NARROW,
    *,
    preferences: Preferences | None = None,
    settings: Settings | None = None,
    toasts: bool = False,
) -> None:
    """Runs ``story`` on the console; no time passes but what the story lets pass. ``toasts`` shows what is told."""
    app = ConsoleApp(client, preferences=preferences, settings=settings, frozen=True)
    app.animation_level = "none"

    async def run() -> None:
        async with app.run_test(size=size, notifications=toasts) as pilot:
            await pilot.pause()
            await story(pilot)

    try:
        asyncio.run(run())
    finally:
        client.close()


async def pass_time(pilot: Pilot[int], client: EmbeddedClient, seconds: int) -> None:
    client.cluster.advance(client.now + seconds)
    await tell(pilot)


async def tell(pilot: Pilot[int]) -> None:
    """Has the screens take in what happened behind the console's back."""
    assert isinstance(pilot.app, ConsoleApp)
    pilot.app.tell_screens()
    await pilot.pause()
    while isinstance(screen := pilot.app.screen, RowsScreen) and screen.is_behind:
        await asyncio.sleep(0.01)  # a list that was slow to make rests before it is made again


async def type_line(pilot: Pilot[int], line: str) -> None:
    """``:``, the line and Enter."""
    await pilot.press("colon")
    pilot.app.screen.query_one(CommandLine).value = line
    await pilot.press("enter")
    await pilot.pause()


def lines(pilot: Pilot[int]) -> list[str]:
    """What the terminal shows, line by line, without colours; a column is a cell, also behind wide letters."""
    rows: list[str] = []
    for strips in painted(pilot).strips:
        row, at = "", 0
        for segment in chain.from_iterable(strips):
            if segment.text.strip(" "):
                row = row.ljust(at) + segment.text
            at += segment.cell_length
        rows.append(row.replace("\xa0", " ").rstrip())
    while rows and not rows[-1]:
        rows.pop()
    return rows


def svg(pilot: Pilot[int], title: str) -> str:
    """The picture that ``export_screenshot`` makes, but for the ids, which Textual draws by lot."""
    width, height = pilot.app.size
    console = Console(
        width=width, height=height, file=StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False, safe_box=False,
    )  # fmt: skip
    console.print(painted(pilot))
    return console.export_svg(title=title, unique_id="terminal")


def paint_what_is_looked_at(monkeypatch: MonkeyPatch) -> None:
    """From here on only what a test reads is painted, whole: not the frames between, which nobody sees."""
    paint = Compositor.render_update

    def render_update(screen: Compositor, full: bool = False, **how: Any) -> RenderableType | None:
        if full:
            return paint(screen, full, **how)
        screen._dirty_regions.clear()
        return None

    monkeypatch.setattr(Compositor, "render_update", render_update)


def painted(pilot: Pilot[int]) -> LayoutUpdate:
    """What the terminal would be sent to show everything anew, asked for as ``export_screenshot`` does."""
    app = pilot.app
    whole = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(whole, LayoutUpdate)
    return whole


def shown(pilot: Pilot[int]) -> str:
    return "\n".join(lines(pilot))


def told(pilot: Pilot[int]) -> list[str]:
    """What the console has notified."""
    return [notification.message for notification in pilot.app._notifications]


def _cluster(log: Log | None, objects: Sequence[Object], seconds: int) -> Cluster:
    cluster = Cluster(Header(cluster="test", seed="test", created=START), log)
    cluster.submit("bootstrap", [Create(namespace("default")), Create(namespace("kube-system"))])
    for obj in objects:
        cluster.submit("bootstrap", [Create(obj)])
    cluster.advance(cluster.now + seconds)
    return cluster
