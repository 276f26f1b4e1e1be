"""The same incident through the real console, key by key; then its log is verified and replayed in the console."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.cluster import Cluster
from engine.kinds import Deployment, Exec, Node, Pod
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State
from engine.verify import verify
from k9lite.app import ConsoleApp
from k9lite.changes import StateChanged
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.recorded import RecordedClient
from k9lite.resources import RESOURCES
from k9lite.widgets.desk import PANES
from k9lite.widgets.pane import Pane
from k9lite.widgets.table import ObjectTable
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import pass_time

FOLDER = Path(__file__).parent
SIZE = (120, 36)


class Operator:
    """Somebody at the keyboard: types, lets time pass, looks at a pane."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[int], client: EmbeddedClient) -> None:
        self.app, self.pilot, self.client = app, pilot, client

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Text for the field that has the focus, which is emptied first."""
        field = self.app.focused
        assert isinstance(field, Input)
        field.value = text
        await self.press("enter")

    async def command(self, line: str) -> None:
        await self.press("colon")
        await self.type(line)

    async def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            pass_time(self.client, 1)
            self.app.screen.post_message(StateChanged())
            await self.pilot.pause()

    async def select(self, pane: int, name: str) -> None:
        """Moves the cursor of a pane to the row of this name, with the keys."""
        await self.press(str(pane), "g")
        table = self.app.screen.query_one(f"#pane-{pane}", Pane)
        for _ in range(table.table.row_count):
            current = table.current()
            if current is not None and current.metadata.name.startswith(name):
                return
            await self.press("j")
        raise AssertionError(f"no row {name} in pane {pane}")


def play(client: EmbeddedClient, story: Callable[[Operator], Awaitable[None]]) -> None:
    async def run() -> None:
        app = ConsoleApp(client, frozen=True)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            await story(Operator(app, pilot, client))

    asyncio.run(run())


def web(client: EmbeddedClient) -> Deployment:
    found = client.state.find(Deployment, "web", "shop")
    assert found is not None
    return found


async def incident(operator: Operator) -> None:
    client = operator.client
    # Label a node, and deploy what asks for it.
    await operator.select(1, "w4-k8s")
    await operator.press("L")
    await operator.type("tier=fast")
    fast = client.state.find(Node, "w4-k8s")
    assert fast is not None
    assert fast.metadata.labels["tier"] == "fast"
    await operator.command(f"apply -f {FOLDER / 'reports.yaml'}")
    await operator.wait(5)
    reports = [pod for pod in client.state.all(Pod, "shop") if pod.metadata.labels["app"] == "reports"]
    assert [pod.spec.node_name for pod in reports] == ["w4-k8s", "w4-k8s"]
    # Scale it.
    await operator.select(3, "reports")
    await operator.press("S")
    await operator.type("4")
    await operator.wait(5)
    assert sum(pod.metadata.labels["app"] == "reports" for pod in client.state.all(Pod, "shop")) == 4
    # A bad image stalls, and is undone half-way.
    await operator.select(3, "web")
    await operator.command("set image deploy/web web=nginx:1.72-typo -n shop")
    await operator.wait(30)
    assert web(client).status.ready_replicas == 3
    await operator.press("U", "enter")
    await operator.wait(10)
    assert web(client).status.ready_replicas == web(client).status.updated_replicas == 4
    # Cordon and drain a node.
    await operator.select(1, "w3-k8s")
    await operator.press("c")
    await operator.press("D", "ctrl+s")
    await operator.wait(90)
    drained = client.state.find(Node, "w3-k8s")
    assert drained is not None
    assert drained.spec.unschedulable
    assert [pod.metadata.labels.get("k8s-app") for pod in client.state.pods_on("w3-k8s")] == ["kube-proxy"]
    # Into a pod: a Service answers.
    await operator.select(2, "toolbox")
    await operator.press("s")
    await operator.type("curl -s http://web.shop")
    typed = list(client.state.all(Exec))
    assert "Welcome to nginx!" in typed[-1].stdout
    await operator.press("escape")
    # Its log has the request.
    await operator.select(3, "web")
    await operator.press("l")
    await operator.pilot.pause()
    view = operator.app.screen.query_one("TextView")
    assert any("curl" in line for line in getattr(view, "text")().splitlines())  # noqa: B009  # a widget of any type
    await operator.press("escape")


Tables = dict[str, list[tuple[str, ...]]]


class Witness(EmbeddedClient):
    """A client that remembers what the panes' tables hold right after each of the user's actions."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster, clock=lambda: 0.0)
        self.seen: dict[int, Tables] = {}

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        commit = super().submit(writes, deed, identity)
        if commit is not None:
            self.seen[commit.revision] = {kind: list(rows_of(kind, self.state, self.now)) for kind in PANES}
        return commit


def rows_of(kind: str, state: State, now: int) -> Iterator[tuple[str, ...]]:
    resource = RESOURCES[kind]
    return (tuple(cell.text for cell in resource.row(obj, state, now)) for obj in state.objects(kind))


def shown_by(pane: Pane, state: State, now: int) -> list[tuple[str, ...]]:
    """What the pane lists, row by row, whether it is on the screen or below it."""
    rows = (pane.listing.get(key) for key in pane.listing.keys)
    return [tuple(cell.text for cell in pane.listing.resource.row(obj, state, now)) for obj in rows if obj is not None]


def test_an_incident_is_operated_by_keys_verified_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "keys.k9log"
    client = Witness(sample_client(path).cluster)
    play(client, incident)
    client.close()
    history = History.open(path)
    assert verify(history) is None
    recorded = RecordedClient(history)

    async def replay() -> None:
        app = ConsoleApp(recorded, frozen=True)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            for deed in recorded.deeds():
                await pilot.press("right_square_bracket")
                await pilot.pause()
                assert recorded.state.revision == deed.revision
                for pane in app.screen.query(Pane):
                    assert shown_by(pane, recorded.state, recorded.now) == client.seen[deed.revision][pane.kind]
            assert len(app.screen.query(ObjectTable)) == len(PANES)

    asyncio.run(replay())
