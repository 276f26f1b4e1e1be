"""What the servers of tutorials answer and print: the words that the pages show."""

from engine.kubelet.logs import log_lines
from engine.network.http import Request, Site, answer
from tests.engine.kubelet_loop import loop, pod


def body(image: str, path: str = "/", *arguments: str, fails_from: int | None = None) -> tuple[int, str]:
    site = Site(image=image, hostname="web-1", arguments=arguments, fails_from=fails_from)
    reply = answer(site, Request(path=path, time=100))
    return reply.status, reply.body


def printed(image: str, *args: str) -> list[str]:
    made = loop(pod(image=image, args=list(args)), after_seconds=10)
    return [line.text for line in log_lines(made.state, made.pod(), "main", made.now)]


def test_agnhost_tells_the_time_its_name_and_whether_it_is_well() -> None:
    assert body("agnhost", "/", "netexec") == (200, "NOW: 1970-01-01 00:01:40.000000000 +0000 UTC m=+1.000000000")
    assert body("agnhost", "/hostname", "netexec") == (200, "web-1")
    assert body("agnhost", "/", "serve-hostname") == (200, "web-1")
    assert body("agnhost", "/healthz", "liveness", fails_from=101) == (200, "ok")
    assert body("agnhost", "/healthz", "liveness", fails_from=100)[0] == 500


def test_kubia_says_who_was_hit_until_it_is_not_well() -> None:
    assert body("kubia") == (200, "You've hit web-1\n")
    assert body("kubia-unhealthy", fails_from=60) == (500, "I'm not well. Please restart me!\n")


def test_servers_of_tutorials_print_that_they_have_started() -> None:
    first = printed("registry.k8s.io/e2e-test-images/agnhost:2.53", "netexec", "--http-port=8080")[0]
    assert first.endswith("1 log.go:245] Started HTTP server on port 8080")
    assert printed("gcr.io/google-samples/hello-app:2.0")[0].endswith(" Server listening on port 8080")
    assert printed("gcr.io/google-samples/kubernetes-bootcamp:v1")[0].startswith("Kubernetes Bootcamp App Started At")
    assert printed("luksa/kubia") == ["Kubia server starting..."]
    assert "Starting quorum peer" in printed("registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10")[1]


def test_redis_prints_the_version_that_its_tag_names() -> None:
    assert "Redis version=6.0.5, bits=64" in printed("redis:6.0.5")[1]
    assert "Redis version=7.4.2, bits=64" in printed("redis:7")[1]
