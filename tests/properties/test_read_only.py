"""A read-only console changes nothing: not by any key of any screen, any line, any click, nor any command.

Beside it stands a twin that nobody touches. Time passes for both, and their logs must hold the same commits.
"""

import os
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.errors import K9liteError
from engine.store.commit import Commit
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from k9lite.files.redirection import split_redirection
from k9lite.kubectl import parse, split_line
from k9lite.verbs import VERBS
from k9lite.widgets.footer import Footer
from k9lite.widgets.pressing import KeyLine
from tests.builders import START, namespace
from tests.console.every_screen import OPENERS, back, bound_keys, home
from tests.console.pressing import click, hit, line, settle
from tests.console.showing import WIDE, paint_what_is_looked_at, pass_time, shop, show, shown

SCRIPTS = Path(__file__).parent.parent / "scenarios"
CLICKS, PARTS = 25, 4
THOROUGH = os.environ.get("K9LITE_THOROUGH") == "1"
"""Every line and every screen, not only those that differ; minutes."""
ALIKE = ("wide", "zoom", "detail", "events", "drilled", "split", "pane-service", "logs-of")
"""The main screen once more, or the logs."""
MORE_LINES = (
    "get pod web -o yaml", "events", "edit deploy web", "rollout restart deploy web", "rollout pause deploy web",
    "rollout resume deploy web", "logs web --previous", "port-forward deploy/web 0:80", "listen web", "proxy --port=0",
    "iptables web", "api-versions", "config set-cluster other", "config delete-cluster other",
    "exec deploy/web -it -- sh", "cordon w1 --as=system:admin", "certificate approve web", "certificate deny web",
)  # fmt: skip
"""Of the verbs that no story asks for."""
WRITES = (
    "cordon w1", "rollout restart deploy web", "rollout pause deploy web", "drain w1 --ignore-daemonsets",
    "scale deploy web --replicas=5", "set image deploy/web *=nginx:1.29", "delete pod --all", "label node w1 a=b",
    "exec deploy/web -- touch /x",
    "delete deploy web --force --grace-period=0", "taint node w1 a=b:NoSchedule", "annotate svc web a=b",
    "run x --image=nginx", "expose deploy web --name=other --port=80", "create ns other",
)  # fmt: skip


class Twins:
    """A read-only client on a log, and an untouched cluster of the same beginning on another."""

    def __init__(self, folder: Path) -> None:
        self._paths = folder / "touched.k9log", folder / "twin.k9log"
        touched, self._twin = (_cluster(path) for path in self._paths)
        self.client = EmbeddedClient(touched, read_only=True, clock=lambda: 0.0)
        self._begun = touched.state.revision

    def check(self) -> None:
        """Closes both."""
        self._twin.advance(self.client.now)
        self.client.close()
        self._twin.close()
        assert self.client.state.revision == self._twin.state.revision
        touched, twin = (_commits(path, self._begun) for path in self._paths)
        assert {each.actor for each in touched} <= {each.actor for each in twin}
        assert touched == twin
        assert self._paths[0].read_bytes() == self._paths[1].read_bytes()


def _cluster(path: Path) -> Cluster:
    header = Header(cluster="test", seed="test", created=START)
    cluster = Cluster(header, Log.create(path, header))
    cluster.submit("bootstrap", [Create(namespace(name)) for name in ("default", "kube-system")])
    for obj in shop():
        cluster.submit("bootstrap", [Create(obj)])
    cluster.advance(cluster.now + 120)
    return cluster


def _commits(path: Path, since: int) -> list[Commit]:
    history = History.open(path)
    try:
        return [history.commit(revision) for revision in range(since + 1, history.last_revision + 1)]
    finally:
        history.close()


@pytest.fixture
def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setenv("EDITOR", "true")
    paint_what_is_looked_at(monkeypatch)
    monkeypatch.chdir(tmp_path)  # where lines that write a file of the operator's put it
    return Twins(tmp_path)


def _opened() -> list[str]:
    shown = [name for name, opener in OPENERS.items() if not opener.writes]
    return [name for name in shown if THOROUGH or not name.startswith(ALIKE)]


@pytest.mark.parametrize("name", _opened())
def test_no_key_of_any_screen_changes_a_cluster_that_is_read_only(name: str, twins: Twins) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await home(pilot)
        await OPENERS[name].open(pilot)
        screen, keys = pilot.app.screen, bound_keys(pilot)
        assert keys
        for key in keys:
            await back(pilot, screen)
            if pilot.app.screen is not screen or bound_keys(pilot) != keys:
                await home(pilot)
                await OPENERS[name].open(pilot)
                screen = pilot.app.screen
            await hit(pilot, key)
            assert shown(pilot).strip(), f"{key}: nothing is shown"
            if isinstance(pilot.app.screen, ModalScreen):
                await hit(pilot, "ctrl+s")
        await pass_time(pilot, twins.client, 5)

    show(twins.client, story, WIDE)
    twins.check()


def test_no_click_changes_a_cluster_that_is_read_only(twins: Twins) -> None:
    lots = Random("clicks")

    async def story(pilot: Pilot[int]) -> None:
        for name in ("pane-pod", "place-map", "place-ledger", "help"):
            await home(pilot)
            await OPENERS[name].open(pilot)
            for _ in range(CLICKS):
                await click(pilot, lots.randrange(WIDE[0]), lots.randrange(WIDE[1]))
                assert shown(pilot).strip()
            await pass_time(pilot, twins.client, 5)

    show(twins.client, story, WIDE)
    twins.check()


def _to_click(pilot: Pilot[int]) -> Iterator[tuple[str, int, int]]:
    """Where each key stands that is written on the screen, and each button, tab and part of the header."""
    screen = pilot.app.screen
    for widget in screen.query("Footer, KeyLine, Button, Header, PaneStrip"):
        region = widget.content_region
        for y in range(region.y, region.bottom) if widget.display else ():
            row = "".join(segment.text for segment in widget.render_lines(Region(0, y - region.y, *region.size))[0])
            labels = r"(?!(?!Esc|Tab|Enter)[A-Z][a-z]+)" if isinstance(widget, Footer | KeyLine) else ""
            for found in re.finditer(rf"(?<!\S){labels}\S+", row):
                yield f"{type(screen).__name__} {type(widget).__name__} {found[0]}", region.x + found.start(), y


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.timeout(300)
def test_no_key_that_is_shown_changes_by_a_click_a_cluster_that_is_read_only(part: int, twins: Twins) -> None:
    """Each once on each kind of screen."""
    clicked: set[str] = set()

    async def story(pilot: Pilot[int]) -> None:
        for name in sorted(_opened())[part::PARTS]:
            await home(pilot)
            await OPENERS[name].open(pilot)
            screen = pilot.app.screen
            for what, x, y in list(_to_click(pilot)):
                if what in clicked:
                    continue
                clicked.add(what)
                await back(pilot, screen)
                if pilot.app.screen is not screen:
                    await home(pilot)
                    await OPENERS[name].open(pilot)
                    screen = pilot.app.screen
                await click(pilot, x, y)
                assert shown(pilot).strip(), f"{what}: nothing is shown"
                if isinstance(pilot.app.screen, ModalScreen):
                    await hit(pilot, "ctrl+s")
        await pass_time(pilot, twins.client, 5)

    show(twins.client, story, WIDE)
    assert any("Footer" in each for each in clicked) and len(clicked) > 30, clicked
    twins.check()


def _lines() -> Iterator[str]:
    """What the stories of commands type: they ask for every verb there is, with arguments that mean something."""
    for script in sorted(SCRIPTS.glob("**/*.script")):
        for text in script.read_text().splitlines():
            if text.startswith("$ kubectl ") and "://" not in text:
                yield text.removeprefix("$ kubectl ").partition(" <<< ")[0]
    yield from (*MORE_LINES, *WRITES)


def _parsed(text: str) -> str:
    """The name of the line's verb, "" for one that is refused as it is read."""
    try:
        return parse(split_line(split_redirection(text)[0]))[0].name
    except K9liteError:
        return ""


LINES = tuple(dict.fromkeys(_lines()))


def _typed() -> list[str]:
    """All, or the last two of each verb: those of MORE_LINES and WRITES among them."""
    if THOROUGH:
        return list(LINES)
    by_verb: dict[str, list[str]] = {}
    for text in LINES:
        by_verb.setdefault(_parsed(text), []).append(text)
    return [text for found in by_verb.values() for text in found[-2:]]


def test_the_lines_that_are_tried_ask_for_every_verb() -> None:
    missing = set(VERBS) - {_parsed(text) for text in LINES}
    assert all(" -" in name for name in missing), "a name with a flag in it is a key's"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_line_that_is_typed_changes_a_cluster_that_is_read_only(part: int, twins: Twins) -> None:
    async def story(pilot: Pilot[int]) -> None:
        for text in _typed()[part::PARTS]:
            await line(pilot, text)
            assert shown(pilot).strip(), f"{text}: nothing is shown"
            if len(pilot.app.screen_stack) > 1:
                pilot.app.screen.dismiss()
                await settle(pilot)
            await hit(pilot, "X")
        await pass_time(pilot, twins.client, 5)

    show(twins.client, story, WIDE)
    twins.check()


def test_no_command_without_a_screen_changes_a_cluster_that_is_read_only(twins: Twins) -> None:
    for text in LINES:
        if (name := _parsed(text)) in VERBS and VERBS[name].writes and name not in ("port-forward", "listen", "proxy"):
            run_command(twins.client, words(text), out=StringIO(), err=StringIO(), stdin=StringIO())
    for text in WRITES:
        out, err = StringIO(), StringIO()
        code = run_command(twins.client, words(text), out=out, err=err, stdin=StringIO())
        said = out.getvalue() + err.getvalue()
        assert code and "read-only" in said, (text, code, said)
    twins.check()


def words(text: str) -> list[str]:
    return split_line(split_redirection(text)[0])
