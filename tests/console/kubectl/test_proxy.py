"""kubectl proxy: the API and what is behind it, asked by real connections on loopback."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from attrs import define

from engine.access.identity import impersonated
from engine.errors import UsageError
from engine.kinds import Ref
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.impersonating import acting_as
from k9lite.drive import run_command
from k9lite.forwarding import Forwarding
from k9lite.kubectl import parse
from k9lite.verb import Listen, View
from tests.console.kubectl.test_port_forward import asked, ready
from tests.scenarios.scripts import pass_time


@define
class Proxy:
    client: EmbeddedClient
    opened: Forwarding
    port: int

    def get(self, path: str, *, method: str = "GET", host: str = "localhost") -> tuple[int, str]:
        request = f"{method} {path} HTTP/1.1\r\nHost: {host}:{self.port}\r\n\r\n".encode()
        head, _, body = asked(self.opened, self.port, request).decode().partition("\r\n\r\n")
        return int(head.split()[1]), body


def listen_of(line: str, client: EmbeddedClient) -> Listen:
    verb, args = parse(line.split())
    step = next(verb.run(View(client.state, client.now), args))
    assert isinstance(step, Listen)
    return step


def opened(client: EmbeddedClient, line: str) -> Proxy:
    forwarding = Forwarding(client, listen_of(line, client), lambda _text, _error: None, f"kubectl {line}")
    forwarding.open()
    return Proxy(client, forwarding, int(forwarding.ports.partition(">")[0]))


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    client = ready()
    run_command(client, ["expose", "pod", "simple-pod"], out=StringIO())
    pass_time(client, 2)
    made = opened(client, "proxy --port=0")
    yield made
    made.opened.close()


def test_the_api_answers_as_get_raw_does(proxy: Proxy) -> None:
    code, body = proxy.get("/api/v1/namespaces/default/pods/simple-pod")
    assert (code, json.loads(body)["metadata"]["name"]) == (200, "simple-pod")
    assert json.loads(proxy.get("/version")[1])["major"] == "1"
    code, body = proxy.get("/api/v1/namespaces/default/pods/nope")
    assert (code, json.loads(body)["message"]) == (404, 'pods "nope" not found')
    assert proxy.get("/healthz", method="HEAD") == (200, "")
    assert json.loads(proxy.get("/api/v1/pods", method="DELETE")[1])["reason"] == "MethodNotAllowed"


@pytest.mark.parametrize(
    "name", ["pods/simple-pod", "pods/simple-pod:80", "services/simple-pod", "services/simple-pod:80"]
)
def test_pods_and_services_are_reached_through_it(proxy: Proxy, name: str) -> None:
    code, body = proxy.get(f"/api/v1/namespaces/default/{name}/proxy/")
    assert code == 200
    assert "<title>Welcome to nginx!</title>" in body
    assert proxy.get(f"/api/v1/namespaces/default/{name}/proxy/none")[0] == 404


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("pods/nope", 404, 'pods "nope" not found'),
        ("services/nope", 404, 'services "nope" not found'),
        ("services/simple-pod:99", 503, 'no endpoints available for service "simple-pod:99"'),
        ("pods/simple-pod:81", 503, "error trying to reach service: connection refused"),
    ],
)
def test_what_is_not_there_is_a_status(proxy: Proxy, name: str, code: int, message: str) -> None:
    found, body = proxy.get(f"/api/v1/namespaces/default/{name}/proxy/")
    assert (found, json.loads(body)["message"]) == (code, message)


def test_a_page_that_asks_under_another_name_and_a_shell_are_refused(proxy: Proxy) -> None:
    assert proxy.get("/api", host="evil.example") == (403, "Forbidden")
    assert proxy.get("/api/v1/namespaces/default/pods/simple-pod/exec") == (403, "Forbidden")


def test_the_api_may_stand_under_another_path(proxy: Proxy) -> None:
    made = opened(proxy.client, "proxy --port=0 --api-prefix=/k8s --accept-paths=^/k8s/api --disable-filter=false")
    assert made.get("/k8s/api/v1/namespaces")[0] == 200
    assert made.get("/api/v1/namespaces") == (403, "Forbidden")
    assert made.get("/k8s/version") == (403, "Forbidden")
    made.opened.close()


def test_who_asks_as_somebody_else_sees_what_that_one_may(proxy: Proxy) -> None:
    eve = acting_as(proxy.client, impersonated("eve"))
    forwarding = Forwarding(eve, listen_of("proxy --port=0", proxy.client), lambda _text, _error: None, "kubectl proxy")
    forwarding.open()
    port = int(forwarding.ports.partition(">")[0])
    answer = asked(forwarding, port, b"GET /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: localhost\r\n\r\n")
    forwarding.close()
    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b'pods is forbidden: User \\"eve\\" cannot list resource' in answer


def test_other_addresses_than_loopback_are_refused(proxy: Proxy) -> None:
    with pytest.raises(UsageError, match="only this machine's own addresses"):
        listen_of("proxy --address=0.0.0.0", proxy.client)
    assert listen_of("proxy", proxy.client).target == Ref("", "", "")
