"""NetworkPolicies: a blocked connection waits in vain, everything that a rule names gets through."""

from typing import Any

from engine.kinds import Object, Pod, with_metadata
from tests.engine.containers import Terminal, manifest, running, service, slice_of, terminal


def labelled(name: str, image: str, ip: str, labels: dict[str, str], **spec: Any) -> Pod:
    return running(name, image, ip, metadata={"labels": labels}, **spec)


WEB = labelled("web", "nginx", "10.244.1.3", {"app": "web"}, container={
    "ports": [{"name": "http", "containerPort": 80}],
})  # fmt: skip
ASKS = "curl -s -o /dev/null -w '%{http_code}' --connect-timeout 2 10.96.5.5"


def policy(name: str = "p", **spec: Any) -> Object:
    spec.setdefault("policyTypes", ["Ingress"])
    return manifest("NetworkPolicy", name, version="networking.k8s.io/v1", spec={"podSelector": {}, **spec})


def box(*policies: Object, client: dict[str, str] | None = None) -> Terminal:
    namespace = manifest("Namespace", "default", namespace="")
    asker = labelled("p", "busybox", "10.244.1.9", client or {"app": "client"})
    return terminal(namespace, WEB, asker, service("web", "10.96.5.5"), slice_of("web", WEB), *policies)


def reached(*policies: Object, **given: Any) -> bool:
    done = box(*policies, **given).type("p", ASKS)
    assert (done.stdout, done.exit_code) in (("200", 0), ("000", 28))
    return done.exit_code == 0


def test_a_pod_that_no_policy_selects_takes_all_connections() -> None:
    assert reached()
    assert reached(policy(podSelector={"matchLabels": {"app": "other"}}))


def test_a_policy_without_rules_closes_the_pods_it_selects() -> None:
    assert not reached(policy())
    assert not reached(policy(policyTypes=["Egress"]))
    late = box(policy()).type("p", "wget -T 3 -q -O- 10.96.5.5")
    assert late.stderr == "wget: download timed out\n"


def test_a_rule_lets_pods_in_by_label_namespace_and_port() -> None:
    friends = [{"podSelector": {"matchLabels": {"app": "client"}}}]
    assert reached(policy(ingress=[{"from": friends}]))
    assert not reached(policy(ingress=[{"from": friends}]), client={"app": "stranger"})
    assert reached(policy(ingress=[{"from": [{"namespaceSelector": {}}], "ports": [{"port": 80}]}]))
    assert reached(policy(ingress=[{"ports": [{"port": "http"}]}]))
    assert reached(policy(ingress=[{"ports": [{"port": 79, "endPort": 81}]}]))
    assert not reached(policy(ingress=[{"ports": [{"port": 8080}]}]))
    assert not reached(policy(ingress=[{"ports": [{"port": 80, "protocol": "UDP"}]}]))
    elsewhere = {"matchLabels": {"team": "other"}}
    assert not reached(policy(ingress=[{"from": [{"namespaceSelector": elsewhere, "podSelector": {}}]}]))


def test_a_rule_lets_addresses_in_but_for_its_exceptions() -> None:
    block = {"cidr": "10.244.0.0/16"}
    assert reached(policy(ingress=[{"from": [{"ipBlock": block}]}]))
    assert not reached(policy(ingress=[{"from": [{"ipBlock": {**block, "except": ["10.244.1.0/24"]}}]}]))


def test_policies_add_up() -> None:
    assert reached(policy(), policy("open", ingress=[{}]))


def test_what_leaves_must_be_let_out_and_in() -> None:
    out = policy("out", podSelector={"matchLabels": {"app": "client"}}, policyTypes=["Egress"], egress=[
        {"to": [{"podSelector": {"matchLabels": {"app": "web"}}}]},
    ])  # fmt: skip
    assert reached(out)
    closed = policy("in", podSelector={"matchLabels": {"app": "web"}})
    assert not reached(out, closed)


def test_a_pod_that_may_not_ask_the_dns_server_resolves_nothing() -> None:
    server = labelled("dns", "registry.k8s.io/coredns/coredns:v1.12.1", "10.244.1.2", {"k8s-app": "kube-dns"})
    ports = [{"port": 53, "targetPort": 53, "protocol": "UDP"}]
    dns = manifest("Service", "kube-dns", namespace="kube-system", spec={"clusterIP": "10.96.0.10", "ports": ports})
    ends = manifest(
        "EndpointSlice", "kube-dns-1", version="discovery.k8s.io/v1", namespace="kube-system", addressType="IPv4",
        endpoints=[{"addresses": ["10.244.1.2"], "targetRef": {"kind": "Pod", "name": "dns", "namespace": "default"}}],
        ports=[{"port": 53, "protocol": "UDP"}],
    )  # fmt: skip
    ends = with_metadata(ends, labels={"kubernetes.io/service-name": "kube-dns"})
    closed = policy(policyTypes=["Egress"], egress=[{"ports": [{"port": 80}]}])
    done = box(closed, server, dns, ends).type("p", "nslookup web")
    assert done.stdout == ";; connection timed out; no servers could be reached\n\n"
    opened = policy("dns", policyTypes=["Egress"], egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}])
    assert box(closed, opened, server, dns, ends).type("p", "nslookup web").exit_code == 0


def test_ping_needs_a_rule_without_ports() -> None:
    assert box().type("p", "ping -c 1 10.244.1.3").exit_code == 0
    assert box(policy(ingress=[{"ports": [{"port": 80}]}])).type("p", "ping -c 1 10.244.1.3").exit_code == 1
