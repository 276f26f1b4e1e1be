"""Several processes at work on one session: one of them writes its log, and nobody is refused."""

import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from engine.errors import (
    ApiError,
    BadRequest,
    FieldError,
    Invalid,
    K9liteError,
    LogError,
    LogLocked,
    NotFound,
    TooManyRequests,
)
from engine.kinds import ConfigMap, Deployment, Ref
from engine.store.history import History
from engine.verify import verify
from k9lite.app import ConsoleApp
from k9lite.client import Writer
from k9lite.clients.door import Door
from k9lite.clients.line import Line
from k9lite.clients.messages import heard, said, socket_path
from k9lite.clients.shared import SharedClient
from k9lite.drive import run_command
from k9lite.sessions import log_path, open_console, open_session, sample_folder
from k9lite.sessions.sharing import given_way, open_headless

LAB = """
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {capacity: {cpu: '2', memory: 4Gi, pods: '20'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""
PATIENCE_SECONDS = 60


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = tmp_path / "lab"
    made.mkdir()
    (made / "lab.yaml").write_text(LAB)
    open_session(made, int(time.time())).client.close()
    return made


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enough objects for a log to be closed at rest."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    open_session(sample_folder(), int(time.time())).client.close()
    return sample_folder()


def kubectl(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "k9lite.cli", "kubectl", "--cluster", str(folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def done(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, out


def line_of(process: subprocess.Popen[str], *words: str) -> str:
    """The next line that has all these words in it."""
    assert process.stdout is not None
    while line := process.stdout.readline():
        if all(word in line for word in words):
            return line
    raise AssertionError(f"{words} never came")


@contextmanager
def interrupted(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Ended as Ctrl-C ends it."""
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)


def listened_for(folder: Path) -> None:
    """Until who leads can be asked."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (line := Line.to_writer_of(log_path(folder))) is None:
        assert time.monotonic() < until, "nobody listens"
        time.sleep(0.02)
    line.close()


def test_a_watch_sees_what_commands_beside_it_change_and_time_passes_for_all(folder: Path) -> None:
    with interrupted(kubectl(folder, "get", "deployments", "-w")) as watch:
        assert "1/1" in line_of(watch, "web")
        listened_for(folder)
        assert done(kubectl(folder, "scale", "deploy/web", "--replicas=3")) == (0, "deployment.apps/web scaled\n")
        assert "1/3" in line_of(watch, "web")
        code, out = done(kubectl(folder, "rollout", "status", "deploy/web"))
        assert (code, out.splitlines()[-1]) == (0, 'deployment "web" successfully rolled out')
        assert line_of(watch, "web", "3/3")
        assert done(kubectl(folder, "get", "deploy", "web", "-o", "name")) == (0, "deployment.apps/web\n")
    assert verify(History.open(log_path(folder))) is None


def test_when_who_leads_ends_another_takes_over_and_says_nothing_twice(folder: Path) -> None:
    with interrupted(kubectl(folder, "get", "deployments", "-w")) as first:
        line_of(first, "web")
        listened_for(folder)
        second = kubectl(folder, "get", "deployments", "-w", "--output-watch-events")
        line_of(second, "ADDED", "web")
    with interrupted(second):
        listened_for(folder)
        assert done(kubectl(folder, "annotate", "deploy/web", "seen=yes"))[0] == 0
        assert line_of(second, "web").startswith("MODIFIED"), "and nothing was modified before"
    assert verify(History.open(log_path(folder))) is None


def test_what_was_answered_is_there_when_who_wrote_it_is_killed_at_once(folder: Path) -> None:
    """With nobody left to write a checkpoint; the next one removes what the dead one left, and goes on."""
    watch = kubectl(folder, "get", "deployments", "-w")
    try:
        line_of(watch, "web")
        listened_for(folder)
        assert done(kubectl(folder, "create", "configmap", "kept")) == (0, "configmap/kept created\n")
    finally:
        watch.kill()
        watch.communicate(timeout=PATIENCE_SECONDS)
    with closing(History.open(log_path(folder))) as history:
        assert history.state_at(history.last_revision).find(ConfigMap, "kept", "default") is not None
        assert verify(history) is None
    assert done(kubectl(folder, "create", "configmap", "next")) == (0, "configmap/next created\n")
    code, out = done(kubectl(folder, "get", "configmaps", "-o", "name"))
    assert (code, out.splitlines()) == (0, ["configmap/kept", "configmap/kube-root-ca.crt", "configmap/next"])
    with closing(History.open(log_path(folder))) as history:
        assert verify(history) is None


def test_commands_that_write_at_the_same_moment_wait_for_each_other(folder: Path) -> None:
    names = ["a", "b", "c"]
    running = [kubectl(folder, "create", "configmap", name) for name in names]
    assert [done(each) for each in running] == [(0, f"configmap/{name} created\n") for name in names]


def test_what_who_leads_refuses_is_refused_in_the_same_words(folder: Path) -> None:
    with interrupted(kubectl(folder, "get", "pods", "-w")):
        listened_for(folder)
        assert done(kubectl(folder, "create", "namespace", "default")) == (
            1, 'Error from server (AlreadyExists): namespaces "default" already exists\n',
        )  # fmt: skip
        code, out = done(kubectl(folder, "create", "configmap", "No_Name"))
        assert (code, "is invalid: metadata.name" in out.replace("\n", " ")) == (1, True)


def test_a_console_that_is_open_writes_for_a_command_and_shows_it_at_once(folder: Path) -> None:
    session = open_console(folder, int(time.time()))
    writer = session.writer
    assert writer is not None, "it has the log"

    async def shown() -> None:
        app = ConsoleApp(session.client, door=partial(Door.open, writer, log_path(folder)))
        async with app.run_test(size=(100, 30)) as pilot:
            scaling = kubectl(folder, "scale", "deploy/web", "--replicas=2")
            while scaling.poll() is None:
                await pilot.pause(0.05)
            assert done(scaling) == (0, "deployment.apps/web scaled\n")
            web = session.client.state.get(Ref("Deployment", "default", "web"))
            assert isinstance(web, Deployment) and web.spec.replicas == 2
            assert [commit.deed for commit in session.client.done()][-1].endswith("scale deploy/web --replicas=2")

    asyncio.run(shown())
    session.client.close()
    assert not socket_path(log_path(folder)).exists()


def test_a_console_that_is_opened_beside_a_watch_leads_and_the_watch_follows_it(folder: Path) -> None:
    opening = partial(open_console, folder, int(time.time()))
    with interrupted(kubectl(folder, "get", "deployments", "-w")) as watch:
        line_of(watch, "web")
        listened_for(folder)
        with pytest.raises(LogLocked):
            opening()
        session = given_way(log_path(folder), opening)
        session.client.advance(0.1)
        assert session.writer is not None, "it has the log"
        door = Door.open(session.writer, log_path(folder))
        assert run_command(session.client, ["scale", "deploy/web", "--replicas=4"]) == 0
        assert watch.stdout is not None
        while not select.select([watch.stdout], [], [], 0)[0]:
            door.poll(0.05)  # and no time passes, so that no pod runs
        assert "1/4" in line_of(watch, "web")
        door.close()
        session.client.close()
    assert verify(History.open(log_path(folder))) is None


def test_a_shell_at_its_prompt_serves_the_others(folder: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        words = ["exec", "-it", "deploy/web", "--", "sh"]
        os.execv(sys.executable, [sys.executable, "-m", "k9lite.cli", "kubectl", "--cluster", str(folder), *words])
    listened_for(folder)
    assert done(kubectl(folder, "create", "configmap", "beside")) == (0, "configmap/beside created\n")
    os.write(terminal, b"echo on$((1 + 1))\nexit\n")
    seen = b""
    while b"on2" not in seen:
        assert select.select([terminal], [], [], PATIENCE_SECONDS)[0], seen
        seen += os.read(terminal, 4096)
    os.waitpid(pid, 0)
    os.close(terminal)


def test_to_look_at_what_cannot_have_changed_writes_nothing(sample: Path) -> None:
    before, left = log_path(sample).read_bytes(), int(log_path(sample).stat().st_mtime)
    seen = open_console(sample, left).client
    now = seen.now
    seen.close()
    for later_seconds in (0, 7):
        looked = open_headless(sample, left + later_seconds, writes=False).client
        assert (looked.now, run_command(looked, ["get", "pods", "-A"])) == (now + later_seconds, 0)
        looked.close()
    assert log_path(sample).read_bytes() == before


def test_who_only_looks_leads_when_time_is_to_pass(sample: Path) -> None:
    looked = open_headless(sample, int(log_path(sample).stat().st_mtime), writes=False).client
    assert isinstance(looked, SharedClient) and not looked.leads
    now = looked.now
    looked.advance(1)
    looked.advance(5)
    assert looked.leads and looked.now >= now + 5
    looked.close()


def test_what_comes_due_is_done_before_it_is_looked_at(folder: Path) -> None:
    writing = open_headless(folder, int(log_path(folder).stat().st_mtime), writes=True).client
    assert run_command(writing, ["create", "job", "j", "--image=busybox", "--", "sleep", "3"]) == 0
    writing.close()
    looked = open_headless(folder, int(log_path(folder).stat().st_mtime) + 60, writes=False).client
    assert run_command(looked, ["wait", "--for=condition=complete", "job/j", "--timeout=1s"]) == 0
    looked.close()


def test_who_only_reads_does_not_wait_for_a_process_that_is_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("k9lite.sessions.sharing._STOPPED_SECONDS", 0.2)
    with interrupted(kubectl(folder, "get", "pods", "-w")) as watch:
        listened_for(folder)
        watch.send_signal(signal.SIGSTOP)
        looked = open_headless(folder, int(time.time()), writes=False).client
        assert run_command(looked, ["get", "deployments", "-o", "name"]) == 0
        assert capsys.readouterr().out == "deployment.apps/web\n"
        looked.close()
        watch.send_signal(signal.SIGCONT)


def test_who_waits_while_time_is_paused_elsewhere_is_told(folder: Path) -> None:
    leading = open_headless(folder, int(time.time()), writes=True).client
    assert isinstance(leading, SharedClient)
    leading.rest(0)
    waiting = kubectl(folder, "wait", "--for=delete", "deployment/web", "--timeout=100s")
    with interrupted(waiting):
        assert waiting.stdout is not None
        while not select.select([waiting.stdout], [], [], 0)[0]:
            leading.rest(0.05)  # and never lets time pass
        assert line_of(waiting, "still waiting: cluster time stands still")
    leading.close()


def test_a_socket_whose_path_is_too_long_for_an_address_is_reached(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("down" * 20)
    folder.mkdir(parents=True)
    (folder / "lab.yaml").write_text(LAB)
    (tmp_path / "state").mkdir()
    writer = open_session(folder, 1_790_000_000, ephemeral=True)
    assert writer.writer is None, "nobody else can know of it"
    client = writer.client
    door = Door.open(_writer(client), folder / "lab.k9log")
    try:
        assert (folder / "lab.sock").stat().st_mode & 0o077 == 0, "its owner's alone"
        line = Line.to_writer_of(folder / "lab.k9log")
        assert line is not None
        line.close()
    finally:
        door.close()
    assert Line.to_writer_of(folder / "lab.k9log") is None


def _writer(client: object) -> Writer:
    from k9lite.clients.embedded import EmbeddedClient

    assert isinstance(client, EmbeddedClient)
    return client


@pytest.mark.parametrize(
    "error",
    [
        NotFound('pods "x" not found'),
        Invalid("Pod", "x", [FieldError("spec.a", "must be b", value="7"), FieldError("spec.c", "is required")]),
        TooManyRequests("Cannot evict pod", 10, "the budget web needs 2"),
        BadRequest("no"),
    ],
)
def test_a_refusal_is_the_same_when_it_has_been_told(error: ApiError) -> None:
    told = heard(said(error))
    assert (type(told), str(told), vars(told)) == (type(error), str(error), vars(error))


def test_what_another_process_cannot_do_is_told_as_a_trouble_of_the_log() -> None:
    told = heard(said(LogError("no room")))
    assert (type(told), str(told)) == (LogError, "no room")
    assert isinstance(heard({"class": "SystemExit", "text": "out", "facts": {}}), K9liteError)


def test_a_new_configmap_is_seen_by_whoever_has_handed_it_in(folder: Path) -> None:
    with interrupted(kubectl(folder, "get", "pods", "-w")):
        listened_for(folder)
        client = open_headless(folder, int(time.time()), writes=True).client
        assert isinstance(client, SharedClient) and not client.leads
        assert run_command(client, ["create", "configmap", "mine", "--from-literal=a=b"]) == 0
        found = client.state.get(Ref("ConfigMap", "default", "mine"))
        assert isinstance(found, ConfigMap) and dict(found.data) == {"a": "b"}
        assert client.done()[-1].actor == "user"
        client.close()
