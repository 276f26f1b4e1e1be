"""The command line as a person meets it: sessions kept, set aside or not kept, and one clear line for each mistake."""

import contextlib
import fcntl
import io
import json
import os
import pty
import resource
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.api.writes import Delete
from engine.errors import ManifestError
from engine.kinds import Node, Pod, Ref
from engine.printers.health import health
from engine.store.history import History
from engine.store.log import LogReader
from k9lite.cli import main
from k9lite.sessions import log_path, open_session, sample_folder

WALL = 1_790_000_000
NODE = (
    "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {capacity: {cpu: '2', memory: 4Gi, pods: '10'}}\n"
)


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "lab"
    made.mkdir()
    (made / "nodes.yaml").write_text(NODE)
    return made


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line on standard error of a command that fails."""
    assert main(words) != 0
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert len(shown.err.strip().splitlines()) == 1, shown.err
    return shown.err.strip()


def test_a_session_goes_on_where_it_was_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster = ["kubectl", "--cluster", str(folder)]
    assert main([*cluster, "label", "node", "n1", "gpu=true"]) == 0
    assert main([*cluster, "get", "nodes", "-l", "gpu=true", "-o", "name"]) == 0
    assert capsys.readouterr().out == "node/n1 labeled\nnode/n1\n"


def test_fresh_keeps_the_old_log_and_says_where(folder: Path) -> None:
    open_session(folder, WALL).client.close()
    session = open_session(folder, WALL + 5, fresh=True)
    session.client.close()
    kept = log_path(folder).with_name(log_path(folder).stem + ".1.k9log")
    assert session.notices == (f"the former session is kept in {kept}",)
    assert kept.exists()
    assert log_path(folder).exists()


def test_ephemeral_keeps_nothing(folder: Path, state_home: Path) -> None:
    session = open_session(folder, WALL, ephemeral=True)
    assert session.client.state.count("Node") == 1
    session.client.close()
    assert not state_home.exists()


def closed_at(folder: Path, wall: int) -> None:
    """As if the clock had shown ``wall`` when the log was last written."""
    os.utime(log_path(folder), (wall, wall))


def test_a_closed_cluster_records_the_leap_when_it_is_opened_again(folder: Path) -> None:
    open_session(folder, WALL).client.close()
    closed_at(folder, WALL)
    session = open_session(folder, WALL + 86_400)
    assert session.client.now == WALL + 86_400
    session.client.close()
    history = History.open(log_path(folder))
    leap = history.inputs()[-1]
    history.close()
    assert (leap.actor, leap.time) == ("clock", WALL + 86_400)


def test_after_a_short_absence_all_that_fell_due_was_done_at_its_own_second(folder: Path) -> None:
    (folder / "crash.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: crash}\n"
        "spec: {containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2; exit 1']}]}\n"
    )
    before = open_session(folder, WALL)
    earlier = restarts_of(before.client.state.find(Pod, "crash", "default"))
    before.client.close()
    closed_at(folder, WALL)
    after = open_session(folder, WALL + 1500)
    later = restarts_of(after.client.state.find(Pod, "crash", "default"))
    after.client.close()
    assert later >= earlier + 4, "a crash loop restarts every five minutes"


def restarts_of(pod: Pod | None) -> int:
    assert pod is not None
    return pod.status.container_statuses[0].restart_count


def test_a_cluster_ahead_of_the_clock_goes_on_at_the_clocks_pace(folder: Path) -> None:
    session = open_session(folder, WALL)
    for _ in range(400):
        session.client.advance(1)
    session.client.close()
    closed_at(folder, WALL + 5)
    again = open_session(folder, WALL + 25)
    assert again.client.now == WALL + 400 + 20
    again.client.close()


def test_a_clock_that_went_back_does_not_turn_the_cluster_back(folder: Path) -> None:
    open_session(folder, WALL).client.close()
    session = open_session(folder, WALL - 500)
    assert session.client.now == WALL
    session.client.close()


def test_a_folder_without_nodes_gets_some_and_says_so(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n"
    )
    session = open_session(bare, WALL, ephemeral=True)
    assert session.client.state.count("Node") == 4
    assert session.notices == (f"{bare} describes no Node: one control plane and three workers were added",)


def test_the_sample_cluster_is_there_and_all_but_its_riddle_is_well() -> None:
    session = open_session(sample_folder(), WALL, ephemeral=True)
    state = session.client.state
    gpu_node = state.find(Node, "w4-k8s")
    assert gpu_node is not None
    assert (gpu_node.status.allocatable["cpu"], gpu_node.status.allocatable["nvidia.com/gpu"]) == ("8", "1")
    broken = {obj.metadata.name for obj in state.objects("Service") if health(obj, state, WALL).level == "bad"}
    assert broken == {"cart"}
    assert all(health(pod, state, WALL).level == "ok" for pod in state.objects("Pod"))
    assert state.count("Node") == 5
    assert {namespace.metadata.name for namespace in state.objects("Namespace")} >= {
        "default", "kube-system", "metallb-system", "shop",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind: [", "error parsing {file}: yaml: line 2, column 1: "),
        ("just text", "error parsing {file}: a manifest is a mapping with apiVersion and kind"),
        ("apiVersion: v1\nkind: Gadget\nmetadata: {name: x}\n", 'no matches for kind "Gadget" in version "v1"'),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c}]}\n",
            "spec.containers[0].image",
        ),
        ("kind: Pod\n", "Object 'apiVersion' is missing"),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: !!binary aGk=}\n",
            "a tag:yaml.org,2002:binary is no JSON value",
        ),
        ("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: x}\nspec: {a: .nan}\n", "unsupported value: .nan"),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: many}\n",
            "cannot unmarshal string",
        ),
    ],
)
def test_a_folder_with_a_bad_manifest_is_refused_in_one_line_and_leaves_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    bad = folder / "bad.yaml"
    bad.write_text(text)
    shown = refused(capsys, "kubectl", "--cluster", str(folder), "get", "pods")
    assert line.format(file=bad) in shown
    assert not log_path(folder).exists()


@pytest.fixture
def nobody() -> Iterator[None]:
    """Whoever runs the tests, permissions count."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize("closed", ["", "apps", "above"])
def test_a_folder_that_may_not_be_read_is_named(
    capsys: pytest.CaptureFixture[str], closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory() as made:
        monkeypatch.setenv("XDG_STATE_HOME", f"{made}/state")
        lab = Path(made) / "above" / "lab"
        (lab / "apps").mkdir(parents=True)
        (lab / "nodes.yaml").write_text(NODE)
        shut = Path(made) / "above" if closed == "above" else lab / closed
        shut.chmod(0)
        try:
            assert "Permission denied" in refused(capsys, "kubectl", "--cluster", str(lab), "get", "nodes")
        finally:
            shut.chmod(0o700)


def test_a_number_beyond_64_bits_is_kept_as_a_float(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "big.yaml").write_text(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\n"
        "spec: {defaultBackend: {resource: {kind: A, name: b}}, big: 99999999999999999999}\n"
    )
    assert main(["kubectl", "--cluster", str(folder), "get", "ingress", "x", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["spec"]["big"] == 1e20
    assert main(["log", "verify", str(log_path(folder))]) == 0


def test_a_command_line_that_is_not_text_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["kubectl", "--cluster", str(folder), "annotate", "node", "n1", "a=\udc80"]
    assert "not UTF-8" in refused(capsys, *words)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_standard_input_that_is_not_text_is_refused(folder: Path, locale: str) -> None:
    words = [sys.executable, "-m", "k9lite.cli", "kubectl", "--cluster", str(folder), "apply", "-f", "-"]
    env = {**os.environ, "LC_ALL": locale}
    ran = subprocess.run(words, input=b"\xff\xfe", capture_output=True, check=False, env=env)
    assert (ran.returncode, ran.stderr) == (1, b"error: standard input is not UTF-8 text\n")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no-such-folder" in refused(
        capsys, "kubectl", "--cluster", str(tmp_path / "no-such-folder"), "get", "pods"
    )


def test_an_empty_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "has no manifests" in refused(capsys, "kubectl", "--cluster", str(tmp_path), "get", "pods")


def test_a_log_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notes.k9log"
    file.write_text("shopping list")
    for words in (["log", "verify"], ["log", "info"], ["replay"], ["kubectl", "get", "pods", "--cluster"]):
        assert "is not a k9lite log" in refused(capsys, *words, str(file))


def test_a_damaged_log_is_refused_with_its_offset(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_session(folder, WALL).client.close()
    path = log_path(folder)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert f"{path} is damaged at byte" in refused(capsys, "log", "verify", str(path))
    assert path.read_bytes() == bytes(damaged)


def test_a_torn_tail_is_cut_kept_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_session(folder, WALL).client.close()
    path = log_path(folder)
    path.write_bytes(path.read_bytes()[:-3])
    assert main(["kubectl", "--cluster", str(folder), "label", "node", "n1", "a=b"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "node/n1 labeled\n"
    assert str(path) in shown.err
    assert len(list(path.parent.glob("*.torn-*"))) == 1


def test_a_writer_is_refused_by_one_that_neither_listens_nor_ends_and_a_reader_is_not(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k9lite.sessions.sharing._PATIENCE_SECONDS", 0.1)
    session = open_session(folder, WALL)
    line = refused(capsys, "kubectl", "--cluster", str(folder), "label", "node", "n1", "a=b")
    assert "is being written by process" in line
    assert main(["kubectl", "--cluster", str(folder), "get", "nodes", "-o", "name"]) == 0
    assert capsys.readouterr().out == "node/n1\n"
    session.client.close()


def test_reading_a_recording_leaves_it_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_session(folder, WALL).client.close()
    before = log_path(folder).read_bytes()
    assert main(["kubectl", "--cluster", str(log_path(folder)), "get", "nodes", "-o", "name"]) == 0
    assert main(["log", "info", str(log_path(folder))]) == 0
    assert log_path(folder).read_bytes() == before
    assert "Cluster:  lab" in capsys.readouterr().out


def test_a_verified_log_says_how_many_commits_are_identical(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = open_session(folder, WALL)
    session.client.close()
    assert main(["log", "verify", str(log_path(folder))]) == 0
    assert capsys.readouterr().out == f"{session.client.state.revision} commits identical\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_console_that_is_ended_gives_the_terminal_back_and_closes_its_log(
    folder: Path, number: signal.Signals
) -> None:
    terminal, its_side = pty.openpty()
    fcntl.ioctl(its_side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    words = [sys.executable, "-m", "k9lite.cli", str(folder)]
    env = {**os.environ, "TERM": "xterm"}
    console = subprocess.Popen(words, stdin=its_side, stdout=its_side, stderr=its_side, env=env)
    os.close(its_side)
    shown = b""
    while b"k9lite lab" not in shown:
        shown += os.read(terminal, 65536)
    console.send_signal(number)
    with contextlib.suppress(OSError):  # how a terminal ends that nobody has open
        while more := os.read(terminal, 65536):
            shown += more
    assert console.wait(10) == 128 + number
    assert b"\x1b[?1049l" in shown
    os.close(terminal)
    assert main(["kubectl", "--cluster", str(folder), "label", "node", "n1", "a=b"]) == 0


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert 'unknown command "frobnicate"' in refused(capsys, "kubectl", "frobnicate")


def test_a_state_folder_that_cannot_be_made_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = tmp_path / "a-file"
    blocker.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocker))
    assert "XDG_STATE_HOME" in refused(capsys, "kubectl", "--cluster", str(folder), "label", "node", "n1", "a=b")


def test_a_full_disk_is_one_line_and_loses_nothing(folder: Path) -> None:
    open_session(folder, WALL).client.close()
    path = log_path(folder)
    whole = path.read_bytes()
    limit = len(whole) + 100
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "from k9lite.cli import main; "
        f"sys.exit(main(['kubectl', '--cluster', {str(folder)!r}, 'label', 'node', 'n1', 'a=b']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert ran.returncode != 0
    assert "No room to write" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    assert path.read_bytes().startswith(whole)
    assert main(["kubectl", "--cluster", str(folder), "label", "node", "n1", "a=b"]) == 0


def test_a_look_at_a_cluster_that_cannot_be_written_shows_it_as_it_was_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_session(folder, WALL).client.close()
    size = log_path(folder).stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        assert main(["kubectl", "--cluster", str(folder), "get", "nodes", "-o", "name"]) == 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    shown = capsys.readouterr()
    assert shown.out == "node/n1\n"
    assert "No room to write" in shown.err and "as it was left" in shown.err


def test_a_read_only_console_beside_a_live_one_follows_it(folder: Path) -> None:
    live = open_session(folder, WALL).client
    beside = open_session(folder, WALL, read_only=True).client
    assert beside.read_only
    live.submit([Delete(ref=Ref("Node", "", "n1"))], "kubectl delete node n1")
    beside.advance(0)
    beside.step()
    assert beside.state.count("Node") == 0
    live.close()
    beside.close()


def test_fresh_sets_a_damaged_log_aside_and_says_what_is_wrong_with_it(folder: Path) -> None:
    open_session(folder, WALL).client.close()
    path = log_path(folder)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    session = open_session(folder, WALL, fresh=True)
    session.client.close()
    assert "is damaged at byte" in session.notices[0]
    assert path.with_name(f"{path.stem}.1.k9log").read_bytes() == bytes(damaged)


def test_fresh_on_a_folder_that_cannot_be_applied_keeps_the_session_where_it_is(folder: Path) -> None:
    open_session(folder, WALL).client.close()
    before = log_path(folder).read_bytes()
    (folder / "bad.yaml").write_text("just text")
    with pytest.raises(ManifestError):
        open_session(folder, WALL, fresh=True)
    assert log_path(folder).read_bytes() == before
    assert len(list(log_path(folder).parent.iterdir())) == 1


@pytest.mark.parametrize("commits", [0, 1])
def test_a_session_whose_beginning_was_killed_begins_again(folder: Path, commits: int) -> None:
    open_session(folder, WALL).client.close()
    path = log_path(folder)
    with LogReader.open(path) as reader:
        ends = [reader.start, *(frame.end for frame in reader.frames())]
    os.truncate(path, ends[commits])
    session = open_session(folder, WALL + 5)
    assert session.client.state.count("Node") == 1
    session.client.close()


def test_of_some_that_begin_a_session_at_once_each_is_served(folder: Path) -> None:
    words = [sys.executable, "-m", "k9lite.cli", "kubectl", "--cluster", str(folder), "get", "nodes", "-o", "name"]
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for each in started:
        out, err = each.communicate(timeout=30)
        assert (out, err) == ("node/n1\n", "")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_line_of_the_command_line_steers_the_terminal(folder: Path, tmp_path: Path) -> None:
    cluster = ["kubectl", "--cluster", str(folder)]
    assert main([*cluster, "annotate", "node", "n1", "note=\x1b[31mred\nnext"]) == 0
    steering = tmp_path / "\x1b[2J"
    steering.mkdir()
    (steering / "empty.yaml").write_text("")
    out, err = Terminal(), Terminal()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(["log", "info", str(log_path(folder))]) == 0
        assert main(["log", "info", str(steering / "gone.k9log")]) == 1
        assert main(["kubectl", "--cluster", str(steering), "get", "nodes"]) == 0  # and a notice about nodes
        with pytest.raises(SystemExit):
            main(["replay", "a", "\x1b[2J"])
    assert next(line for line in out.getvalue().splitlines() if "annotate" in line).endswith(
        "note=␛[31mred␊next'"
    )
    assert "␛[2J" in err.getvalue()
    assert not [char for char in out.getvalue() + err.getvalue() if not char.isprintable() and char != "\n"]


@pytest.mark.parametrize("words", [[], ["replay", str(sample_folder() / "incident.k9log")]])
def test_the_console_asks_for_a_terminal_where_there_is_none(words: list[str], state_home: Path) -> None:
    command = [sys.executable, "-m", "k9lite.cli", *words]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith("k9lite: the console needs a terminal, and standard input is none")
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not state_home.exists()
