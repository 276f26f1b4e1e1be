"""kubectl without a screen, on a living cluster: lines, exit codes, and cluster time that jumps."""

import io
from pathlib import Path

import pytest
from attrs import define, field

from engine.kinds import Deployment, Node, Object, Pod
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.builders import START, deployment, node, pod, service, settled


@define
class Shell:
    """A terminal on a cluster."""

    client: EmbeddedClient
    out: str = field(init=False, default="")
    err: str = field(init=False, default="")

    def run(self, line: str | list[str], stdin: str = "") -> int:
        out, err = io.StringIO(), io.StringIO()
        words = line.split() if isinstance(line, str) else line
        code = run_command(self.client, words, out=out, err=err, stdin=io.StringIO(stdin))
        self.out, self.err = out.getvalue(), err.getvalue()
        return code


def shell(*objects: Object) -> Shell:
    return Shell(EmbeddedClient(settled(*objects)))


def workload() -> tuple[Object, ...]:
    return node("w1"), node("w2"), node("w3"), deployment("web", replicas=3), service("web")


def test_lines_go_to_standard_output_and_refusals_to_standard_error() -> None:
    terminal = shell(*workload())
    assert terminal.run("get deploy web -o name") == 0
    assert (terminal.out, terminal.err) == ("deployment.apps/web\n", "")
    assert terminal.run("get deploy nope") == 1
    assert (terminal.out, terminal.err) == (
        "",
        'Error from server (NotFound): deployments.apps "nope" not found\n',
    )
    assert terminal.run("get pods --nope") == 1
    assert terminal.err == "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n"


def test_a_deed_is_kept_with_the_line_that_caused_it() -> None:
    terminal = shell(*workload())
    terminal.run("cordon w1")
    commit = terminal.client.cluster.last_commit
    assert commit is not None
    assert (commit.actor, commit.deed) == ("user", "kubectl cordon w1")


def test_a_drain_waits_until_the_pods_are_gone_and_others_took_their_place() -> None:
    terminal = shell(*workload())
    terminal.run("get pods -o wide --no-headers")
    there = [line.split()[0] for line in terminal.out.splitlines() if " w1 " in line]
    assert there
    assert terminal.run("drain w1") == 0
    assert terminal.out.startswith("node/w1 cordoned\nevicting pod default/")
    assert terminal.out.endswith("node/w1 drained\n")
    for name in there:
        assert f"pod/{name} evicted\n" in terminal.out
    assert not list(terminal.client.state.pods_on("w1"))
    assert terminal.run("rollout status deploy/web") == 0
    assert terminal.out.endswith('deployment "web" successfully rolled out\n')


def test_a_budget_holds_a_drain_up_until_there_is_room_elsewhere() -> None:
    terminal = shell(*workload())
    manifest = (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        "spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n"
    )
    assert terminal.run("apply -f -", stdin=manifest) == 0
    assert terminal.out == "poddisruptionbudget.policy/web created\n"
    assert terminal.run("drain w1 --timeout=20s") == 1
    assert "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget." in terminal.err
    assert "global timeout reached: 20s" in terminal.err
    assert terminal.run("scale deploy web --replicas=4") == 0
    assert terminal.run("rollout status deploy/web") == 0
    assert terminal.run("drain w1") == 0


def test_a_rollout_is_followed_undone_and_told_in_history() -> None:
    terminal = shell(*workload())
    assert terminal.run("set image deploy/web main=nginx:1.28") == 0
    assert terminal.run("rollout status deploy/web") == 0
    assert terminal.out.splitlines()[-1] == 'deployment "web" successfully rolled out'
    assert terminal.run("rollout undo deploy/web") == 0
    assert terminal.run("rollout status deploy/web") == 0
    terminal.run("rollout history deploy/web")
    assert [line.split()[0] for line in terminal.out.splitlines()[2:4]] == ["2", "3"]
    found = terminal.client.state.find(Deployment, "web", "default")
    assert found is not None
    assert found.spec.template.spec.containers[0].image == "nginx:1.27"


def test_a_half_finished_rollout_can_be_undone() -> None:
    terminal = shell(*workload())
    terminal.run("set image deploy/web main=nginx:no-such-tag")
    assert terminal.run("rollout status deploy/web --timeout=60s") == 1
    assert terminal.run("rollout undo deploy/web") == 0
    assert terminal.run("rollout status deploy/web") == 0


def test_a_stuck_rollout_ends_with_its_progress_deadline() -> None:
    terminal = shell(*workload())
    terminal.run("set image deploy/web main=nginx:no-such-tag")
    assert terminal.run("rollout status deploy/web") == 1
    assert terminal.err == 'error: deployment "web" exceeded its progress deadline\n'


def test_delete_waits_until_the_object_is_gone() -> None:
    terminal = shell(node(), pod("alone"))
    assert terminal.run("delete pod alone") == 0
    assert terminal.out == 'pod "alone" deleted from default namespace\n'
    terminal.run("get pods")
    assert terminal.err == "No resources found in default namespace.\n"


def test_files_and_folders_are_read_in_name_order(tmp_path: Path) -> None:
    terminal = shell(node())
    for name in ("b", "a"):
        text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "notes.txt").write_text("no manifest")
    assert terminal.run(f"apply -f {tmp_path}") == 0
    assert terminal.out == "configmap/a created\nconfigmap/b created\n"
    assert terminal.run(f"apply -f {tmp_path}/nope.yaml") == 1
    assert terminal.err == f'error: the path "{tmp_path}/nope.yaml" does not exist\n'


def test_exec_passes_output_errors_and_the_exit_code_on() -> None:
    terminal = shell(node(), pod("web"))
    assert terminal.run("exec web -- echo hello") == 0
    assert (terminal.out, terminal.err) == ("hello\n", "")
    assert terminal.run("exec web -- false") == 1
    assert terminal.err == "command terminated with exit code 1\n"


def test_exec_into_a_workload_says_nothing_of_its_other_pods() -> None:
    terminal = shell(node(), deployment("web", replicas=2))
    assert terminal.run("exec deploy/web -- echo hello") == 0
    assert (terminal.out, terminal.err) == ("hello\n", "")


def test_a_shell_reads_its_lines_from_standard_input() -> None:
    terminal = shell(node(), pod("web"))
    assert terminal.run("exec -i web -- sh", stdin="cd /tmp\npwd\nexit 4\necho never\n") == 4
    assert terminal.out == "/tmp\n"


def test_read_only_clients_refuse_to_write_and_still_read() -> None:
    terminal = Shell(EmbeddedClient(settled(node("w1")), read_only=True))
    assert terminal.run("get nodes -o name") == 0
    assert terminal.run("cordon w1") == 1
    assert "read-only" in terminal.err


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_shell_on_a_terminal_goes_line_by_line_in_one_session() -> None:
    out, err = Tty(), Tty()
    client = EmbeddedClient(settled(node(), pod("web")))
    typed = Tty("cd /tmp\n\nfalse\npwd\nexit 4\necho never\n")
    words = ["exec", "-it", "web", "--", "sh"]
    assert run_command(client, words, out=out, err=err, stdin=typed) == 4
    assert out.getvalue() == "/ # /tmp # /tmp # /tmp # /tmp\n/tmp # "
    assert err.getvalue() == ""


def test_a_terminal_never_gets_a_control_character() -> None:
    out = Tty()
    client = EmbeddedClient(settled(node("w1")))
    run_command(client, ["annotate", "node", "w1", "note=a\x1b[31mb"], out=io.StringIO(), err=io.StringIO())
    run_command(client, ["get", "node", "w1", "-o", "jsonpath={.metadata.annotations.note}"], out=out)
    assert out.getvalue() == "a␛[31mb\n"


@pytest.mark.parametrize("line", ["", "help", "--help", "get --help", "help rollout"])
def test_help_is_printed_for_every_way_to_ask(line: str) -> None:
    terminal = shell(node())
    assert terminal.run(line) == 0
    assert terminal.out


def test_an_interrupt_ends_a_verb_and_leaves_what_was_done() -> None:
    class Interrupting(io.StringIO):
        def write(self, text: str) -> int:
            if "evicting" in text:
                raise KeyboardInterrupt
            return super().write(text)

    client = EmbeddedClient(settled(*workload()))
    out = Interrupting()
    assert run_command(client, ["drain", "w1", "w2", "w3"], out=out) == 130
    assert "node/w3 cordoned" in out.getvalue()
    assert all(each.spec.unschedulable for each in client.state.all(Node))


def test_time_passes_only_as_far_as_it_is_waited_for() -> None:
    terminal = shell(node())
    before = terminal.client.now
    assert before == START + 120
    terminal.run("get nodes")
    assert terminal.client.now == before


class Clock:
    """Stands for ``time.sleep``; an operator who has seen enough interrupts."""

    def __init__(self, patience_seconds: int) -> None:
        self.slept_seconds = 0
        self._patience_seconds = patience_seconds

    def sleep(self, seconds: float) -> None:
        self.slept_seconds += int(seconds)
        if self.slept_seconds > self._patience_seconds:
            raise KeyboardInterrupt


CRASHING = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: crashing}\n"
    "spec: {containers: [{name: main, image: busybox, command: [sh, -c, exit 1]}]}\n"
)


def test_following_goes_at_the_pace_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(30)
    monkeypatch.setattr("k9lite.drive.time.sleep", clock.sleep)
    terminal = shell(*workload())
    terminal.run("apply -f -", stdin=CRASHING)
    before = terminal.client.now
    assert terminal.run("logs -f deploy/web --tail=1") == 130
    assert 25 <= terminal.client.now - before <= 30


def test_a_wait_in_vain_slows_down_though_other_things_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(30)
    monkeypatch.setattr("k9lite.drive.time.sleep", clock.sleep)
    terminal = shell(*workload())
    terminal.run("apply -f -", stdin=CRASHING)
    manifest = (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        "spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n"
    )
    terminal.run("apply -f -", stdin=manifest)
    before = terminal.client.now
    assert terminal.run("drain w1 w2 w3 --force") == 130
    assert 900 < terminal.client.now - before < 1200
    assert "still waiting: pods on w1: 1 to evict, 0 to end; 15 minutes of cluster time brought nothing" in terminal.err
    assert terminal.err.count("still waiting") == 1


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("nosuch", "executable file not found in $PATH"),
        ("cd", "executable file not found in $PATH"),
        ("A=b", "executable file not found in $PATH"),
        ("/opt/nosuch", "stat /opt/nosuch: no such file or directory"),
    ],
)
def test_exec_starts_programs_without_a_shell(program: str, why: str) -> None:
    terminal = shell(node(), pod("web"))
    before = terminal.client.state.revision
    assert terminal.run(f"exec web -- {program} x") == 1
    start, _, reason = terminal.err.partition('": OCI runtime exec failed: ')
    assert start.startswith(
        "error: Internal error occurred: error executing command in container: failed to exec in container: "
        'failed to start exec "'
    )
    assert reason == f'exec failed: unable to start container process: exec: "{program}": {why}: unknown\n'
    assert terminal.client.state.revision == before
    assert terminal.run("exec web -- /bin/ls /") == 0


def test_a_rollout_is_not_restarted_twice_in_a_second() -> None:
    terminal = shell(*workload())
    assert terminal.run("rollout restart deploy/web") == 0
    assert terminal.run("rollout restart deploy/web") == 1
    assert terminal.err == (
        "error: failed to create patch for web: if restart has already been triggered within the past second, "
        "please wait before attempting to trigger another\n"
    )
    terminal.client.cluster.advance(terminal.client.now + 1)
    assert terminal.run("rollout restart deploy/web") == 0


def test_an_empty_name_is_refused() -> None:
    terminal = Shell(EmbeddedClient(settled(node("w1"))))
    out, err = io.StringIO(), io.StringIO()
    assert run_command(terminal.client, ["get", "po", ""], out=out, err=err) == 1
    assert err.getvalue() == "error: resource name may not be empty\n"


RUN = ["run", "load", "--image=busybox:1.28", "-i", "--tty", "--restart=Never"]
LOOP = ["--", "sh", "-c", "echo begun; while sleep 1; do echo -n OK!; done"]


def test_what_has_no_end_is_followed_by_the_clock_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k9lite.drive.time.sleep", Clock(20).sleep)
    terminal = shell(*workload())
    assert terminal.run([*RUN, "--quiet", *LOOP]) == 130
    first, _, rest = terminal.out.partition("\n")
    assert first == "begun" and 15 <= rest.count("OK!") <= 21 and not rest.replace("OK!", "").strip()
    assert terminal.client.state.find(Pod, "load", "default") is not None


def test_an_interrupt_removes_what_was_only_there_for_the_time_being(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k9lite.drive.time.sleep", Clock(20).sleep)
    terminal = shell(*workload())
    assert terminal.run([*RUN, "--rm", *LOOP]) == 130
    assert terminal.out.endswith('\npod "load" deleted from default namespace\n')
    left = terminal.client.state.find(Pod, "load", "default")
    assert left is None or left.metadata.deletion_timestamp is not None


def test_what_ends_by_itself_is_not_waited_for_by_the_clock() -> None:
    terminal = shell(*workload())
    before = terminal.client.now
    assert terminal.run([*RUN, "--quiet", "--", "sh", "-c", "sleep 300; echo done"]) == 0
    assert terminal.out == "done\n" and terminal.client.now - before >= 300


def test_a_line_without_an_end_is_followed_once_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k9lite.drive.time.sleep", Clock(20).sleep)
    terminal = shell(*workload())
    script = "while true; do echo -n one; sleep 2; echo -n two; sleep 2; echo three; done"
    assert terminal.run(["run", "slow", "--image=busybox", "--", "sh", "-c", script]) == 0
    assert terminal.run("wait pod/slow --for=condition=Ready") == 0
    assert terminal.run("logs -f slow") == 130
    whole = [line for line in terminal.out.splitlines() if line == "onetwothree"]
    assert len(whole) >= 3 and len(whole) >= len(terminal.out.splitlines()) - 1
