"""What containers have printed: banners, probes, requests, scripts, and why there is nothing to show."""

from typing import Any

import pytest
from attrs import evolve

from engine.errors import ApiError, BadRequest, InternalError
from engine.kinds import Pod
from engine.kubelet.logs import log_lines
from tests.engine.containers import NOW, Terminal, manifest, running, service, slice_of, terminal

BEGAN = 1_779_998_400
"""When the containers of ``running`` started."""


def texts(
    box: Terminal, pod: str, container: str = "c", *, since: int = 0, now: int = 0, previous: bool = False
) -> list[str]:
    found = box.state.find(Pod, pod, "default")
    assert found is not None
    lines = log_lines(box.state, found, container, now or box.now, since=since, previous=previous)
    assert all(line.time >= since for line in lines)
    assert [line.time for line in lines] == sorted(line.time for line in lines)
    return [line.text for line in lines]


def shell(script: str, **spec: Any) -> Terminal:
    return terminal(running("p", "busybox", "10.244.1.9", container={"command": ["sh", "-c", script]}, **spec))


def refusal(box: Terminal, container: str = "c", *, previous: bool = False) -> ApiError:
    with pytest.raises(ApiError) as refused:
        texts(box, "p", container, previous=previous)
    return refused.value


def status(pod: Pod, **state: Any) -> Pod:
    """The pod with another state of its only container."""
    made = running("p", "busybox", "10.244.1.9")
    template = manifest("Pod", "x", spec={"containers": [{"name": "c"}]}, status={"containerStatuses": [
        {"name": "c", "image": "busybox", "imageID": "", "ready": False, "restartCount": 1, **state},
    ]})  # fmt: skip
    assert isinstance(template, Pod)
    return evolve(pod, status=evolve(made.status, container_statuses=template.status.container_statuses))


def test_a_server_prints_its_start() -> None:
    printed = texts(terminal(running("p", "nginx:1.25.3", "10.244.1.9")), "p")
    assert printed[0].startswith("/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty")
    assert "2026/05/28 20:00:00 [notice] 1#1: nginx/1.25.3" in printed
    assert "Ready to accept connections" in texts(terminal(running("p", "redis", "10.244.1.9")), "p")[-1]


def test_a_server_logs_the_kubelets_probes() -> None:
    probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10, "initialDelaySeconds": 5}
    box = terminal(running("p", "nginx", "10.244.1.9", container={"livenessProbe": probe}))
    assert texts(box, "p", since=NOW - 9)[-1] == (
        '10.244.1.1 - - [28/May/2026:20:26:35 +0000] "GET / HTTP/1.1" 200 615 "-" "kube-probe/1.36" "-"'
    )
    assert len(texts(box, "p", since=NOW - 59)) == 6


def test_a_server_logs_the_requests_of_typed_lines_in_the_life_they_reached() -> None:
    web = running("web-1", "nginx", "10.244.1.3")
    box = terminal(service("web", "10.96.5.5"), web, slice_of("web", web), running("p", "busybox", "10.244.1.9"))
    box.type("p", "wget -qO- web > /dev/null; curl -s web/none")
    printed = texts(box, "web-1", since=NOW)
    assert [line.partition('"')[2].partition('"')[0] for line in printed if "[error]" not in line] == [
        "GET / HTTP/1.1", "GET /none HTTP/1.1",
    ]  # fmt: skip
    assert any('open() "/usr/share/nginx/html/none" failed' in line for line in printed)
    box.put(running("web-1", "nginx", "10.244.1.3", restarts=1))
    assert texts(box, "web-1", since=NOW) == []


def test_a_script_prints_at_its_times() -> None:
    assert texts(shell("echo hi; sleep 1000; echo later; sleep infinity"), "p") == ["hi", "later"]
    assert texts(shell("echo hi; sleep 9000; echo later"), "p") == ["hi"]
    assert texts(shell("echo out; echo err >&2; sleep infinity"), "p") == ["out", "err"]


def test_an_endless_loop_prints_only_what_is_asked_for() -> None:
    box = shell('i=0; while true; do echo "$i: $(date +%s)"; i=$((i+1)); sleep 5; done')
    assert texts(box, "p", since=NOW - 9) == [f"319: {NOW - 5}", f"320: {NOW}"]
    assert len(texts(box, "p")) == 321
    day = texts(box, "p", now=NOW + 86400, since=NOW + 86400)
    assert day == [f"17600: {NOW + 86400}"]


def test_a_waiting_script_says_so_until_the_service_is_there() -> None:
    box = shell("until nslookup db > /dev/null; do echo waiting; sleep 2; done; echo found; sleep infinity")
    assert set(texts(box, "p")) == {"waiting"}
    box.put(service("db", "10.96.7.7"))
    assert texts(box, "p", now=NOW + 10)[-1] == "found"


def test_tail_prints_what_another_container_appends() -> None:
    mounts = [{"name": "v", "mountPath": "/var/log"}]
    writer = "while true; do date +%s >> /var/log/a.log; sleep 10; done"
    containers = [
        {"name": "w", "image": "busybox", "command": ["sh", "-c", writer], "volumeMounts": mounts},
        {"name": "t", "image": "busybox", "args": ["sh", "-c", "tail -n+1 -F /logs/a.log"],
         "volumeMounts": [{"name": "v", "mountPath": "/logs"}]},
    ]  # fmt: skip
    box = terminal(running("p", "", "10.244.1.9", containers=containers, volumes=[{"name": "v", "emptyDir": {}}]))
    assert texts(box, "p", "t", since=NOW - 19) == [str(NOW - 10), str(NOW)]
    assert len(texts(box, "p", "t", now=BEGAN + 30)) == 4
    assert box.type("p", "tail -1 /logs/a.log", container="t").stdout == f"{NOW}\n"


def test_a_container_that_ended_shows_its_last_life_and_the_one_before() -> None:
    ended = {"exitCode": 1, "startedAt": "2026-05-28T20:00:00Z", "finishedAt": "2026-05-28T20:00:03Z"}
    pod = running(
        "p", "busybox", "10.244.1.9", container={"command": ["sh", "-c", "echo a; sleep 3; echo b; exit 1"]}
    )
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    box = terminal(status(pod, state=waiting, lastState={"terminated": ended}))
    assert texts(box, "p") == ["a", "b"]
    assert texts(box, "p", previous=True) == ["a", "b"]
    assert texts(terminal(status(pod, state={"terminated": ended})), "p") == ["a", "b"]


def test_the_second_server_on_a_port_says_that_it_is_taken() -> None:
    containers = [{"name": "a", "image": "nginx"}, {"name": "b", "image": "httpd"}]
    box = terminal(running("p", "", "10.244.1.9", containers=containers))
    pod = box.state.find(Pod, "p", "default")
    assert pod is not None
    first, _ = pod.status.container_statuses
    ended = {"exitCode": 1, "startedAt": "2026-05-28T20:00:00Z", "finishedAt": "2026-05-28T20:00:01Z"}
    made = status(pod, state={"terminated": ended}).status.container_statuses[0]
    box.put(evolve(pod, status=evolve(pod.status, container_statuses=(first, evolve(made, name="b")))))
    assert any("bind: address already in use" in line for line in texts(box, "p", "b"))
    assert not any("already in use" in line for line in texts(box, "p", "a"))


def test_a_stopped_server_prints_its_last_words() -> None:
    pod = running("p", "nginx", "10.244.1.9")
    ended = {"exitCode": 0, "startedAt": "2026-05-28T20:00:00Z", "finishedAt": "2026-05-28T20:10:00Z"}
    assert texts(terminal(status(pod, state={"terminated": ended})), "p")[-1].endswith("[notice] 1#1: exit")


def test_what_has_no_log_says_why() -> None:
    pod = running("p", "busybox", "10.244.1.9")
    where = 'container "c" in pod "p"'
    for reason, text in (
        ("ImagePullBackOff", "trying and failing to pull image"),
        ("ErrImagePull", "image can't be pulled"),
        ("ContainerCreating", "ContainerCreating"),
        ("CreateContainerConfigError", "CreateContainerConfigError"),
    ):
        refused = refusal(terminal(status(pod, state={"waiting": {"reason": reason}})))
        assert isinstance(refused, BadRequest) and str(refused) == f"{where} is waiting to start: {text}"
    assert str(refusal(terminal(pod), previous=True)) == f"previous terminated {where} not found"
    assert str(refusal(terminal(pod), "x")) == "container x is not valid for pod p"
    fault = manifest("Fault", "f", version="k9lite.dev/v1", namespace="", spec={"type": "NodeDown", "node": "w1"})
    assert isinstance(refusal(terminal(pod, fault)), InternalError)
