"""Images: what exists, what a pull takes, and how a failing one backs off."""

import pytest

from engine.api.writes import Create
from engine.kubelet.backoff import pull_try
from engine.kubelet.catalog import BadReference, Missing, Resolved, parse_reference, resolve
from tests.engine.kubelet_loop import Loop, loop, pod


def waiting(made: Loop, name: str = "p") -> tuple[str, str]:
    state = made.status(name).state.waiting
    assert state is not None
    return state.reason, state.message


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("curlimages/curl:8.11.1", "docker.io/curlimages/curl:8.11.1"),
        ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b:1"),
        ("nginx@sha256:" + "a" * 64, "docker.io/library/nginx@sha256:" + "a" * 64),
    ],
)
def test_short_names_stand_for_docker_hub(image: str, full: str) -> None:
    assert str(parse_reference(image)) == full


@pytest.mark.parametrize("image", ["Nginx", "nginx:", "nginx:a b", "a//b", "nginx@sha256:12", "", ":1"])
def test_a_bad_reference_is_no_image_name(image: str) -> None:
    assert isinstance(parse_reference(image), BadReference)


@pytest.mark.parametrize(
    "image",
    ["nginx", "nginx:1.14.2", "nginx:1.27-alpine", "redis:7", "postgres:15-alpine", "busybox:1.36", "httpd:2.4"],
)
def test_known_tags_are_found(image: str) -> None:
    assert isinstance(resolve(image), Resolved)


@pytest.mark.parametrize("image", ["nginx:9.9.9", "nginx:1.161", "nginx:oops", "busybox:nope"])
def test_unknown_tags_are_not_found(image: str) -> None:
    found = resolve(image)
    assert isinstance(found, Missing)
    full = f"docker.io/library/{image}"
    assert found.message == (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{full}": '
        f'failed to resolve reference "{full}": {full}: not found'
    )


def test_a_pull_takes_as_long_as_its_size_says() -> None:
    made = loop(pod(image="postgres:16", env=[{"name": "POSTGRES_PASSWORD", "value": "x"}]))
    resolved = resolve("postgres:16")
    assert isinstance(resolved, Resolved) and resolved.pull_seconds > 1
    made.advance(resolved.pull_seconds)
    assert waiting(made) == ("ContainerCreating", "")
    made.advance(1)
    assert made.status().state.running is not None


def test_a_pulled_image_is_on_the_node_and_starts_the_next_pod_faster() -> None:
    made = loop(pod(image="postgres:16"), after_seconds=20)
    names = [name for image in made.node().status.images for name in image.names]
    assert "docker.io/library/postgres:16" in names
    assert made.node("w2").status.images == ()
    made.submit(Create(pod("q", image="postgres:16")))
    made.advance(1)
    assert made.status("q").state.running is not None or made.status("q").state.terminated is not None
    assert made.events("q")[0] == (
        'Pulled: Container image "postgres:16" already present on machine and can be accessed by the pod'
    )


def test_an_unknown_tag_fails_backs_off_and_tries_again() -> None:
    made = loop(pod(image="nginx:9.9.9"), after_seconds=1)
    reason, message = waiting(made)
    assert reason == "ErrImagePull"
    assert "docker.io/library/nginx:9.9.9: not found" in message
    made.advance(5)
    assert waiting(made) == ("ImagePullBackOff", f'Back-off pulling image "nginx:9.9.9": ErrImagePull: {message}')
    made.advance(5)
    assert waiting(made)[0] == "ErrImagePull"
    assert made.events() == [
        'Pulling: Pulling image "nginx:9.9.9"',
        f'Failed: Failed to pull image "nginx:9.9.9": {message}',
        "Failed: Error: ErrImagePull",
        'BackOff: Back-off pulling image "nginx:9.9.9"',
        "Failed: Error: ImagePullBackOff",
    ]
    assert made.pod().status.phase == "Pending"


def test_image_back_off_grows_to_five_minutes() -> None:
    tries = [second for second in range(3000) if not pull_try(0, second).backing_off]
    starts = [second for second in tries if second - 1 not in tries]
    assert starts == [0, 10, 30, 70, 150, 310, 610, 910, 1210, 1510, 1810, 2110, 2410, 2710]


def test_a_mended_image_is_pulled() -> None:
    made = loop(pod(image="nginx:9.9.9"), after_seconds=100)
    made.submit_update(pod(image="nginx:1.27"))
    made.advance(20)
    assert made.ready()
    assert made.status().restart_count == 0


def test_a_bad_name_waits_with_invalid_image_name() -> None:
    made = loop(pod(image="nginx:1.27"), after_seconds=10)
    made.submit_update(pod(image="Nginx:1.27"))
    made.advance(20)
    reason, message = waiting(made)
    assert reason == "InvalidImageName"
    assert "repository name (library/Nginx) must be lowercase" in message


def test_never_pulls_nothing() -> None:
    made = loop(pod(imagePullPolicy="Never"), after_seconds=10)
    name = 'Container image "nginx:1.27" is not present with pull policy of Never'
    assert waiting(made) == ("ErrImageNeverPull", name)
    made.submit(Create(pod("q")))
    made.advance(10)
    assert made.ready("p"), "the other pod brought the image"
