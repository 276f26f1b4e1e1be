"""Names, services, node ports and pod addresses: who answers, who refuses, who never does."""

from typing import Any

from attrs import evolve

from engine.kinds import EndpointSlice, Object, Pod, with_metadata
from engine.network import dns
from engine.network.dates import formatted
from engine.network.proxy import Backend, Listener, NoEndpoints, NoRoute, Origin, Refused, Route, TimedOut, route
from engine.store.state import State
from tests.engine.containers import NOW, Terminal, manifest, node, running, service, slice_of, terminal

ONE, TWO = running("web-1", "nginx", "10.244.1.3"), running("web-2", "nginx", "10.244.1.4")
ZONE = "topology.kubernetes.io/zone"
CLIENT = running("p", "busybox", "10.244.1.9")


def web(*more: Object, ready: bool = True, **spec: Any) -> Terminal:
    return terminal(
        service("web", "10.96.5.5", **spec), ONE, TWO, CLIENT, slice_of("web", ONE, TWO, ready=ready), *more
    )


def on_80(pod: Pod) -> tuple[Listener, ...]:
    return tuple(Listener(container=each.name, port=80) for each in pod.spec.containers)


def reached(state: State, ip: str, port: int, *, turn: int = 0, node: str = "w1") -> Route:
    return route(state, ip, port, listeners=on_80, origin=Origin(node=node, ip="10.244.1.9", turn=turn))


def name_of(found: Route) -> str:
    return found.pod.metadata.name if isinstance(found, Backend) else type(found).__name__


def test_a_service_spreads_requests_over_its_ready_endpoints() -> None:
    state = web().state
    assert [name_of(reached(state, "10.96.5.5", 80, turn=turn)) for turn in range(3)] == [
        "web-1",
        "web-2",
        "web-1",
    ]
    assert isinstance(reached(state, "10.96.5.5", 81), Refused)


def test_a_service_without_ready_endpoints_is_refused() -> None:
    assert isinstance(reached(web(ready=False).state, "10.96.5.5", 80), NoEndpoints)
    assert isinstance(reached(terminal(service("web", "10.96.5.5")).state, "10.96.5.5", 80), NoEndpoints)


def test_client_ip_affinity_sticks_to_one_endpoint() -> None:
    state = web(sessionAffinity="ClientIP").state
    assert len({name_of(reached(state, "10.96.5.5", 80, turn=turn)) for turn in range(5)}) == 1


def test_a_pod_address_reaches_what_listens_there_and_nothing_else() -> None:
    state = web().state
    assert name_of(reached(state, "10.244.1.4", 80)) == "web-2"
    assert isinstance(reached(state, "10.244.1.4", 8080), Refused)
    assert isinstance(reached(state, "10.244.1.77", 80), NoRoute)
    assert isinstance(reached(state, "203.0.113.1", 80), TimedOut)


def test_a_node_port_answers_on_every_node_unless_traffic_stays_local() -> None:
    ports = [{"port": 80, "targetPort": 80, "nodePort": 30080}]
    other = node("w2", "10.244.2.0/24", "192.168.1.11")
    cluster = web(other, type="NodePort", ports=ports)
    assert name_of(reached(cluster.state, "192.168.1.10", 30080)) == "web-1"
    assert name_of(reached(cluster.state, "192.168.1.11", 30080)) == "web-1"
    assert isinstance(reached(cluster.state, "192.168.1.11", 30081), Refused)
    local = web(other, type="NodePort", ports=ports, externalTrafficPolicy="Local")
    assert name_of(reached(local.state, "192.168.1.10", 30080)) == "web-1"
    assert isinstance(reached(local.state, "192.168.1.11", 30080), TimedOut)


def test_a_node_with_local_traffic_says_on_its_health_port_how_many_endpoints_it_has() -> None:
    ports = [{"port": 80, "targetPort": 80, "nodePort": 30080}]
    other = node("w2", "10.244.2.0/24", "192.168.1.11")
    box = web(other, type="LoadBalancer", ports=ports, externalTrafficPolicy="Local", healthCheckNodePort=32000)
    assert '"localEndpoints": 2' in box.type("p", "curl -s 192.168.1.10:32000").stdout
    assert box.type("p", "curl -s -o /dev/null -w '%{http_code}' 192.168.1.11:32000").stdout == "503"


def test_traffic_stays_near_where_it_is_asked_to_and_goes_far_where_nobody_is_near() -> None:
    far = running("web-3", "nginx", "10.244.2.3", node="w2")
    zones = {"w1": "a", "w2": "b", "w3": "c"}
    nodes = [with_metadata(manifest("Node", name, namespace=""), labels={ZONE: zone}) for name, zone in zones.items()]
    ends = slice_of("web", ONE, far)
    assert isinstance(ends, EndpointSlice)
    ends = evolve(ends, endpoints=tuple(evolve(each, zone=zones[each.node_name or ""]) for each in ends.endpoints))
    near = service("web", "10.96.5.5", trafficDistribution="PreferClose")
    state = terminal(*nodes, near, ends, ONE, far).state
    met = [name_of(reached(state, "10.96.5.5", 80, node=node, turn=1)) for node in zones]
    assert met == ["web-1", "web-3", "web-3"]


def test_a_load_balancer_address_and_an_external_ip_reach_the_service_from_inside() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
    spec = {"clusterIP": "10.96.5.6", "ports": [{"port": 80}], "externalIPs": ["198.51.100.1"], "type": "LoadBalancer"}
    balanced = manifest("Service", "web", spec=spec, status=status)
    shared = manifest("Service", "api", spec={**spec, "clusterIP": "10.96.5.7", "ports": [{"port": 81}]}, status=status)
    state = web(balanced, shared, slice_of("api", ONE)).state
    assert name_of(reached(state, "192.0.2.1", 80)) == "web-1"
    assert name_of(reached(state, "192.0.2.1", 81)) == "web-1"
    assert name_of(reached(state, "198.51.100.1", 80)) == "web-1"
    assert isinstance(reached(state, "192.0.2.1", 82), Refused)


def test_source_ranges_keep_others_from_a_load_balancers_address() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
    spec = {"clusterIP": "10.96.5.6", "ports": [{"port": 80}], "loadBalancerSourceRanges": ["203.0.113.0/24"]}
    state = web(manifest("Service", "web", spec=spec, status=status)).state
    assert isinstance(reached(state, "192.0.2.1", 80), TimedOut)
    assert name_of(reached(state, "10.96.5.6", 80)) == "web-1"


def test_endpoints_written_by_hand_reach_pods_and_nodes() -> None:
    ends = manifest(
        "EndpointSlice", "ext-1", version="discovery.k8s.io/v1", addressType="IPv4", ports=[{"port": 80}],
        endpoints=[{"addresses": ["10.244.1.4"]}, {"addresses": ["203.0.113.9"]}],
    )  # fmt: skip
    ends = with_metadata(ends, labels={"kubernetes.io/service-name": "ext"})
    state = web(manifest("Service", "ext", spec={"clusterIP": "10.96.5.9", "ports": [{"port": 80}]}), ends).state
    assert name_of(reached(state, "10.96.5.9", 80)) == "web-2"
    assert isinstance(reached(state, "10.96.5.9", 80, turn=1), TimedOut)


def test_a_host_port_is_open_on_its_node() -> None:
    exposed = running("edge", "nginx", "10.244.1.7", container={"ports": [{"containerPort": 80, "hostPort": 8080}]})
    assert name_of(reached(web(exposed).state, "192.168.1.10", 8080)) == "edge"


def test_session_affinity_lasts_as_long_as_it_says() -> None:
    config = {"clientIP": {"timeoutSeconds": 100}}
    box = web(sessionAffinity="ClientIP", sessionAffinityConfig=config)
    box.type("p", "curl -s web")
    first = next(box.state.execs_of("uid-p")).requests[0].pod_uid
    later = with_metadata(slice_of("web", TWO, ONE), resource_version="")
    box.put(later)
    box.type("p", "curl -s web", wait=101)
    assert [each.pod_uid for line in box.state.execs_of("uid-p") for each in line.requests] == [first, first]
    box.now += 200
    assert len({box.type("p", "curl -s web").requests[0].pod_uid for _ in range(3)}) == 1


def test_an_address_that_no_pod_has_any_more_is_no_route() -> None:
    box = web()
    gone = box.type("p", "curl 10.244.1.77")
    why = "curl: (7) Failed to connect to 10.244.1.77 port 80 after 3072 ms: Couldn't connect to server\n"
    assert (gone.exit_code, gone.stderr) == (7, why)
    shown = box.type("p", "wget -q -O- 10.244.1.77").stderr
    assert shown == "wget: can't connect to remote host (10.244.1.77): No route to host\n"
    assert box.type("p", "nc -zv 10.244.1.77 80").stderr == "nc: 10.244.1.77 (10.244.1.77:80): No route to host\n"


def test_internal_traffic_that_must_stay_local_finds_only_its_nodes_endpoints() -> None:
    state = web(internalTrafficPolicy="Local").state
    assert name_of(reached(state, "10.96.5.5", 80, node="w1")) == "web-1"
    assert isinstance(reached(state, "10.96.5.5", 80, node="w2"), NoEndpoints)


def test_a_dead_node_answers_nobody() -> None:
    fault = manifest("Fault", "f", version="k9lite.dev/v1", namespace="", spec={"type": "NodeDown", "node": "w1"})
    state = web(fault).state
    assert isinstance(reached(state, "10.244.1.3", 80), TimedOut)
    assert isinstance(reached(state, "192.168.1.10", 80), TimedOut)


def test_names_resolve_through_the_search_path() -> None:
    state = web().state
    full = "web.default.svc.cluster.local"
    for name in ("web", "web.default", "web.default.svc", full, f"{full}.", "WEB"):
        found = dns.resolve(state, name, "default")
        assert isinstance(found, dns.Answer) and found.addresses == ("10.96.5.5",) and found.name == full
    assert isinstance(dns.resolve(state, "web", "other"), dns.NoSuchName)
    assert isinstance(dns.resolve(state, "web.", "default"), dns.NoSuchName)
    assert isinstance(dns.resolve(state, "example.com", "default"), dns.NoSuchName)


def test_a_headless_service_names_its_ready_pods_and_each_by_its_hostname() -> None:
    named = evolve(ONE, spec=evolve(ONE.spec, extra={"hostname": "web-1", "subdomain": "db"}))
    state = terminal(service("db", "None"), named, TWO, slice_of("db", named, TWO)).state
    found = dns.resolve(state, "db", "default")
    assert isinstance(found, dns.Answer) and found.addresses == ("10.244.1.3", "10.244.1.4")
    one = dns.resolve(state, "web-1.db", "default")
    assert isinstance(one, dns.Answer) and one.addresses == ("10.244.1.3",)


def test_an_external_name_is_an_alias() -> None:
    external = manifest(
        "Service", "out", spec={"type": "ExternalName", "externalName": "web.default.svc.cluster.local"}
    )
    found = dns.resolve(web(external).state, "out", "default")
    assert isinstance(found, dns.Answer)
    assert (found.canonical, found.addresses) == ("web.default.svc.cluster.local", ("10.96.5.5",))


def test_names_need_the_dns_server_where_there_is_one() -> None:
    ports = [{"port": 53, "targetPort": 53}]
    kube_dns = manifest(
        "Service", "kube-dns", namespace="kube-system", spec={"clusterIP": "10.96.0.10", "ports": ports}
    )
    box = web(kube_dns)
    assert isinstance(dns.resolve(box.state, "web", "default"), dns.NoServer)
    done = box.type("p", "nslookup web")
    assert done.stdout == ";; connection timed out; no servers could be reached\n\n" and done.exit_code == 1
    assert box.type("p", "curl web").stderr == "curl: (28) Resolving timed out after 5000 milliseconds\n"


def test_nslookup_and_getent_show_what_a_name_means() -> None:
    box = web()
    assert box.type("p", "nslookup web").stdout == (
        "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.5.5\n\n"
    )
    missing = box.type("p", "nslookup nope")
    assert missing.exit_code == 1 and "** server can't find nope: NXDOMAIN" in missing.stdout
    assert box.type("p", "getent hosts web").stdout == "10.96.5.5         web.default.svc.cluster.local  web\n"


def test_curl_says_why_nothing_came() -> None:
    box = web()
    assert box.type("p", "curl nope").stderr == "curl: (6) Could not resolve host: nope\n"
    refused = box.type("p", "curl web:81")
    assert refused.exit_code == 7
    assert refused.stderr == "curl: (7) Failed to connect to web port 81 after 0 ms: Couldn't connect to server\n"
    late = box.type("p", "curl --connect-timeout 3 http://10.99.9.9")
    assert (late.exit_code, late.duration_seconds) == (28, 3)
    assert late.stderr == "curl: (28) Connection timed out after 3000 milliseconds\n"
    failing = box.type("p", "curl -sf web/none; echo $?")
    assert failing.stdout == "22\n"


def test_wget_speaks_busyboxs_words() -> None:
    box = web()
    assert box.type("p", "wget nope").stderr == "wget: bad address 'nope'\n"
    assert box.type("p", "wget -qO- web:81").stderr == (
        "wget: can't connect to remote host (10.96.5.5): Connection refused\n"
    )
    assert box.type("p", "wget -q -T 2 10.99.9.9").stderr == "wget: download timed out\n"
    found = box.type("p", "wget --spider web")
    assert (found.exit_code, found.stderr) == (0, "Connecting to web (10.96.5.5:80)\nremote file exists\n")
    saved = box.type("p", "cd /tmp; wget -q web; ls")
    assert saved.stdout == "index.html\n"
    gone = box.type("p", "wget -qO- web/none")
    assert gone.stderr == "wget: server returned error: HTTP/1.1 404 Not Found\n"


def test_ping_reaches_pods_and_nodes_but_no_service() -> None:
    box = web()
    assert "2 packets received, 0% packet loss" in box.type("p", "ping -c 2 10.244.1.3").stdout
    assert "0 packets received, 100% packet loss" in box.type("p", "ping -c 2 web").stdout
    assert box.type("p", "ping -c 1 192.168.1.10").exit_code == 0


def test_nc_tells_open_from_refused_and_from_silence() -> None:
    box = web()
    assert box.type("p", "nc -zv web 80").stderr == "web (10.96.5.5:80) open\n"
    assert box.type("p", "nc -zv 10.244.1.3 81").stderr == "nc: 10.244.1.3 (10.244.1.3:81): Connection refused\n"
    assert box.type("p", "nc -zv -w 2 10.99.9.9 80").duration_seconds == 2


def test_a_server_of_another_protocol_does_not_answer_curl() -> None:
    redis = running("redis", "redis:7", "10.244.1.5")
    box = terminal(redis, CLIENT)
    done = box.type("p", "curl 10.244.1.5:6379; echo PING | nc 10.244.1.5 6379")
    assert done.stderr == "curl: (52) Empty reply from server\n"
    assert done.stdout == "+PONG\r\n"
    rpc = running("rpc", "cartservice", "10.244.1.6")
    asked = terminal(rpc, CLIENT).type("p", "curl 10.244.1.6:7070")
    assert asked.stderr == "curl: (1) Received HTTP/0.9 when not allowed\n"


def test_localhost_reaches_every_container_of_the_pod() -> None:
    containers = [{"name": "a", "image": "busybox", "command": ["sleep", "9"]}, {"name": "b", "image": "nginx"}]
    box = terminal(running("p", "", "10.244.1.9", containers=containers))
    done = box.type("p", "curl -s localhost | grep -c title; curl localhost:81", container="a")
    assert done.stdout == "1\n" and done.exit_code == 7
    assert [request.container for request in done.requests] == ["b"]


def test_the_api_server_forbids_what_has_no_credentials() -> None:
    kubernetes = manifest("Service", "kubernetes", spec={"clusterIP": "10.96.0.1", "ports": [{"port": 443}]})
    done = terminal(kubernetes, CLIENT).type("p", "curl -sk https://kubernetes/api")
    assert '"code": 403' in done.stdout


def test_dates_are_those_of_the_calendar() -> None:
    assert formatted(NOW, "%a %b %e %H:%M:%S UTC %Y") == "Thu May 28 20:26:40 UTC 2026"
    assert formatted(951_782_400, "%F %T %j") == "2000-02-29 00:00:00 060"
    assert formatted(0, "%d/%b/%Y %I%p %A") == "01/Jan/1970 12AM Thursday"
