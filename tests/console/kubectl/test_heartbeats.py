"""Leases and component statuses through the commands: shown like any other kind, though nobody stores them."""

from pathlib import Path

from k9lite.clients.embedded import EmbeddedClient
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import pass_time, run


def shown(line: str, client: EmbeddedClient) -> list[str]:
    return run(line, client, Path())


def test_component_statuses_are_listed_with_their_deprecation() -> None:
    client = sample_client(seconds=60)
    assert shown("kubectl get cs", client) == [
        "NAME                 STATUS    MESSAGE   ERROR",
        "controller-manager   Healthy   ok        ",
        "etcd-0               Healthy   ok        ",
        "scheduler            Healthy   ok        ",
        "! Warning: v1 ComponentStatus is deprecated in v1.19+",
    ]


def test_every_node_has_a_lease_and_it_is_renewed_while_nothing_is_written() -> None:
    client = sample_client(seconds=120)
    path = "kubectl get lease w1-k8s -n kube-node-lease -o jsonpath='{.spec.renewTime}'"
    assert shown(path, client) == ["2026-05-28T20:28:40.000000Z"]
    revision = client.state.revision
    pass_time(client, 15)
    assert shown(path, client) == ["2026-05-28T20:28:50.000000Z"]
    assert client.state.revision == revision
    names = [line.split()[0] for line in shown("kubectl get leases -n kube-node-lease", client)]
    assert names == ["NAME", "m-k8s", "w1-k8s", "w2-k8s", "w3-k8s", "w4-k8s"]


def test_the_lease_is_in_the_description_of_its_node() -> None:
    lines = shown("kubectl describe node w1-k8s", sample_client(seconds=120))
    at = lines.index("Lease:")
    assert lines[at + 1 : at + 4] == [
        "  HolderIdentity:  w1-k8s",
        "  AcquireTime:     <unset>",
        "  RenewTime:       Thu, 28 May 2026 20:28:40 +0000",
    ]


def test_the_control_plane_is_listed_as_on_a_cluster_of_kubeadm() -> None:
    lines = shown("kubectl get pods -n kube-system --no-headers", sample_client(seconds=120))
    assert [line.split()[:3] for line in lines if "-m-k8s" in line] == [
        [f"{name}-m-k8s", "1/1", "Running"]
        for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ]
    assert sum(line.startswith("kube-proxy-") for line in lines) == 5
    assert sum(line.startswith("coredns-") for line in lines) == 2
