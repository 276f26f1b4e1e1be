"""Lines typed into containers: sessions, files, environment, processes, and what refuses them."""

import pytest
from attrs import evolve

from engine.api.writes import RunLine
from engine.errors import BadRequest, InternalError, NotFound
from engine.kinds import Pod, Ref
from engine.kubelet.exec import run_command, run_line
from tests.engine.containers import NOW, busybox, manifest, running, service, slice_of, terminal


def test_a_line_prints_and_ends_with_its_last_commands_status() -> None:
    done = busybox().type("p", "echo hi; false")
    assert (done.stdout, done.stderr, done.exit_code, done.time) == ("hi\n", "", 1, NOW)


def test_a_session_keeps_its_directory_variables_and_last_status() -> None:
    box = busybox()
    assert box.type("p", "cd /tmp; export A=1; B=2; false").cwd == "/tmp"
    assert box.type("p", "echo $? $A $B; pwd; printenv A B").stdout == "1 1 2\n/tmp\n1\n"
    assert box.type("p", "unset A; echo [$A]").stdout == "[]\n"
    assert box.type("p", "echo [$A]").stdout == "[]\n"
    assert box.type("p", "pwd; echo [$B]", session="other").stdout == "/\n[]\n"


def test_exit_closes_the_session() -> None:
    done = busybox().type("p", "exit 3; echo never")
    assert (done.exit_code, done.closed, done.stdout) == (3, True, "")


def test_files_stay_in_the_container_until_it_restarts() -> None:
    box = busybox()
    assert box.type("p", "mkdir -p /data/x; echo one > /data/x/f").files == {
        "/data/": "", "/data/x/": "", "/data/x/f": "one\n",
    }  # fmt: skip
    assert box.type("p", "cat /data/x/f", session="b").stdout == "one\n"
    pod = box.state.find(Pod, "p", "default")
    assert pod is not None
    box.put(running("p", "busybox:1.36", "10.244.1.9", restarts=1, container={"command": ["sleep", "infinity"]}))
    gone = box.type("p", "cat /data/x/f")
    assert gone.exit_code == 1 and gone.stderr == "cat: can't open '/data/x/f': No such file or directory\n"


def test_an_empty_dir_is_shared_by_the_pods_containers_and_outlives_restarts() -> None:
    containers = [
        {"name": "a", "image": "busybox", "volumeMounts": [{"name": "v", "mountPath": "/out"}]},
        {"name": "b", "image": "busybox", "volumeMounts": [{"name": "v", "mountPath": "/in", "readOnly": True}]},
    ]
    box = terminal(running("p", "", "10.244.1.9", containers=containers, volumes=[{"name": "v", "emptyDir": {}}]))
    box.type("p", "echo shared > /out/f; echo own > /tmp/f", container="a")
    assert box.type("p", "cat /in/f /tmp/f", container="b").stdout == "shared\n"
    refused = box.type("p", "echo x > /in/f", container="b")
    assert (refused.exit_code, refused.stderr) == (1, "sh: can't create /in/f: Read-only file system\n")
    box.put(
        running("p", "", "10.244.1.9", restarts=1, containers=containers, volumes=[{"name": "v", "emptyDir": {}}])
    )
    assert box.type("p", "cat /out/f; ls /tmp", container="a").stdout == "shared\n"


def test_config_maps_and_secrets_are_files_that_cannot_be_written() -> None:
    volumes = [
        {"name": "c", "configMap": {"name": "settings"}},
        {"name": "s", "secret": {"secretName": "keys"}},
    ]
    mounts = [{"name": "c", "mountPath": "/etc/app"}, {"name": "s", "mountPath": "/keys"}]
    box = terminal(
        manifest("ConfigMap", "settings", data={"a.conf": "x=1\n"}),
        manifest("Secret", "keys", data={"token": "aHVzaA=="}),
        running("p", "busybox", "10.244.1.9", container={"volumeMounts": mounts}, volumes=volumes),
    )
    assert box.type("p", "ls /etc/app /keys; cat /etc/app/a.conf /keys/token").stdout == (
        "/etc/app:\na.conf\n\n/keys:\ntoken\nx=1\nhush"
    )
    assert (
        box.type("p", "rm /etc/app/a.conf").stderr == "rm: can't remove '/etc/app/a.conf': Read-only file system\n"
    )


def test_the_environment_holds_pod_service_and_declared_variables() -> None:
    env = [
        {"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "mode"}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "GREETING", "value": "hello $(MODE)"},
    ]
    box = terminal(
        manifest("ConfigMap", "settings", data={"mode": "fast"}),
        service("web", "10.96.5.5"),
        running("p", "busybox", "10.244.1.9", container={"env": env}),
    )
    printed = box.type("p", "env").stdout.splitlines()
    assert {"MODE=fast", "IP=10.244.1.9", "GREETING=hello fast", "HOSTNAME=p"} <= set(printed)
    assert {"KUBERNETES_SERVICE_HOST=10.96.0.1", "WEB_SERVICE_HOST=10.96.5.5", "WEB_SERVICE_PORT=80"} <= set(
        printed
    )


def test_a_job_in_the_background_is_a_process_until_its_sleep_is_over_or_it_is_killed() -> None:
    box = busybox()
    (left,) = box.type("p", "sleep 20 &").processes
    pid = left.split()[0]
    assert f"{pid} root" in box.type("p", "ps").stdout
    assert box.type("p", f"kill {pid}").signals == {pid: 15}
    assert "sleep 20" not in box.type("p", "ps").stdout
    box.type("p", "sleep 20 &", wait=30)
    assert "sleep 20" not in box.type("p", "ps").stdout


def test_a_signal_to_the_main_process_is_recorded_for_the_kubelet() -> None:
    assert busybox().type("p", "kill -9 1").signals == {"1": 9}
    assert busybox().type("p", "kill 4711").stderr == "sh: can't kill pid 4711: No such process\n"


def test_requests_travel_through_the_service_and_are_recorded_for_the_servers_log() -> None:
    web = running("web-1", "nginx:1.25.3", "10.244.1.3")
    box = terminal(service("web", "10.96.5.5"), web, slice_of("web", web), running("p", "busybox", "10.244.1.9"))
    done = box.type("p", "curl -s http://web/ | grep title; curl -s -o /dev/null -w '%{http_code}' web/nope")
    assert done.stdout == "<title>Welcome to nginx!</title>\n404"
    assert [request.container for request in done.requests] == ["c", "c", "c"]
    assert done.requests[0].line == (
        '10.244.1.9 - - [28/May/2026:20:26:40 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/8.5.0" "-"'
    )


def test_writing_the_html_file_changes_what_that_nginx_serves() -> None:
    web = running("web-1", "nginx", "10.244.1.3")
    box = terminal(service("web", "10.96.5.5"), web, slice_of("web", web), running("p", "busybox", "10.244.1.9"))
    box.type("web-1", "echo mine > /usr/share/nginx/html/index.html")
    assert box.type("p", "wget -qO- web").stdout == "mine\n"
    assert box.type("web-1", "echo now > /usr/share/nginx/html/index.html; curl -s localhost").stdout == "now\n"


def test_an_unknown_command_and_a_syntax_error_are_what_sh_says() -> None:
    done = busybox().type("p", "foo --bar")
    assert (done.stderr, done.exit_code) == ("sh: foo: not found\n", 127)
    broken = busybox().type("p", "for x in; do")
    assert (broken.stderr, broken.exit_code) == (
        'sh: syntax error: unexpected end of file (expecting "done")\n', 2,
    )  # fmt: skip


def test_a_line_without_end_is_interrupted() -> None:
    done = busybox().type("p", "while true; do echo x; sleep 30; done")
    assert done.exit_code == 130
    assert 0 < done.duration_seconds <= 600 and done.stdout.count("x") < 30
    assert busybox().type("p", "while true; do :; done").exit_code == 130
    assert len(busybox().type("p", "yes").stdout) <= 1 << 20


def ask(pod: Pod, container: str = "") -> None:
    state = terminal(pod).state
    run_line(
        state,
        RunLine(ref=Ref("Pod", "default", pod.metadata.name), container=container, session="", line="ls"),
        NOW,
    )


def test_what_cannot_be_entered_says_why() -> None:
    pod = running("p", "busybox", "10.244.1.9")
    with pytest.raises(BadRequest, match="container x is not valid for pod p"):
        ask(pod, "x")
    with pytest.raises(BadRequest, match="completed pod; current phase is Succeeded"):
        ask(evolve(pod, status=evolve(pod.status, phase="Succeeded")))
    with pytest.raises(InternalError, match=r'unable to upgrade connection: container not found \("c"\)'):
        ask(evolve(pod, status=evolve(pod.status, container_statuses=())))
    with pytest.raises(InternalError, match='exec: "sh": executable file not found'):
        ask(running("p", "registry.k8s.io/pause:3.9", "10.244.1.9"))
    with pytest.raises(NotFound, match='pods "q" not found'):
        run_line(
            terminal(pod).state, RunLine(ref=Ref("Pod", "default", "q"), container="", session="", line=""), NOW
        )


def test_an_exec_probe_sees_the_files_that_lines_left() -> None:
    box = busybox()
    pod = box.state.find(Pod, "p", "default")
    assert pod is not None
    before = run_command(box.state, pod, pod.spec.containers[0], ("cat", "/tmp/healthy"), box.now)
    box.type("p", "touch /tmp/healthy")
    after = run_command(box.state, pod, pod.spec.containers[0], ("cat", "/tmp/healthy"), box.now)
    assert before is not None and after is not None
    assert (before.exit_code, after.exit_code) == (1, 0)


def test_the_default_container_is_the_first_or_the_annotated_one() -> None:
    containers = [{"name": "a", "image": "busybox"}, {"name": "b", "image": "busybox"}]
    metadata = {"annotations": {"kubectl.kubernetes.io/default-container": "b"}}
    assert terminal(running("p", "", "10.244.1.9", containers=containers)).type("p", ":").container == "a"
    marked = running("p", "", "10.244.1.9", containers=containers, metadata=metadata)
    assert terminal(marked).type("p", ":").container == "b"
