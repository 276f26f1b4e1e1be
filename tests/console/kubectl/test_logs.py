"""logs on a living cluster: which container, how far back, and what comes while it is followed."""

import io

import pytest
from attrs import frozen

from engine.kinds import Pod
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.builders import deployment, node, pod, settled


@frozen
class Printed:
    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture(scope="module")
def client() -> EmbeddedClient:
    sidecars = [{"name": "main", "image": "nginx:1.27"}, {"name": "side", "image": "redis:7"}]
    crashing = [{"name": "main", "image": "busybox", "command": ["sh", "-c", "echo bye; exit 1"]}]
    return EmbeddedClient(
        settled(
            node(),
            pod("web"),
            pod("two", containers=sidecars),
            pod("crash", containers=crashing),
            pod("lost", containers=[{"name": "main", "image": "nginx:no-such-tag"}]),
            pod("unplaced", nodeSelector={"disk": "none"}),
            deployment("many", replicas=2),
        )
    )


def run(client: EmbeddedClient, line: str) -> Printed:
    out, err = io.StringIO(), io.StringIO()
    code = run_command(client, line.split(), out=out, err=err)
    return Printed(out.getvalue(), err.getvalue(), code)


def test_a_pods_log_is_printed_whole_or_from_its_tail(client: EmbeddedClient) -> None:
    whole = run(client, "logs web")
    assert whole.code == 0
    assert len(whole.lines) > 2
    assert run(client, "logs web --tail=2").lines == whole.lines[-2:]
    assert run(client, "logs web --tail=0").lines == []


def test_since_and_timestamps_go_by_cluster_time(client: EmbeddedClient) -> None:
    stamped = run(client, "logs web --timestamps").lines
    assert all(line.startswith("2026-05-28T20:2") and line[19:30] == ".000000000Z" for line in stamped)
    assert run(client, "logs web --since=1s").lines == []
    assert run(client, "logs web --since=1h").lines == run(client, "logs web").lines


def test_of_several_containers_the_first_is_taken_with_a_word(client: EmbeddedClient) -> None:
    first = run(client, "logs two")
    assert first.err == 'Defaulted container "main" out of: main, side\n'
    assert run(client, "logs two -c main").out == first.out
    assert run(client, "logs two side").err == ""
    assert run(client, "logs two -c nope").err == (
        "error: container nope is not valid for pod two out of: main, side\n"
    )


def test_all_containers_and_prefixes_name_their_source(client: EmbeddedClient) -> None:
    lines = run(client, "logs two --all-containers --prefix").lines
    assert {line.split()[0] for line in lines} == {"[pod/two/main]", "[pod/two/side]"}


def test_a_workload_stands_for_one_of_its_pods_or_all(client: EmbeddedClient) -> None:
    one = run(client, "logs deploy/many")
    assert one.err.startswith("Found 2 pods, using pod/many-")
    everyone = run(client, "logs deploy/many --all-pods").lines
    assert len({line.split()[0] for line in everyone}) == 2
    assert run(client, "logs -l app=many --tail=1").out.count("\n") == 2
    assert run(client, "logs -l app=none").err == "No resources found in default namespace.\n"


def test_the_life_before_the_last_restart_can_be_read(client: EmbeddedClient) -> None:
    assert run(client, "logs crash -p").lines == ["bye"]
    assert run(client, "logs crash -p -f").lines == ["bye"]
    assert run(client, "logs web -p").err == (
        'Error from server (BadRequest): previous terminated container "main" in pod "web" not found\n'
    )


def test_a_container_without_a_log_says_why(client: EmbeddedClient) -> None:
    assert run(client, "logs lost").err == (
        'Error from server (BadRequest): container "main" in pod "lost" is waiting to start: '
        "trying and failing to pull image\n"
    )
    assert run(client, "logs unplaced").err == (
        'Error from server (BadRequest): container "main" in pod "unplaced" is not available\n'
    )


def test_mistakes_are_refused_in_kubectls_words(client: EmbeddedClient) -> None:
    assert run(client, "logs nope").err == (
        'error: error from server (NotFound): pods "nope" not found in namespace "default"\n'
    )
    assert run(client, "logs").err.startswith("error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n")
    assert run(client, "logs web -l app=x").err.startswith("error: only a selector (-l) or a POD name is allowed\n")
    assert run(client, "logs web --tail=-2").err == "error: --tail must be greater than or equal to -1\n"
    assert run(client, "logs two --all-containers -c main").err == (
        "error: --all-containers=true should not be specified with container name main\n"
    )


def test_following_goes_on_until_the_container_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k9lite.drive.time.sleep", lambda _seconds: None)
    script = "for i in 1 2 3 4; do echo line $i; sleep 100; done"
    counting = [{"name": "main", "image": "busybox", "command": ["sh", "-c", script]}]
    client = EmbeddedClient(settled(node(), pod("count", containers=counting, restartPolicy="Never")))
    assert run(client, "logs count").lines == ["line 1", "line 2"]
    followed = run(client, "logs -f count")
    assert followed.lines == ["line 1", "line 2", "line 3", "line 4"]
    found = client.state.find(Pod, "count", "default")
    assert found is not None
    assert found.status.phase == "Succeeded"
