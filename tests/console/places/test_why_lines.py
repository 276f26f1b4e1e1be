"""The line under the cursor names the cause itself, for what students and operators meet most, each made here."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.kinds import Object, from_manifest
from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.hints import remark
from k9lite.why import causes
from tests.builders import daemon_set, deployment, node, pod, pod_spec, service, stateful_set
from tests.console.showing import living

_NEAR_NOBODY = {
    "podAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": {"matchLabels": {"app": "nobody"}}, "topologyKey": "kubernetes.io/hostname"}
        ]
    }
}
_CPU = {"requests": {"cpu": "64"}}
_UNREADY: dict[str, Any] = {"readinessProbe": {"httpGet": {"path": "/healthz", "port": 80}}}
_KILLED: dict[str, Any] = {"livenessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 2, "failureThreshold": 1}}
_STRESS = ["stress", "--vm", "1", "--vm-bytes", "250M"]
_NO_PROBE = "Readiness probe failed: HTTP probe failed with statuscode: 404"
_NO_IMAGE = "main: ImagePullBackOff of nginx:no-such-tag: not found"

LINES = {
    "Pod/big": "✗ big: 0/2 nodes are available: 2 Insufficient cpu",
    "Pod/picky": "✗ picky: 0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector",
    "Pod/elsewhere": "▲ elsewhere: waits for a scheduler named mine; there is only default-scheduler",
    "Pod/unbound": "available: volume data: claim fast: storageclass.storage.k8s.io \"ssd\" not found",
    "Pod/mounting": "ContainerCreating: MountVolume.SetUp failed for volume \"data\" : configmap \"gone\" not found",
    "Pod/pulling": f"✗ pulling: {_NO_IMAGE}",
    "Pod/unready": f"▲ unready: main is not ready: {_NO_PROBE}",
    "Pod/killed": "connect: connection refused",
    "Pod/hungry": ": its memory limit is 100Mi",
    "Pod/waiting": "▲ waiting: Init:0/1: init runs for ",
    "Deployment/hanging": f" {_NO_IMAGE}",
    "StatefulSet/first": "first-0 main is not ready: Readiness probe failed: cat: can't open '/nope'",
    "DaemonSet/daemon": "meant for w",
    "Job/failing": "has reached the specified backoff limit: failing-",
    "Service/slip": "✗ slip: no endpoints: it selects app=finne; 1 pod has app=fine: fine-",
    "Service/nameless": "names a port web (named: http)",
    "Service/unready": f"none is ready: unready main is not ready: {_NO_PROBE}",
    "Service/astray": "no endpoints: pod etcd has it in namespace kube-system; a Service selects in its own, default",
    "Ingress/dead": "✗ dead: service slip: no endpoints: it selects app=finne; 1 pod has app=fine: fine-",
}
CAUSES = {
    "Pod/big": "w1: Insufficient cpu (wants 64; of 4, 0 are requested)",
    "Pod/picky": "w2: node(s) didn't match Pod's node affinity/selector (wants disk=nvme, it has no disk)",
    "Pod/lonely": "pod affinity rules (wants to be with a pod of app=nobody in one kubernetes.io/hostname)",
    "PersistentVolumeClaim/fast": "there is no storage class ssd (there are: none)",
    "PodDisruptionBudget/strict": "it never lets one of them go",
    "HorizontalPodAutoscaler/lost": "it is to scale deployment gone, which is not there",
    "DaemonSet/nowhere": "w1 is to have none: node(s) didn't match Pod's node affinity/selector (wants gpu=yes, "
    "it has no gpu)",
}


def _made(kind: str, version: str, name: str, **spec: Any) -> Object:
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec})


def _troubles() -> Iterator[Object]:
    yield from (node("w1"), node("w2"))
    yield pod("big", **pod_spec(resources=_CPU))
    yield pod("picky", nodeSelector={"disk": "nvme"})
    yield pod("lonely", affinity=_NEAR_NOBODY)
    yield pod("elsewhere", schedulerName="mine")
    yield pod("unbound", volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "fast"}}])
    wanted = {"resources": {"requests": {"storage": "1Gi"}}, "accessModes": ["ReadWriteOnce"]}
    yield _made("PersistentVolumeClaim", "v1", "fast", storageClassName="ssd", **wanted)
    yield pod("mounting", volumes=[{"name": "data", "configMap": {"name": "gone"}}])
    yield pod("pulling", **pod_spec("nginx:no-such-tag"))
    yield pod("unready", labels={"app": "unready"}, **pod_spec(**_UNREADY))
    yield pod("killed", **pod_spec(**_KILLED))
    yield pod("hungry", **pod_spec("polinux/stress", command=_STRESS, resources={"limits": {"memory": "100Mi"}}))
    yield pod("waiting", initContainers=[{"name": "init", "image": "busybox", "command": ["sleep", "9999"]}])
    yield deployment("hanging", template=pod_spec("nginx:no-such-tag"), progressDeadlineSeconds=20)
    yield deployment("fine", template=pod_spec(ports=[{"name": "http", "containerPort": 80}]))
    yield stateful_set("first", replicas=2, template=pod_spec(readinessProbe={"exec": {"command": ["cat", "/nope"]}}))
    yield daemon_set("daemon", template=pod_spec(resources=_CPU))
    yield daemon_set("nowhere", template={**pod_spec(), "nodeSelector": {"gpu": "yes"}})
    ends = {**pod_spec("busybox", command=["sh", "-c", "exit 2"]), "restartPolicy": "Never"}
    yield _made("Job", "batch/v1", "failing", backoffLimit=0, template={"spec": ends})
    yield service("slip", selector={"app": "finne"})
    yield service("nameless", selector={"app": "fine"}, ports=[{"port": 80, "targetPort": "web"}])
    yield service("unready")
    yield service("astray", selector={"component": "etcd"})
    yield pod("etcd", namespace="kube-system", labels={"component": "etcd"})
    backend = {"service": {"name": "slip", "port": {"number": 80}}}
    yield _made("Ingress", "networking.k8s.io/v1", "dead", ingressClassName="nginx", defaultBackend=backend)
    strict = {"minAvailable": 1, "selector": {"matchLabels": {"app": "fine"}}}
    yield _made("PodDisruptionBudget", "policy/v1", "strict", **strict)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "gone"}
    yield _made("HorizontalPodAutoscaler", "autoscaling/v2", "lost", scaleTargetRef=target, maxReplicas=3)


@pytest.fixture(scope="module")
def troubled() -> Iterator[Client]:
    client = living(*_troubles(), seconds=600)
    yield client
    client.close()


def _object(client: Client, named: str) -> Object:
    kind, _, name = named.partition("/")
    return next(obj for obj in client.state.objects(kind) if obj.metadata.name == name)


@pytest.mark.parametrize("named", LINES)
def test_the_line_under_the_cursor_names_the_cause(named: str, troubled: Client) -> None:
    assert LINES[named] in remark(_object(troubled, named), troubled.state, troubled.now)


@pytest.mark.parametrize("named", CAUSES)
def test_why_goes_into_it(named: str, troubled: Client) -> None:
    found = causes(_object(troubled, named), troubled.state, troubled.now)
    assert any(CAUSES[named] in cause.text for cause in found), [cause.text for cause in found]


def test_a_daemon_has_the_verdict_of_its_own_node_alone(troubled: Client) -> None:
    daemon = next(obj for obj in troubled.state.objects("Pod") if obj.metadata.name.startswith("daemon-"))
    verdicts = [cause for cause in causes(daemon, troubled.state, troubled.now) if "wants 64" in cause.text]
    assert len(verdicts) == 1 and verdicts[0].ref is not None and verdicts[0].ref.kind == "Node"


def test_a_namespace_that_cannot_go_leads_to_what_holds_it() -> None:
    held = {"name": "held", "namespace": "old", "finalizers": ["example.com/keep"]}
    old = from_manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "old"}})
    client = living(node("w1"), old, from_manifest({"apiVersion": "v1", "kind": "ConfigMap", "metadata": held}))
    run_command(client, ["delete", "ns", "old", "--wait=false"])
    client.cluster.advance(client.now + 60)
    found = causes(_object(client, "Namespace/old"), client.state, client.now)
    assert found[0].text.startswith("namespace/old: terminating: ") and "example.com/keep" in found[0].text
    assert found[1].text == "configmap held waits for finalizers example.com/keep" and found[1].ref is not None


def test_the_last_run_of_a_cron_job_tells_how_it_ended() -> None:
    ends = {**pod_spec("busybox", command=["sh", "-c", "exit 2"]), "restartPolicy": "Never"}
    runs = {"spec": {"backoffLimit": 0, "template": {"spec": ends}}}
    client = living(node("w1"), _made("CronJob", "batch/v1", "often", schedule="* * * * *", jobTemplate=runs))
    said = remark(_object(client, "CronJob/often"), client.state, client.now)
    assert said.startswith("▲ often: the last run failed: often-") and "Error, exit code 2" in said
