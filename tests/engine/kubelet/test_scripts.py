"""Containers whose command is a script: how long it runs, what it becomes, what it waits for."""

from pathlib import Path

import yaml

from engine.api.writes import Create, Delete
from engine.bootstrap import applied
from engine.cluster import Cluster
from engine.kinds import Pod, Ref
from engine.kubelet.logs import log_lines
from tests.builders import cluster, namespace, node, service
from tests.builders import pod as bare
from tests.engine.kubelet_loop import loop, pod, script

SAMPLE = Path(__file__).parents[3] / "sample-cluster"
P = Ref("Pod", "default", "p")


def test_a_script_ends_with_its_code_after_its_time() -> None:
    made = loop(pod(spec={"restartPolicy": "Never"}, **script("echo hi; sleep 5; exit 3")), after_seconds=30)
    ended = made.status().state.terminated
    assert ended is not None and ended.started_at is not None and ended.finished_at is not None
    assert (ended.exit_code, ended.finished_at - ended.started_at) == (3, 5)
    assert made.pod().status.phase == "Failed"


def test_a_loop_never_ends_and_costs_nothing() -> None:
    made = loop(pod(**script("while true; do date; sleep 5; done")), after_seconds=30)
    assert made.ready()
    assert made.queue.next_due() is None


def test_a_script_without_a_trap_is_killed_after_its_grace() -> None:
    spec = {"terminationGracePeriodSeconds": 10}
    made = loop(pod(spec=spec, **script("while true; do sleep 1; done")), after_seconds=30)
    made.submit(Delete(ref=P))
    made.advance(9)
    assert not made.gone()
    made.advance(1)
    assert made.gone()


def test_a_trap_lets_a_script_end_at_once() -> None:
    made = loop(pod(**script("trap 'exit 0' TERM; while true; do sleep 1; done")), after_seconds=30)
    made.submit(Delete(ref=P))
    made.advance(2)
    assert made.gone()


def test_a_script_may_become_the_images_server() -> None:
    text = "sleep 6; exec nginx -g 'daemon off;'"
    probe = {"httpGet": {"port": 80}, "periodSeconds": 2}
    made = loop(pod(image="nginx:1.27", command=["sh", "-c", text], readinessProbe=probe), after_seconds=7)
    assert made.status().state.running is not None and not made.ready()
    made.advance(5)
    assert made.ready()


def test_an_init_container_waits_for_a_service() -> None:
    manifests = yaml.safe_load_all((SAMPLE / "20-kube-system.yaml").read_text())
    made = cluster(node(), namespace("shop"))
    made.submit("user", applied(each for each in manifests if each))
    init = {"name": "wait", **script("until nslookup db; do sleep 2; done")}
    made.submit("user", [Create(bare("p", namespace="shop", initContainers=[init]))])
    made.advance(made.now + 60)
    waiting = found_pod(made)
    assert waiting.status.init_container_statuses[0].state.running is not None
    made.submit("user", [Create(service("db", namespace="shop"))])
    made.advance(made.now + 10)
    assert found_pod(made).status.phase == "Running"


def found_pod(made: Cluster) -> Pod:
    found = made.state.find(Pod, "p", "shop")
    assert found is not None
    return found


def test_what_a_loop_prints_without_ever_ending_its_line_is_seen() -> None:
    made = loop(pod(**script("while sleep 0.1; do printf x; done")), after_seconds=5)
    printed = "".join(line.text for line in log_lines(made.state, made.pod(), "main", made.now))
    assert 30 <= len(printed) <= 50 and set(printed) == {"x"}


def test_a_script_reads_the_files_that_the_kubelet_gives_every_container() -> None:
    account = "/var/run/secrets/kubernetes.io/serviceaccount"
    text = f"cat {account}/namespace; echo; cat /etc/hostname; test -s {account}/token && echo token; sleep 60"
    made = loop(pod(**script(text)), after_seconds=5)
    assert [line.text for line in log_lines(made.state, made.pod(), "main", made.now)] == ["default", "p", "token"]
