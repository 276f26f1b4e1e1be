"""iptables: the rules of a Service, by its name."""

from tests.builders import deployment, node, service, settled
from tests.console.running import Session


def test_rules_of_a_service_are_shown_table_by_table() -> None:
    cluster = settled(node(), deployment("web"), service("web", type="NodePort"), service("lone"))
    done = Session(cluster.state).run("iptables web")
    lines = done.out.splitlines()
    assert lines[:2] == ["# default/web on node w1", "*nat"]
    assert any("KUBE-NODEPORTS" in line for line in lines) and any("DNAT" in line for line in lines)
    refused = Session(cluster.state).run("iptables svc/lone").out
    assert "*filter" in refused and "has no endpoints" in refused
    nat = Session(cluster.state).run("iptables service web -t nat").out.splitlines()
    assert nat and all(line.startswith("-A ") for line in nat)


def test_only_services_have_rules() -> None:
    cluster = settled(node(), deployment("web"))
    assert Session(cluster.state).run("iptables deploy/web").code == 1
    assert "not found" in Session(cluster.state).run("iptables nobody").err
