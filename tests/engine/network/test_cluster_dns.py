"""Cluster DNS: every kind of record, every way a pod asks, and how the tools print it."""

from typing import Any

import pytest

from engine.kinds import Object, with_metadata
from engine.network import dns
from tests.engine.containers import Terminal, manifest, running, terminal

CLUSTER_FIRST = (
    "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
)
ENDS = [running(f"db-{number}", "redis", f"10.244.1.{number + 3}") for number in (0, 1)]


def headless(*, ports: bool = True) -> tuple[Object, Object]:
    named = [{"name": "redis", "port": 6379, "targetPort": 6379}] if ports else []
    service = manifest("Service", "db", spec={"clusterIP": "None", "selector": {"app": "db"}, "ports": named})
    ends = [
        {
            "addresses": [pod.status.pod_ip],
            "hostname": pod.metadata.name,
            "conditions": {"ready": True},
            "targetRef": {"kind": "Pod", "name": pod.metadata.name, "namespace": "default"},
        }
        for pod in ENDS
    ]
    listed = [{"name": "redis", "port": 6379, "protocol": "TCP"}] if ports else []
    slices = manifest(
        "EndpointSlice", "db-1", version="discovery.k8s.io/v1", addressType="IPv4", endpoints=ends, ports=listed
    )
    return service, with_metadata(slices, labels={"kubernetes.io/service-name": "db"})


def web() -> Object:
    ports = [{"name": "http", "port": 80}, {"name": "metrics", "port": 9090, "protocol": "UDP"}]
    return manifest("Service", "web", spec={"clusterIP": "10.96.5.5", "ports": ports})


def box(*more: Object, image: str = "busybox:1.36", **spec: Any) -> Terminal:
    return terminal(web(), *headless(), *ENDS, running("p", image, "10.244.1.9", **spec), *more)


def records(name: str, type_: str = "A", *more: Object) -> list[str] | None:
    found = dns.query(box(*more).state, f"{name}.cluster.local", type_)
    return None if found is None else [f"{each.type} {each.data}" for each in found]


@pytest.mark.parametrize(
    ("name", "type_", "found"),
    [
        ("web.default.svc", "A", ["A 10.96.5.5"]),
        ("web.default.svc", "AAAA", []),
        ("_http._tcp.web.default.svc", "SRV", ["SRV 0 100 80 web.default.svc.cluster.local"]),
        ("_metrics._udp.web.default.svc", "SRV", ["SRV 0 100 9090 web.default.svc.cluster.local"]),
        ("_http._udp.web.default.svc", "SRV", None),
        ("db.default.svc", "A", ["A 10.244.1.3", "A 10.244.1.4"]),
        ("db-1.db.default.svc", "A", ["A 10.244.1.4"]),
        ("db-2.db.default.svc", "A", None),
        (
            "_redis._tcp.db.default.svc",
            "SRV",
            ["SRV 0 50 6379 db-0.db.default.svc.cluster.local", "SRV 0 50 6379 db-1.db.default.svc.cluster.local"],
        ),
        ("10-244-1-77.default.pod", "A", ["A 10.244.1.77"]),
        ("no-address.default.pod", "A", None),
        ("web.other.svc", "A", None),
    ],
)
def test_the_server_has_the_records_of_the_specification(name: str, type_: str, found: list[str] | None) -> None:
    assert records(name, type_) == found


def test_addresses_have_names_of_services_and_of_pods_behind_headless_ones() -> None:
    state = box().state
    assert dns.reverse_name("10.96.5.5") == "5.5.96.10.in-addr.arpa"
    named = {address: dns.query(state, dns.reverse_name(address), "PTR") for address in ("10.96.5.5", "10.244.1.4")}
    assert [each.data for found in named.values() if found for each in found] == [
        "web.default.svc.cluster.local", "db-1.db.default.svc.cluster.local",
    ]  # fmt: skip
    assert dns.query(state, dns.reverse_name("10.244.1.9"), "PTR") is None


def test_an_external_name_leads_to_an_alias_and_what_is_behind_it() -> None:
    alias = manifest("Service", "out", spec={"type": "ExternalName", "externalName": "web.default.svc.cluster.local"})
    assert records("out.default.svc", "A", alias) == ["CNAME web.default.svc.cluster.local", "A 10.96.5.5"]
    round_and_round = manifest("Service", "out", spec={
        "type": "ExternalName", "externalName": "out.default.svc.cluster.local",
    })  # fmt: skip
    assert len(records("out.default.svc", "A", round_and_round) or ()) < 12


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (
            {},
            CLUSTER_FIRST,
        ),
        ({"dnsPolicy": "Default"}, "nameserver 192.168.1.1\n"),
        ({"hostNetwork": True}, "nameserver 192.168.1.1\n"),
        (
            {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"},
            CLUSTER_FIRST,
        ),
        (
            {
                "dnsPolicy": "None",
                "dnsConfig": {
                    "nameservers": ["192.0.2.1"],
                    "searches": ["ns1.svc.cluster-domain.example"],
                    "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
                },
            },
            "search ns1.svc.cluster-domain.example\nnameserver 192.0.2.1\noptions ndots:2 edns0\n",
        ),
        (
            {"dnsConfig": {"searches": ["example.com"], "options": [{"name": "ndots", "value": "1"}]}},
            "search default.svc.cluster.local svc.cluster.local cluster.local example.com\n"
            "nameserver 10.96.0.10\noptions ndots:1\n",
        ),
        ({"dnsPolicy": "None", "dnsConfig": ["nonsense"]}, ""),
    ],
)
def test_resolv_conf_follows_policy_and_config(spec: dict[str, Any], text: str) -> None:
    assert box(**spec).type("p", "cat /etc/resolv.conf").stdout == text


def test_search_domains_and_dots_decide_what_a_name_means() -> None:
    none: dict[str, Any] = {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.96.0.10"]}}
    assert box(**none).type("p", "nslookup web").exit_code == 1
    assert box(**none).type("p", "nslookup web.default.svc.cluster.local").exit_code == 0
    config = {"nameservers": ["10.96.0.10"], "searches": ["svc.cluster.local"]}
    searching: dict[str, Any] = {"dnsPolicy": "None", "dnsConfig": config}
    assert box(**searching).type("p", "nslookup web.default").exit_code == 0
    assert box(dnsPolicy="Default").type("p", "curl -s web").exit_code == 6


def test_busybox_prints_names_as_its_version_does() -> None:
    head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
    new = box()
    assert new.type("p", "nslookup web.default").stdout == (
        f"{head}Name:\tweb.default.svc.cluster.local\nAddress: 10.96.5.5\n\n"
    )
    assert new.type("p", "nslookup 10.96.5.5").stdout == (
        f"{head}5.5.96.10.in-addr.arpa\tname = web.default.svc.cluster.local\n\n"
    )
    assert new.type("p", "nslookup -type=srv _http._tcp.web").stdout == (
        f"{head}_http._tcp.web.default.svc.cluster.local\tservice = 0 100 80 web.default.svc.cluster.local\n\n"
    )
    old = box(manifest("Service", "kube-dns", namespace="kube-system", spec={"clusterIP": "10.96.0.10"}))
    assert old.type("p", "nslookup web").exit_code == 1
    old = box(image="busybox:1.28")
    assert old.type("p", "nslookup web").stdout == (
        "Server:    10.96.0.10\nAddress 1: 10.96.0.10\n\n"
        "Name:      web\nAddress 1: 10.96.5.5 web.default.svc.cluster.local\n"
    )
    assert old.type("p", "nslookup nope").stderr == "nslookup: can't resolve 'nope'\n"


def test_bind_tools_print_records() -> None:
    shoot = box(image="nicolaka/netshoot")
    assert shoot.type("p", "nslookup web").stdout == (
        "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.5.5\n\n"
    )
    assert shoot.type("p", "nslookup 10.96.5.5").stdout == (
        "5.5.96.10.in-addr.arpa\tname = web.default.svc.cluster.local.\n\n"
    )
    assert shoot.type("p", "dig +short db.default.svc.cluster.local").stdout == "10.244.1.3\n10.244.1.4\n"
    assert shoot.type("p", "dig +short SRV _redis._tcp.db.default.svc.cluster.local").stdout.splitlines()[0] == (
        "0 50 6379 db-0.db.default.svc.cluster.local."
    )
    assert shoot.type("p", "dig -x 10.96.5.5 +short").stdout == "web.default.svc.cluster.local.\n"
    assert shoot.type("p", "dig web +search +short").stdout == "10.96.5.5\n"
    whole = shoot.type("p", "dig @10.96.0.10 web.default.svc.cluster.local").stdout
    assert ";; ANSWER SECTION:\nweb.default.svc.cluster.local. 30 IN\tA\t10.96.5.5\n" in whole
    assert "status: NXDOMAIN" in shoot.type("p", "dig web").stdout
    assert shoot.type("p", "host web").stdout == "web.default.svc.cluster.local has address 10.96.5.5\n"
    assert shoot.type("p", "host 10.96.5.5").stdout == (
        "5.5.96.10.in-addr.arpa domain name pointer web.default.svc.cluster.local.\n"
    )


def test_a_server_that_is_none_never_answers() -> None:
    done = box().type("p", "nslookup web 192.0.2.1")
    assert (done.stdout, done.exit_code) == (";; connection timed out; no servers could be reached\n\n", 1)
    assert box(image="nicolaka/netshoot").type("p", "dig @192.0.2.1 web").exit_code == 9


def test_getent_reads_names_and_addresses() -> None:
    found = box()
    assert found.type("p", "getent hosts db").stdout == (
        "10.244.1.3        db.default.svc.cluster.local  db\n10.244.1.4        db.default.svc.cluster.local  db\n"
    )
    assert found.type("p", "getent hosts 10.96.5.5").stdout == "10.96.5.5         web.default.svc.cluster.local\n"
    assert found.type("p", "getent hosts nope").exit_code == 2
