"""The images that exist and what their processes do."""

import re
from typing import Any

import pytest

from engine.kinds import Container, Pod
from engine.kubelet.behaviour import Behaviour, behaviour, command_line
from engine.kubelet.catalog import Resolved, parse_reference, resolve
from engine.kubelet.image_table import IMAGES
from tests.engine.kubelet_loop import pod


def acts(image: str, env: dict[str, str] | None = None, **container: Any) -> Behaviour:
    made: Pod = pod(image=image, **container)
    return behaviour(image, made.spec.containers[0], env or {})


def argv(image: str, **container: tuple[str, ...]) -> tuple[str, ...]:
    resolved = resolve(image)
    assert isinstance(resolved, Resolved)
    return command_line(Container(name="main", image=image, **container), resolved.entry)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_every_image_has_a_full_name_and_something_to_run(name: str) -> None:
    entry = IMAGES[name]
    assert str(parse_reference(name)).startswith(name)
    assert entry.size_bytes > 0
    assert entry.entrypoint + entry.cmd
    assert re.compile(entry.tags)
    found = behaviour(name, Container(name="main", image=name), dict.fromkeys(entry.needs_env, "x"))
    if not entry.tags or re.fullmatch(entry.tags, "latest"):
        assert not found.start_error


def test_a_server_runs_for_ever_on_its_port() -> None:
    found = acts("nginx:1.27")
    assert found.exits_after_seconds is None
    assert (found.listens, found.serves) == ((80,), "http")
    assert found.term_exit_code == 0


def test_flags_alone_go_to_the_images_own_server() -> None:
    assert argv("redis:7", args=("--appendonly", "yes")) == ("redis-server", "--appendonly", "yes")
    assert argv("registry.k8s.io/coredns/coredns:v1.12.1", args=("-conf", "x")) == ("/coredns", "-conf", "x")
    assert acts("redis:7", args=["--appendonly", "yes"]).listens == (6379,)


def test_a_command_replaces_entrypoint_and_cmd() -> None:
    assert argv("nginx:1.27", command=("sleep",), args=("5",)) == ("sleep", "5")
    found = acts("nginx:1.27", command=["sleep", "5"])
    assert (found.exits_after_seconds, found.listens) == (5, ())


def test_the_servers_own_command_is_still_the_server() -> None:
    assert acts("nginx:1.27", command=["nginx", "-g", "daemon off;"]).listens == (80,)
    assert acts("nginx:1.27", command=["/usr/sbin/nginx"]).listens == (80,)


def test_sleep_infinity_never_ends_and_ignores_sigterm() -> None:
    found = acts("busybox:1.36", command=["sleep", "infinity"])
    assert found.exits_after_seconds is None
    assert found.term_exit_code is None


def test_a_shell_without_a_terminal_ends_at_once() -> None:
    assert acts("busybox:1.36").exits_after_seconds == 0


def test_an_image_without_a_shell_cannot_run_one() -> None:
    missing = acts("registry.k8s.io/pause:3.10", command=["sh"]).start_error
    assert missing.endswith('exec: "sh": executable file not found in $PATH')
    missing = acts("registry.k8s.io/pause:3.10", command=["/bin/sh"]).start_error
    assert missing.endswith('exec: "/bin/sh": stat /bin/sh: no such file or directory')


def test_a_server_that_needs_a_password_exits_without_it() -> None:
    assert acts("mysql:8.0").exit_code == 1
    assert acts("mysql:8.0", {"MYSQL_ROOT_PASSWORD": "x"}).listens == (3306, 33060)


@pytest.mark.parametrize(
    ("image", "args", "listens"),
    [
        ("redis:7", ["--port", "6380"], (6380,)),
        ("redis:7", ["redis-server", "--port", "6380", "--appendonly", "yes"], (6380,)),
        ("hashicorp/http-echo", ["-text=hi", "-listen=:9000"], (9000,)),
        ("registry.k8s.io/e2e-test-images/agnhost:2.40", ["netexec", "--http-port=9090"], (9090,)),
        ("registry.k8s.io/e2e-test-images/agnhost:2.40", ["pause"], ()),
        ("python:3.12", ["python3", "-m", "http.server", "8001"], (8001,)),
    ],
)
def test_flags_choose_the_port(image: str, args: list[str], listens: tuple[int, ...]) -> None:
    found = acts(image, args=args)
    assert not found.start_error
    assert (found.listens, found.exits_after_seconds) == (listens, None)


def test_an_interpreter_runs_a_file_for_ever_and_a_one_liner_for_a_moment() -> None:
    assert acts("python:3.12", command=["python", "app.py"]).exits_after_seconds is None
    assert acts("perl:5.34", command=["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"]).exits_after_seconds == 4
    assert acts("node:22").exits_after_seconds == 0


def test_what_says_that_it_is_unwell_after_ten_seconds_fails_its_probe_then() -> None:
    found = acts("registry.k8s.io/e2e-test-images/agnhost:2.40", args=["liveness"])
    assert (found.listens, found.serves, found.fails_after_seconds) == ((8080,), "http", 10)
    assert found.term_exit_code == 2  # a Go program without a handler of its own
    assert acts("registry.k8s.io/e2e-test-images/agnhost:2.40", args=["netexec"]).fails_after_seconds is None
    assert acts("luksa/kubia-unhealthy").fails_after_seconds == 50


@pytest.mark.parametrize(
    "image",
    (
        "registry.k8s.io/goproxy:0.1",
        "registry.k8s.io/serve_hostname",
        "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10",
        "gcr.io/google-containers/busybox",
        "luksa/kubia:v2",
        "luksa/fortune:env",
        "luksa/batch-job",
        "luksa/ssd-monitor",
        "gcr.io/kuar-demo/kuard-amd64:blue",
    ),
)
def test_the_images_of_the_tutorials_exist(image: str) -> None:
    assert isinstance(resolve(image), Resolved)
    assert not acts(image).start_error
