"""The packet filter's rules, with the names and the words of a real kube-proxy."""

from typing import Any

from engine.kinds import Object
from engine.network.iptables import chain_of, endpoint_chain, saved
from tests.engine.containers import NOW, Terminal, manifest, running, slice_of, terminal

WEB = [running(f"web-{number}", "nginx", f"10.244.1.{number}") for number in (3, 4, 5)]
PORT = {"name": "http", "port": 80, "targetPort": 80}


def made(*more: Object, ends: int = 3, port: dict[str, Any] | None = None, **given: Any) -> Terminal:
    spec = {"clusterIP": "10.96.5.5", "ports": [{**PORT, **(port or {})}], **given.pop("spec", {})}
    web = manifest("Service", "web", spec=spec, **given)
    slices = slice_of("web", *WEB[:ends])
    named = manifest(
        "EndpointSlice", "web-1", version="discovery.k8s.io/v1", addressType="IPv4",
        endpoints=[_endpoint(pod) for pod in WEB[:ends]], ports=[{"name": "http", "port": 80, "protocol": "TCP"}],
    )  # fmt: skip
    named = type(named)(  # type: ignore[call-arg]  # an EndpointSlice
        metadata=slices.metadata, **{name: getattr(named, name) for name in ("address_type", "endpoints", "ports")}
    )
    return terminal(web, named, *WEB, *more)


def _endpoint(pod: Any) -> dict[str, Any]:
    return {"addresses": [pod.status.pod_ip], "conditions": {"ready": True}, "nodeName": pod.spec.node_name}


def rules(box: Terminal, table: str = "nat", node: str = "w1") -> list[str]:
    return saved(box.state, node, table, NOW, only="default/web")


def test_chains_have_the_names_they_have_in_every_cluster() -> None:
    service: Any = manifest("Service", "kubernetes", spec={"ports": [{"name": "https", "port": 443}]})
    assert chain_of(service, service.spec.ports[0]) == "KUBE-SVC-NPX46M4PTMTKRN6Y"
    dns: Any = manifest(
        "Service", "kube-dns", namespace="kube-system", spec={"ports": [{"name": "dns", "port": 53, "protocol": "UDP"}]}
    )
    assert chain_of(dns, dns.spec.ports[0]) == "KUBE-SVC-TCOU7JCQXEZGVUNU"


def test_a_cluster_ip_leads_to_each_endpoint_with_the_same_chance() -> None:
    box = made()
    service: Any = next(box.state.objects("Service"))
    chain = chain_of(service, service.spec.ports[0])
    one, two, three = (
        endpoint_chain(service, service.spec.ports[0], f"10.244.1.{number}:80") for number in (3, 4, 5)
    )
    said = '-m comment --comment "default/web:http'
    found = rules(box)
    assert found[0] == f'-A KUBE-SERVICES -d 10.96.5.5/32 -p tcp {said} cluster IP" -m tcp --dport 80 -j {chain}'
    assert [line for line in found if line.startswith(f"-A {one} ")] == [
        f'-A {one} -s 10.244.1.3/32 {said}" -j KUBE-MARK-MASQ',
        f'-A {one} -p tcp {said}" -m tcp -j DNAT --to-destination 10.244.1.3:80',
    ]
    ends = [line for line in rules(box) if line.startswith(f"-A {chain} ")]
    assert ends == [
        f'-A {chain} ! -s 10.244.0.0/16 -d 10.96.5.5/32 -p tcp {said} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
        f'-A {chain} {said} -> 10.244.1.3:80" -m statistic --mode random --probability 0.33333333349 -j {one}',
        f'-A {chain} {said} -> 10.244.1.4:80" -m statistic --mode random --probability 0.50000000000 -j {two}',
        f'-A {chain} {said} -> 10.244.1.5:80" -j {three}',
    ]


def test_a_service_without_endpoints_is_rejected() -> None:
    box = made(ends=0, port={"nodePort": 30080}, spec={"type": "NodePort"})
    assert rules(box) == []
    reject = "-j REJECT --reject-with icmp-port-unreachable"
    said = '-m comment --comment "default/web:http has no endpoints"'
    assert rules(box, "filter") == [
        f"-A KUBE-EXTERNAL-SERVICES -p tcp {said} -m addrtype --dst-type LOCAL -m tcp --dport 30080 {reject}",
        f"-A KUBE-SERVICES -d 10.96.5.5/32 -p tcp {said} -m tcp --dport 80 {reject}",
    ]


def test_a_node_port_masquerades_unless_traffic_stays_local() -> None:
    box = made(port={"nodePort": 30080}, spec={"type": "NodePort"})
    text = "\n".join(rules(box))
    assert '-A KUBE-NODEPORTS -p tcp -m comment --comment "default/web:http" -m tcp --dport 30080 -j KUBE-EXT-' in text
    assert '"masquerade traffic for default/web:http external destinations" -j KUBE-MARK-MASQ' in text
    local = made(port={"nodePort": 30080}, spec={"type": "NodePort", "externalTrafficPolicy": "Local"})
    here, elsewhere = "\n".join(rules(local)), "\n".join(rules(local, node="w2"))
    assert '-s 10.244.0.0/16 -m comment --comment "pod traffic for default/web:http external destinations"' in here
    assert "KUBE-SVL-" in here and "KUBE-SVL-" not in elsewhere
    dropped = rules(local, "filter", "w2")
    assert len(dropped) == 1 and '"default/web:http has no local endpoints"' in dropped[0]
    assert dropped[0].endswith("--dport 30080 -j DROP")


def test_a_load_balancers_address_and_its_source_ranges_have_rules() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
    box = made(spec={"loadBalancerSourceRanges": ["203.0.113.0/24"], "externalIPs": ["198.51.100.1"]}, status=status)
    text = "\n".join(rules(box))
    assert '-d 192.0.2.1/32 -p tcp -m comment --comment "default/web:http loadbalancer IP"' in text
    assert '-s 203.0.113.0/24 -m comment --comment "default/web:http loadbalancer IP" -j KUBE-EXT-' in text
    assert '-d 198.51.100.1/32 -p tcp -m comment --comment "default/web:http external IP"' in text
    assert "traffic not accepted by KUBE-FW-" in "\n".join(rules(box, "filter"))


def test_session_affinity_remembers_clients_by_endpoint() -> None:
    config = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}}}
    text = "\n".join(rules(made(ends=1, spec=config)))
    assert "-m recent --rcheck --seconds 60 --reap --name KUBE-SEP-" in text
    assert "-m recent --set --name KUBE-SEP-" in text


def test_a_container_in_the_nodes_network_can_look_at_them() -> None:
    proxy = running("proxy", "registry.k8s.io/kube-proxy:v1.36.0", "192.168.1.10", hostNetwork=True)
    box = made(proxy)
    done = box.type("proxy", "iptables-save -t nat | grep 'default/web:http cluster IP' | head -n 1")
    assert done.stdout == f"{rules(box)[0]}\n"
    whole = box.type("proxy", "iptables-save").stdout
    assert [line for line in whole.splitlines() if line.startswith("*")] == ["*mangle", "*filter", "*nat"]
    assert ":KUBE-SERVICES - [0:0]" in whole and whole.splitlines()[-2] == "COMMIT"
    listed = box.type("proxy", "iptables -t nat -L KUBE-SERVICES -n").stdout.splitlines()
    assert listed[0] == "Chain KUBE-SERVICES (2 references)"
    assert listed[2].endswith("/* default/web:http cluster IP */ tcp dpt:80")
    assert box.type("proxy", "iptables -t nat -S KUBE-MARK-MASQ").stdout == (
        "-N KUBE-MARK-MASQ\n-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n"
    )
    assert box.type("proxy", "iptables -t nat -L NOPE").exit_code == 1


def test_a_container_in_a_network_of_its_own_may_not_look() -> None:
    shoot = running("shoot", "nicolaka/netshoot", "10.244.1.9")
    done = made(shoot).type("shoot", "iptables-save")
    assert done.exit_code == 4 and "Permission denied" in done.stderr
