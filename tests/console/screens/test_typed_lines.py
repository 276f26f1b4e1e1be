"""kubectl lines typed in the console: into files, into panes, into editors and shells."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.kinds import Deployment, Pod
from k9lite.app import ConsoleApp
from k9lite.changes import StateChanged
from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.main import MainScreen
from k9lite.screens.shell import ShellScreen
from tests.console.showing import type_line
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import pass_time

Story = Callable[[ConsoleApp, Pilot[int]], Awaitable[None]]


def play(client: EmbeddedClient, story: Story) -> None:
    async def run() -> None:
        app = ConsoleApp(client, frozen=True)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            await story(app, pilot)

    asyncio.run(run())


def test_a_dry_run_goes_into_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def story(_app: ConsoleApp, pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl run redis --image=redis --dry-run=client -o yaml > redis.yaml")
        await type_line(pilot, "kubectl create -f redis.yaml")
        await type_line(pilot, "kubectl get pods > no/such/../../folder/")

    client = sample_client()
    play(client, story)
    assert (tmp_path / "redis.yaml").read_text().startswith("apiVersion: v1\nkind: Pod\n")
    assert client.state.find(Pod, "redis", "default") is not None


def test_watching_a_kind_is_a_pane() -> None:
    async def story(app: ConsoleApp, pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl get deploy -n shop -l app=web -w")
        screen = app.screen
        assert isinstance(screen, MainScreen)
        query = screen.pane.listing.query
        assert (query.kind, query.namespace, query.title) == ("Deployment", "shop", "-l app=web")
        assert [obj.metadata.name for obj in query.objects(sample.state)] == ["web"]

    sample = sample_client()
    play(sample, story)


def test_a_line_as_somebody_without_rights_changes_nothing_and_opens_no_pane() -> None:
    async def story(app: ConsoleApp, pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        before, query = sample.state, screen.pane.listing.query
        for line in ("delete deploy web -n shop", "get secrets -A -w", "describe pod web", "logs deploy/web -n shop"):
            await type_line(pilot, f"kubectl {line} --as=alice")
            assert screen.is_current and screen.pane.listing.query == query
        assert sample.state is before
        await type_line(pilot, "kubectl scale deploy web --replicas=1 -n shop --as=bob --as-group=system:masters")

    sample = sample_client()
    play(sample, story)
    last = sample.cluster.last_commit
    web = sample.state.find(Deployment, "web", "shop")
    assert last is not None and web is not None and web.spec.replicas == 1


def test_the_namespace_of_the_context_is_that_of_the_next_line() -> None:
    async def story(_app: ConsoleApp, pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl config set-context --current --namespace=shop")
        await type_line(pilot, "kubectl scale deployment web --replicas=5")

    client = sample_client()
    play(client, story)
    web = client.state.find(Deployment, "web", "shop")
    assert web is not None
    assert web.spec.replicas == 5


def test_a_shell_that_is_run_is_talked_to_and_gone_afterwards() -> None:
    client = sample_client()

    async def wait(app: ConsoleApp, pilot: Pilot[int], seconds: int) -> None:
        for _ in range(seconds):
            pass_time(client, 1)
            app.tell_screens()
            app.screen.post_message(StateChanged())
            await pilot.pause()

    async def story(app: ConsoleApp, pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl run -it --rm tmp --image=busybox --restart=Never -- sh")
        await wait(app, pilot, 5)
        assert isinstance(app.screen, ShellScreen)
        await pilot.press(*"hostname", "enter")
        await pilot.press(*"exit", "enter")
        await pilot.pause()
        await wait(app, pilot, 5)
        assert isinstance(app.screen, MainScreen)

    play(client, story)
    pod = client.state.find(Pod, "tmp", "default")
    assert pod is None or pod.metadata.deletion_timestamp is not None


def test_where_no_editor_can_be_opened_edit_says_so() -> None:
    client = sample_client()
    before = client.state.revision

    async def story(_app: ConsoleApp, pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl edit deployment web -n shop")

    play(client, story)
    assert client.state.revision == before
