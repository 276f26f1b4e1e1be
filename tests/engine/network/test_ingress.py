"""The ingress controller: what it sends where, what it answers by itself, and the address it writes."""

from typing import Any

import pytest

from engine.api.writes import Patch
from engine.cluster import Cluster
from engine.kinds import Object, Ref, from_manifest, with_metadata
from engine.kinds.networking import Ingress
from engine.kubelet.logs import log_lines
from engine.network.ingress import routed
from tests.builders import cluster as cluster_with
from tests.builders import deployment, namespace, node, service
from tests.engine.containers import NOW, Terminal, manifest, running, slice_of, terminal
from tests.engine.containers import service as service_at

NETWORKING = "networking.k8s.io/v1"
CONTROLLER = "registry.k8s.io/ingress-nginx/controller:v1.12.1"


def path(at: str, backend: str = "web", type_: str = "Prefix", port: Any = None) -> dict[str, Any]:
    target = {"service": {"name": backend, "port": port or {"number": 80}}}
    return {"path": at, "pathType": type_, "backend": target}


def rules(*hosts: tuple[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{**({"host": host} if host else {}), "http": {"paths": paths}} for host, paths in hosts]


def ingress(name: str, *hosts: tuple[str, list[dict[str, Any]]], annotations: Any = None, **spec: Any) -> Ingress:
    metadata = {"name": name, "namespace": "default", "annotations": annotations or {}}
    body = {"ingressClassName": "nginx", "rules": rules(*hosts), **spec}
    made = from_manifest({"apiVersion": NETWORKING, "kind": "Ingress", "metadata": metadata, "spec": body})
    assert isinstance(made, Ingress)
    return made


CLASS = manifest("IngressClass", "nginx", version=NETWORKING, namespace="", spec={"controller": "k8s.io/ingress-nginx"})


def target(found: Ingress | tuple[Ingress, ...], host: str, at: str) -> str:
    """``backend path`` of what a request is sent to."""
    rule = routed(found if isinstance(found, tuple) else (found,), host, at)
    if rule is None:
        return "404"
    assert rule.backend is not None and rule.backend.service is not None
    return f"{rule.backend.service.name} {rule.path}"


def test_exact_paths_go_first_and_then_the_longest() -> None:
    found = ingress(
        "a",
        ("a.example", [path("/"), path("/api", "api"), path("/api/v1", "v1"), path("/api", "exact", "Exact")]),
    )
    assert target(found, "a.example", "/") == "web /"
    assert target(found, "a.example:8080", "/api") == "exact /api"
    assert target(found, "a.example", "/api/x?q=1") == "api /api/x?q=1"
    assert target(found, "A.EXAMPLE", "/api/v1/x") == "v1 /api/v1/x"
    assert target(found, "a.example", "/apix") == "web /apix"
    assert target(found, "b.example", "/") == "404"


@pytest.mark.parametrize(
    ("type_", "at", "asked", "matches"),
    [
        ("Prefix", "/foo", "/foo", True), ("Prefix", "/foo", "/foo/", True), ("Prefix", "/foo/", "/foo", True),
        ("Prefix", "/foo", "/foobar", False), ("Prefix", "/", "/any", True), ("Exact", "/foo", "/foo/", False),
        ("Exact", "/foo", "/foo", True), ("ImplementationSpecific", "/foo", "/foobar", True),
    ],
)  # fmt: skip
def test_a_path_matches_as_its_type_says(type_: str, at: str, asked: str, matches: bool) -> None:
    found = ingress("a", ("a.example", [path(at, "web", type_)]))
    assert (target(found, "a.example", asked) != "404") is matches


def test_wildcards_and_rules_without_a_host_catch_what_no_host_does() -> None:
    found = ingress("a", ("*.example", [path("/", "wild")]), ("", [path("/", "any")]), ("b.example", [path("/x")]))
    assert target(found, "c.example", "/") == "wild /"
    assert target(found, "example", "/") == "any /"
    assert target(found, "b.example", "/x") == "web /x"
    assert target(found, "b.example", "/") == "404"


def test_a_default_backend_takes_the_rest_and_the_older_ingress_wins() -> None:
    rest = {"service": {"name": "rest", "port": {"number": 80}}}
    first = ingress("first", ("a.example", [path("/one")]), defaultBackend=rest)
    second = ingress("second", ("a.example", [path("/one", "late"), path("/two")]))
    assert target((first, second), "a.example", "/one") == "web /one"
    assert target((first, second), "a.example", "/two") == "web /two"
    assert target((first, second), "a.example", "/") == "rest /"
    assert target((first, second), "elsewhere", "/") == "rest /"


def test_a_rewrite_changes_what_the_backend_is_asked_for() -> None:
    mark = "nginx.ingress.kubernetes.io/rewrite-target"
    plain = ingress("a", ("a.example", [path("/app")]), annotations={mark: "/"})
    assert target(plain, "a.example", "/app/x") == "web /"
    groups = ingress(
        "a", ("a.example", [path("/app(/|$)(.*)", type_="ImplementationSpecific")]), annotations={mark: "/$2"}
    )
    assert target(groups, "a.example", "/app/x/y") == "web /x/y"
    assert target(groups, "a.example", "/app") == "web /"
    slow = ingress("a", ("a.example", [path("/(a+)+b", type_="ImplementationSpecific")]), annotations={mark: "/"})
    assert target(slow, "a.example", "/" + "a" * 150) == "404"


WEB = running("web-1", "nginx", "10.244.1.3"), running("web-2", "nginx", "10.244.1.4")


def shop(*more: Object, **spec: Any) -> Terminal:
    found = ingress("shop", ("shop.example", [path("/"), path("/api", "api"), path("/gone", "none")]), **spec)
    return terminal(
        CLASS, found, *WEB, service_at("web", "10.96.5.5"), slice_of("web", *WEB), service_at("api", "10.96.5.6"),
        running("edge", CONTROLLER, "10.244.1.8"), service_at("edge", "10.96.5.8"),
        slice_of("edge", running("edge", CONTROLLER, "10.244.1.8")), running("p", "busybox", "10.244.1.9"), *more,
    )  # fmt: skip


def test_a_request_to_the_controller_reaches_the_pods_behind_the_host() -> None:
    box = shop()
    assert "Welcome to nginx!" in box.type("p", "curl -s -H 'Host: shop.example' http://edge/").stdout
    box.type("p", "curl -s -H 'Host: shop.example' http://edge/")
    seen = [each.pod_uid for line in box.state.execs_of("uid-p") for each in line.requests]
    assert seen == ["uid-web-2", "uid-edge", "uid-web-1", "uid-edge"]
    pod = running("edge", CONTROLLER, "10.244.1.8")
    logged = [line.text for line in log_lines(box.state, pod, "c", NOW + 10) if "GET / " in line.text]
    assert '10.244.1.9 - - [28/May/2026:20:26:40 +0000] "GET / HTTP/1.1" 200' in logged[0]
    assert "[default-web-80] [] 10.244.1.4:80" in logged[0]
    backend = [line.text for line in log_lines(box.state, WEB[1], "c", NOW + 10) if "GET / " in line.text]
    assert backend[0].startswith("10.244.1.8 - - ")


def test_the_host_is_asked_for_in_every_way_there_is() -> None:
    box = shop()
    code = "-s -o /dev/null -w '%{http_code}'"
    for line in (
        f"curl {code} -H 'Accept: */*' -H 'Host: shop.example' http://edge/",
        f"curl {code} -H 'Host: shop.example' -H 'Accept: */*' http://edge/",
        f"curl {code} --header='Host: shop.example' http://edge/",
        f"curl {code} --resolve shop.example:80:10.96.5.8 http://shop.example/",
    ):
        assert box.type("p", line).stdout == "200", line
    assert "Welcome" in box.type("p", "wget -q -O- --header='Host: shop.example' http://edge/").stdout


def test_what_nobody_serves_is_answered_by_the_controller_itself() -> None:
    box = shop()
    lost = box.type("p", "curl -s -i http://edge/").stdout
    assert "HTTP/1.1 404 Not Found" in lost and "<hr><center>nginx</center>" in lost
    empty = box.type("p", "curl -s -i -H 'Host: shop.example' http://edge/api").stdout
    assert "HTTP/1.1 503 Service Temporarily Unavailable" in empty
    missing = "curl -s -o /dev/null -w '%{http_code}' -H 'Host: shop.example' http://edge/gone"
    assert box.type("p", missing).stdout == "503"


def test_a_host_with_a_certificate_is_sent_on_to_https() -> None:
    box = shop(tls=[{"hosts": ["shop.example"], "secretName": "cert"}])
    moved = box.type("p", "curl -s -I -H 'Host: shop.example' http://edge/cart").stdout
    assert "HTTP/1.1 308 Permanent Redirect" in moved and "Location: https://shop.example/cart" in moved
    secure = manifest("Service", "tls", spec={"clusterIP": "10.96.5.9", "ports": [{"port": 443, "targetPort": 443}]})
    ends = with_metadata(slice_of("edge", running("edge", CONTROLLER, "10.244.1.8"), port=443), name="tls-1")
    box.put(secure, with_metadata(ends, labels={"kubernetes.io/service-name": "tls"}))
    asked = "--resolve shop.example:443:10.96.5.9 https://shop.example/"
    doubted = box.type("p", f"curl -sS {asked}")
    assert doubted.exit_code == 60
    assert doubted.stderr.startswith("curl: (60) SSL certificate problem: self-signed certificate\n")
    assert "Welcome to nginx!" in box.type("p", f"curl -sk {asked}").stdout


def test_another_class_is_another_controllers() -> None:
    spec = {"ingressClassName": "traefik", "rules": rules(("x.example", [path("/")]))}
    other = manifest("Ingress", "x", version=NETWORKING, spec=spec)
    asked = "curl -s -o /dev/null -w '%{http_code}' -H 'Host: x.example' http://edge/"
    assert shop(other).type("p", asked).stdout == "404"


def controlled(*objects: Object, args: tuple[str, ...] = ()) -> Cluster:
    template = {"containers": [{"name": "controller", "image": CONTROLLER, "args": list(args)}]}
    home = namespace("ingress-nginx")
    edge = deployment("edge", namespace="ingress-nginx", template=template)
    made = cluster_with(node(), home, edge, CLASS, *objects)
    made.advance(made.now + 60)
    return made


def addresses(cluster: Cluster) -> list[str]:
    found = cluster.state.find(Ingress, "shop", "default")
    assert found is not None
    return [str(each.get("ip")) for each in found.status.load_balancer.ingress]


def test_an_ingress_gets_the_addresses_of_the_controllers_nodes_or_of_its_service() -> None:
    mine = ingress("shop", ("shop.example", [path("/")]))
    found = controlled(mine)
    assert len(addresses(found)) == 1
    published = service("edge", namespace="ingress-nginx", clusterIP="10.96.7.7")
    made = controlled(mine, published, args=("/nginx-ingress-controller", "--publish-service=$(POD_NAMESPACE)/edge"))
    assert addresses(made) == ["10.96.7.7"]


def test_a_controller_scaled_to_nothing_takes_its_address_along() -> None:
    found = controlled(ingress("shop", ("shop.example", [path("/")])))
    found.submit("user", [Patch(Ref("Deployment", "ingress-nginx", "edge"), {"spec": {"replicas": 0}}, "merge")])
    found.advance(found.now + 60)
    assert addresses(found) == []
    again = Cluster(found.header, state=found.state, now=found.now)
    again.settle()
    assert again.state.revision == found.state.revision
