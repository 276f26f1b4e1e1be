"""config set, unset and their like; options; cluster-info dump."""

import json

import pytest

from tests.builders import node, pod
from tests.console.kubectl.test_drive import shell
from tests.console.running import Session, created


def session() -> Session:
    return Session(created())


def test_the_namespace_of_a_context_is_that_of_the_lines_after_it() -> None:
    terminal = shell(node("w1"))
    cluster = Session(terminal.client.state)
    cluster.run("config set contexts.kubernetes-admin@test.namespace kube-system")
    assert cluster.run("config view --minify -o jsonpath={..namespace}").out == "kube-system"
    assert cluster.run("config unset contexts.kubernetes-admin@test.namespace").out == (
        'Property "contexts.kubernetes-admin@test.namespace" unset.'
    )
    assert cluster.run("config view --minify -o jsonpath={..namespace}").out == ""


def test_properties_are_set_and_made() -> None:
    cluster = session()
    assert cluster.run("config set clusters.other.server https://1.2.3.4").out == (
        'Property "clusters.other.server" set.'
    )
    cluster.run("config set clusters.other.insecure-skip-tls-verify true")
    cluster.run("config set contexts.new.namespace x")
    assert cluster.run("config set current-context new").out == 'Property "current-context" set.'
    clusters = {each["name"]: each["cluster"] for each in cluster.config["clusters"]}
    assert clusters["other"] == {"server": "https://1.2.3.4", "insecure-skip-tls-verify": True}
    contexts = {each["name"]: each["context"] for each in cluster.config["contexts"]}
    assert contexts["new"] == {"cluster": "", "user": "", "namespace": "x"}
    assert cluster.run("config current-context").out == "new"
    cluster.run("config unset contexts.new")
    assert "new" not in [each["name"] for each in cluster.config["contexts"]]
    cluster.run("config unset current-context")
    assert cluster.config["current-context"] == ""


def test_clusters_and_users_are_set_and_deleted_by_name() -> None:
    cluster = session()
    assert cluster.run("config set-cluster a --server=https://x").out == 'Cluster "a" set.'
    assert cluster.run("config set-credentials u --token=t").out == 'User "u" set.'
    assert cluster.run("config get-clusters").out == "NAME\na\ntest"
    assert "REDACTED" in cluster.run("config view").out
    assert cluster.run("config delete-cluster a").out == "deleted cluster a from the kubeconfig"
    assert cluster.run("config delete-user u").out == "deleted user u from the kubeconfig"
    assert cluster.run("config get-clusters").out == "NAME\ntest"


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("config set foo.bar x", "unable to parse foo.bar after [] at api.Config"),
        ("config set clusters.b.foo x", "unable to parse clusters.b.foo after [clusters b] at api.Cluster"),
        ("config set contexts.c x", "can't set a map to a value: contexts.c"),
        (
            "config set current-context",
            "Unexpected args: [current-context]\nSee 'kubectl config set -h' for help and examples",
        ),
        ("config delete-cluster zz", "cannot delete cluster zz, not in the kubeconfig"),
        ("config delete-user zz", "cannot delete user zz, not in the kubeconfig"),
    ],
)
def test_what_is_no_property_is_refused(line: str, refusal: str) -> None:
    assert session().run(line).err == f"error: {refusal}"


def test_options_are_those_that_every_verb_takes() -> None:
    out = session().run("options").out
    assert out.startswith("The following options can be passed to any command:\n\n        --as='':\n\tAs whom")
    assert "\n    -n, --namespace='':\n\tThe namespace of this request." in out


def test_a_dump_has_lists_and_logs_one_behind_the_other() -> None:
    terminal = shell(node("w1"), pod("web", node="w1"))
    terminal.run("wait --for=condition=Ready pod/web")
    assert terminal.run("cluster-info dump") == 0
    nodes, end = json.JSONDecoder().raw_decode(terminal.out)
    assert (nodes["kind"], nodes["apiVersion"], len(nodes["items"])) == ("NodeList", "v1", 1)
    assert "kind" not in nodes["items"][0]
    kinds = [json.loads(part)["kind"] for part in _documents(terminal.out[end:])]
    assert kinds[:7] == [
        "EventList", "ReplicationControllerList", "ServiceList", "DaemonSetList", "DeploymentList", "ReplicaSetList",
        "PodList",
    ]  # fmt: skip
    assert "==== START logs for container main of pod default/web ====" in terminal.out.splitlines()


def _documents(text: str) -> list[str]:
    found: list[str] = []
    decoder, at = json.JSONDecoder(), 0
    while (at := text.find("{\n", at)) >= 0 and text[at - 1 : at] in ("", "\n"):
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end
    return found


def test_a_dump_into_a_folder_has_a_file_for_each_list() -> None:
    cluster = Session(created(node("w1"), pod("web")))
    done = cluster.run("cluster-info dump --namespaces=default --output-directory=there -o yaml")
    assert done.out == "Cluster info dumped to there"
    assert list(cluster.saved)[:3] == [
        "there/nodes.yaml", "there/default/events.yaml", "there/default/replication-controllers.yaml",
    ]  # fmt: skip
    assert list(cluster.saved)[-1] == "there/default/web/logs.txt"
    assert cluster.saved["there/nodes.yaml"].decode().startswith("apiVersion: v1\nitems:\n")
