"""The stateful applications of the tutorials: what their own tools say of a whole ensemble, from any of its members."""

from collections.abc import Mapping
from typing import Any

from engine.api.writes import Create, Delete, RunLine
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.kinds import Exec, Pod, Ref, from_manifest
from engine.store.frames import Header
from tests.builders import START, node

START_ZOOKEEPER = (
    "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --data_log_dir=/var/lib/zookeeper/data/log "
    "--conf_dir=/opt/zookeeper/conf --client_port=2181 --tick_time=2000 --init_limit=10 --sync_limit=5"
)


def stateful(name: str, service: str, container: Mapping[str, Any], port: int) -> Cluster:
    """Three of them behind a headless Service, each with a claim."""
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    made.submit("user", [Create(node("w1")), Create(node("w2"))])
    labels = {"app": name}
    submit(made, "v1", "Service", service, {"clusterIP": "None", "selector": labels, "ports": [{"port": port}]})
    for number in range(3):
        hosted = {"hostPath": {"path": f"/data/{number}"}, "capacity": {"storage": "1Gi"}}
        spec = {**hosted, "accessModes": ["ReadWriteOnce"], "storageClassName": "hand"}
        submit(made, "v1", "PersistentVolume", f"v{number}", spec)
    wanted = {"requests": {"storage": "1Gi"}}
    claim = {"accessModes": ["ReadWriteOnce"], "storageClassName": "hand", "resources": wanted}
    pods = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": name, **container}]}}
    submit(made, "apps/v1", "StatefulSet", name, {
        "serviceName": service, "replicas": 3, "selector": {"matchLabels": labels}, "template": pods,
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
    })  # fmt: skip
    made.advance(START + 300)
    return made


def submit(made: Cluster, version: str, kind: str, name: str, spec: dict[str, Any]) -> None:
    meta = {"name": name} if kind == "PersistentVolume" else {"name": name, "namespace": "default"}
    made.submit("user", [Create(from_manifest({"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec}))])


def zookeeper() -> Cluster:
    mount = {"name": "data", "mountPath": "/var/lib/zookeeper"}
    image = "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10"
    probe = {"exec": {"command": ["sh", "-c", "zookeeper-ready 2181"]}, "periodSeconds": 5}
    command = ["sh", "-c", START_ZOOKEEPER]
    container = {"image": image, "command": command, "volumeMounts": [mount], "livenessProbe": probe}
    return stateful("zk", "zk-hs", container, 2888)


def typed(made: Cluster, pod: str, line: str) -> Exec:
    made.submit("user", [RunLine(ref=Ref("Pod", "default", pod), container="", session="s", line=line)])
    found = made.state.find(Pod, pod, "default")
    assert found is not None
    return list(made.state.execs_of(found.metadata.uid))[-1]


def said(made: Cluster, pod: str, line: str) -> str:
    return typed(made, pod, line).stdout


def restarts(made: Cluster, name: str) -> int:
    pod = made.state.find(Pod, name, "default")
    assert pod is not None
    return pod.status.container_statuses[0].restart_count


def test_each_zookeeper_knows_its_number_and_all_of_the_ensemble() -> None:
    made = zookeeper()
    assert [said(made, f"zk-{each}", "cat /var/lib/zookeeper/data/myid") for each in range(3)] == ["1\n", "2\n", "3\n"]
    config = said(made, "zk-0", "cat /opt/zookeeper/conf/zoo.cfg").splitlines()
    data = "/var/lib/zookeeper/data"
    assert config[:3] == ["clientPort=2181", f"dataDir={data}", f"dataLogDir={data}/log"]
    assert config[-3:] == [
        f"server.{each + 1}=zk-{each}.zk-hs.default.svc.cluster.local:2888:3888" for each in range(3)
    ]


def test_what_one_zookeeper_is_told_all_of_them_know() -> None:
    made = zookeeper()
    assert said(made, "zk-0", "zkCli.sh create /hello world").endswith("\nCreated /hello\n")
    assert "\nworld\ncZxid = " in said(made, "zk-1", "zkCli.sh get /hello")
    made.advance(made.now + 5)
    assert "dataVersion = 1" in said(made, "zk-2", "zkCli.sh set /hello all")
    assert "\nall\ncZxid = " in said(made, "zk-0", "zkCli.sh get /hello")
    assert said(made, "zk-1", "zkCli.sh create /hello again").endswith("Node already exists: /hello\n")
    assert said(made, "zk-1", "zkCli.sh ls /").endswith("[hello, zookeeper]\n")
    assert said(made, "zk-1", "zkCli.sh delete /hello; zkCli.sh ls /").endswith("[zookeeper]\n")


def test_what_zookeeper_was_told_is_on_its_claims() -> None:
    made = zookeeper()
    said(made, "zk-0", "zkCli.sh create /hello world")
    for each in range(3):
        made.submit("user", [Delete(ref=Ref("Pod", "default", f"zk-{each}"), grace_seconds=0)])
    made.advance(made.now + 300)
    assert "\nworld\ncZxid = " in said(made, "zk-2", "zkCli.sh get /hello")


def test_one_of_the_ensemble_leads() -> None:
    made = zookeeper()
    modes = [said(made, f"zk-{each}", "zkServer.sh status").splitlines()[-1] for each in range(3)]
    assert modes == ["Mode: follower", "Mode: follower", "Mode: leader"]
    assert said(made, "zk-0", "echo ruok | nc zk-1.zk-hs 2181") == "imok"


def test_a_zookeeper_whose_process_is_killed_starts_again() -> None:
    made = zookeeper()
    typed(made, "zk-0", "pkill java")
    made.advance(made.now + 30)
    assert (restarts(made, "zk-0"), restarts(made, "zk-1")) == (1, 0)


def test_a_zookeeper_whose_probe_was_removed_is_not_alive() -> None:
    made = zookeeper()
    assert typed(made, "zk-0", "rm /opt/zookeeper/bin/zookeeper-ready").exit_code == 0
    made.advance(made.now + 60)
    assert restarts(made, "zk-0") >= 1


def test_nodetool_lists_the_ring() -> None:
    env = {"CASSANDRA_SEEDS": "cassandra-0.cassandra.default.svc.cluster.local", "CASSANDRA_DC": "DC1-K8Demo"}
    made = stateful("cassandra", "cassandra", {
        "image": "gcr.io/google-samples/cassandra:v13",
        "env": [{"name": name, "value": value} for name, value in env.items()],
    }, 9042)  # fmt: skip
    lines = said(made, "cassandra-0", "nodetool status").splitlines()
    assert lines[:4] == [
        "Datacenter: DC1-K8Demo", "======================", "Status=Up/Down", "|/ State=Normal/Leaving/Joining/Moving",
    ]  # fmt: skip
    assert lines[4].split() == ["--", "Address", "Load", "Tokens", "Owns", "(effective)", "Host", "ID", "Rack"]
    addresses = set()
    for each in range(3):
        pod = made.state.find(Pod, f"cassandra-{each}", "default")
        assert pod is not None
        addresses.add(pod.status.pod_ip)
    rows = [line.split() for line in lines[5:] if line]
    assert {row[1] for row in rows} == addresses and {row[0] for row in rows} == {"UN"}
    assert lines == said(made, "cassandra-2", "nodetool status").splitlines()
