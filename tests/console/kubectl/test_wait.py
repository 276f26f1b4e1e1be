"""wait, on a living cluster: what it prints, what it refuses, and how long it takes."""

import pytest

from engine.kinds import Pod
from tests.builders import deployment, node, pod
from tests.console.kubectl.test_drive import Shell, shell

SLEEPER = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: brief}\n"
    "spec: {restartPolicy: Never, containers: [{name: main, image: busybox, command: [sleep, '20']}]}\n"
)


def applied(manifest: str) -> Shell:
    terminal = shell(node("w1"), deployment("web", replicas=2))
    assert terminal.run("apply -f -", stdin=manifest) == 0
    return terminal


def test_a_condition_is_waited_for() -> None:
    terminal = applied(SLEEPER)
    before = terminal.client.now
    assert terminal.run("wait --for=condition=ready pod/brief") == 0
    assert terminal.out == "pod/brief condition met\n"
    assert before < terminal.client.now < before + 30
    assert terminal.run("wait pod brief --for=condition=Ready=false --timeout=60s") == 0
    assert terminal.run("wait --for=condition=Available deploy --all") == 0
    assert terminal.out == "deployment.apps/web condition met\n"


def test_a_field_is_waited_for() -> None:
    terminal = applied(SLEEPER)
    assert terminal.run("wait --for=jsonpath={.status.phase}=Succeeded pod/brief --timeout=2m") == 0
    found = terminal.client.state.find(Pod, "brief", "default")
    assert found is not None and found.status.phase == "Succeeded"
    assert terminal.run("wait --for=jsonpath={.status.podIP} pod/brief") == 0
    assert terminal.run("wait --for=jsonpath={.status.nope} pod/brief --timeout=0") == 1
    assert terminal.err == "error: condition not met for pods/brief\n"


def test_the_timeout_lets_so_much_cluster_time_pass() -> None:
    terminal = applied(SLEEPER)
    before = terminal.client.now
    assert terminal.run("wait --for=condition=Nope pod/brief --timeout=5m") == 1
    assert terminal.err == "error: timed out waiting for the condition on pods/brief\n"
    assert terminal.client.now - before == 300


def test_deletion_is_waited_for_and_what_is_gone_is_fine() -> None:
    terminal = applied(SLEEPER)
    terminal.run("wait --for=condition=Ready pod/brief")
    assert terminal.run("delete pod brief --wait=false") == 0
    assert terminal.run("wait --for=delete pod/brief --timeout=60s") == 0
    assert terminal.out == "pod/brief condition met\n"
    assert terminal.run("wait --for=delete pod/brief") == 0
    assert (terminal.out, terminal.err) == ("", "")
    assert terminal.run("wait --for=condition=Ready pod/brief") == 1
    assert terminal.err == 'Error from server (NotFound): pods "brief" not found\n'


def test_creation_is_waited_for() -> None:
    terminal = shell(node("w1"), pod("here"))
    assert terminal.run("wait --for=create --for=condition=Ready pod/here") == 0
    assert terminal.out == "pod/here condition met\npod/here condition met\n"
    assert terminal.run("wait --for=create pod/never --timeout=10s") == 1
    assert terminal.err == "error: timed out waiting for the condition\n"


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("wait pod/here", "unrecognized condition: []"),
        ("wait pod/here --for=soon", 'unrecognized condition: "soon"'),
        ("wait --for=delete pods", "resource(s) were provided, but no name was specified"),
        ("wait --for=condition=Ready pods -l app=none", "no matching resources found"),
        ("wait --for=jsonpath={.spec} pod/here --timeout=1s", ""),
        (
            "wait --for=jsonpath={.spec}=x pod/here",
            "jsonpath leads to a nested object or list which is not supported",
        ),
        (
            "wait --for=jsonpath={.spec.containers[*].name}=a pod/two",
            "given jsonpath expression matches more than one value",
        ),
        (
            "wait --for=jsonpath={.status.phase}= pod/here",
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
        ),
    ],
)
def test_mistakes_are_refused_in_kubectls_words(line: str, refusal: str) -> None:
    two = [{"name": "a", "image": "nginx"}, {"name": "b", "image": "redis"}]
    terminal = shell(node("w1"), pod("here"), pod("two", containers=two))
    assert terminal.run(line) == (1 if refusal else 0)
    assert terminal.err == (f"error: {refusal}\n" if refusal else "")
