"""What may happen on a random day: every kind of write a user makes, every fault, and time. Refusals are answers too.

A step is ``(what, which, how)``, two small numbers, so that a failing day shrinks to few and plain steps.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Evict, Patch, RunLine, Update, Write
from engine.errors import K9liteError
from engine.kinds import Deployment, Object, Pod, Ref, from_manifest, ref_of
from engine.rollout import rollback
from engine.store.state import State
from tests.builders import deployment, namespace, node, pod, pod_spec, service
from tests.engine.controllers.test_load_balancer import CONTROLLER, HOME, pool
from tests.engine.volumes_given import storage_class

NODES, DEPLOYMENTS = ("w1", "w2", "w3", "w4"), ("a", "b")
IMAGES = ("nginx:1.27", "nginx:1.25", "nginx:no-such-tag", "busybox:1.36")
LINES = ("echo hi > /tmp/a", "curl -s a", "kill 1", "cat /tmp/a | wc -c", "nslookup a; exit 3")
HOW = ("Background", "Foreground", "Orphan")
NEEDS = {"requests": {"cpu": "700m", "memory": "1Gi"}}
SCRIPTS = ("sleep 5", "exit 1", "sleep 400", "sleep 20; exit 3")
TYPES: tuple[dict[str, Any], ...] = (
    {"type": "NodePort"},
    {"type": "LoadBalancer"},
    {"clusterIP": "None"},
    {"type": "ExternalName", "externalName": "example.com"},
    {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
    {"type": "ClusterIP", "sessionAffinity": "ClientIP"},
)
CLASSES = ("disk", "local", "nobody", "missing")
HARD = ({"pods": "6"}, {"requests.cpu": "2"}, {"services.nodeports": "1", "count/jobs.batch": "1"})

Step = tuple[str, int, int]
THINGS = (
    "deployment", "set", "daemon", "job", "cron", "bare", "service", "budget", "scaler", "quota", "limits", "claim",
    "controller", "team",
)  # fmt: skip
DEEDS = (
    "scale", "image", "rollback", "kill", "force", "evict", "type", "select", "shrink", "label", "cordon", "taint",
    "fault", "heal", "join", "leave", "retype", "pause", "mistake",
)  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(THINGS), st.integers(0, 1), st.integers(0, 5)),
        st.tuples(st.sampled_from(["un" + each for each in THINGS]), st.integers(0, 1), st.integers(0, 2)),
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 3), st.integers(0, 8)),
        st.tuples(st.just("wait"), st.just(0), st.integers(1, 400)),
        st.tuples(st.just("hurry"), st.just(0), st.integers(1, 40)),
        st.tuples(st.just("leap"), st.just(0), st.integers(1, 4000)),
        st.tuples(st.just("reopen"), st.just(0), st.integers(0, 4000)),
        st.tuples(st.just("crash"), st.just(0), st.integers(0, 30)),
    ),
    max_size=16,
)


def first_objects() -> list[Object]:
    """A cluster of three nodes with a little of everything that others need."""
    return [
        namespace("default"), namespace("kube-system"), namespace(HOME),
        *(node(name, cpu="4", memory="8Gi") for name in NODES[:3]),
        storage_class("disk", default=True, allowVolumeExpansion=True),
        storage_class("local", waits=True, provisioner="rancher.io/local-path"),
        storage_class("nobody", provisioner="example.com/nobody"),
        made("scheduling.k8s.io/v1", "PriorityClass", "high", value=1000),
        deployment("controller", namespace=HOME, template=CONTROLLER), pool("192.0.2.10-192.0.2.11"),
        pod("bare"), service("a"),
        *(deployment(name, replicas=2, template=pod_spec(resources=NEEDS)) for name in DEPLOYMENTS),
        thing("set", 0, 4), thing("daemon", 0, 1), thing("controller", 0, 2), thing("service", 1, 0),
        thing("claim", 0, 1),
    ]  # fmt: skip


def made(version: str, kind: str, name: str, *, where: str = "", **body: Any) -> Object:
    metadata = {"name": name, **({"namespace": where} if where else {})}
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **body})


def thing(what: str, which: int, how: int) -> Object:
    """The object of that name in one of its shapes."""
    template = {"metadata": {"labels": {"app": f"{what}{which}"}}, "spec": pod_spec(IMAGES[how % 4])}
    selector = {"matchLabels": {"app": f"{what}{which}"}}
    work = {"template": {"spec": {"restartPolicy": ("Never", "OnFailure")[how % 2], **pod_spec(
        "busybox:1.36", command=["sh", "-c", SCRIPTS[how % 4]])}}, "backoffLimit": 2, "completions": 1 + how // 2,
        "parallelism": 2, **({"ttlSecondsAfterFinished": 30} if how > 3 else {})}  # fmt: skip
    shapes: Mapping[str, tuple[str, str, dict[str, Any]]] = {
        "set": ("apps/v1", "StatefulSet", {
            "replicas": how, "serviceName": "s", "selector": selector, "template": template,
            "podManagementPolicy": ("OrderedReady", "Parallel")[how % 2],
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": _claim(1)}] if how > 3 else []}),
        "daemon": ("apps/v1", "DaemonSet", {"selector": selector, "template": template}),
        "job": ("batch/v1", "Job", work),
        "cron": ("batch/v1", "CronJob", {
            "schedule": "*/5 * * * *", "jobTemplate": {"spec": work},
            "concurrencyPolicy": ("Allow", "Forbid", "Replace")[how % 3]}),
        "budget": ("policy/v1", "PodDisruptionBudget", {
            "minAvailable": how, "selector": {"matchLabels": {"app": DEPLOYMENTS[which]}}}),
        "scaler": ("autoscaling/v2", "HorizontalPodAutoscaler", {
            "maxReplicas": 4, "minReplicas": 1 + how // 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": DEPLOYMENTS[which]}}),
        "quota": ("v1", "ResourceQuota", {"hard": HARD[how % 3]}),
        "limits": ("v1", "LimitRange", {"limits": [{
            "type": "Container", "default": {"cpu": "500m"}, "max": {"cpu": f"{how + 1}"}}]}),
        "claim": ("v1", "PersistentVolumeClaim", {**_claim(how), "storageClassName": CLASSES[how % 4]}),
        "controller": ("v1", "ReplicationController", {
            "replicas": how, "selector": {"app": f"{what}{which}"}, "template": template}),
    }  # fmt: skip
    match what:
        case "deployment":
            return deployment(DEPLOYMENTS[which], replicas=how, template=pod_spec(resources=NEEDS))
        case "service":
            return service(DEPLOYMENTS[which], **TYPES[how])
        case "bare":
            return _bare(which, how)
        case "team":
            return (namespace("team"), deployment("a", namespace="team"), service("a", namespace="team"))[how % 3]
        case _:
            version, kind, spec = shapes[what]
            return made(version, kind, f"{what}{which}", where="default", spec=spec)


def _claim(how: int) -> dict[str, Any]:
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": f"{how + 1}Gi"}}}


def _bare(which: int, how: int) -> Pod:
    """Important, greedy, with a port of its node, with a volume, without anything, or beside its kind only."""
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": f"claim{which}"}}
    shun = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "kubernetes.io/hostname"}
    shapes: tuple[dict[str, Any], ...] = (
        {"priorityClassName": "high", **pod_spec(resources={"requests": {"cpu": "3", "memory": "5Gi"}})},
        {"restartPolicy": "Never", **pod_spec("busybox:1.36", command=["sleep", "60"])},
        pod_spec(ports=[{"containerPort": 80, "hostPort": 8080}]),
        {"volumes": [volume]},
        {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [shun]}}},
        {"schedulingGates": [{"name": "example.com/wait"}]},
    )
    return pod(f"bare{which}", labels={"app": DEPLOYMENTS[which]}, **shapes[how])


def writes_of(state: State, what: str, which: int, how: int) -> list[Write]:
    if what in THINGS:
        return [Create(thing(what, which, how))]
    if what.removeprefix("un") in THINGS:
        gone = Ref("Namespace", "", "team") if what == "unteam" else ref_of(thing(what[2:], which, 0))
        return [Delete(ref=gone, propagation=HOW[how])]
    if what in ("cordon", "taint", "fault", "heal", "join", "leave"):
        return _to_a_node(what, NODES[which], how)
    pods = list(state.all(Pod, "default"))
    if what in ("kill", "force", "evict", "type", "label"):
        return _to_a_pod(pods[(which * 9 + how) % len(pods)], what, how) if pods else []
    return _to_a_workload(state, what, which, how)


def _to_a_node(what: str, name: str, how: int) -> list[Write]:
    ref = Ref("Node", "", name)
    match what:
        case "cordon":
            return [Patch(ref, {"spec": {"unschedulable": bool(how % 2)}}, "merge")]
        case "taint":
            taint = {"key": "t", "effect": ("NoSchedule", "NoExecute", "PreferNoSchedule")[how % 3]}
            return [Patch(ref, {"spec": {"taints": [taint] if how < 6 else []}}, "merge")]
        case "fault":
            return [Create(made("k9lite.dev/v1", "Fault", f"down-{name}", spec={"type": "NodeDown", "node": name}))]
        case "heal":
            return [Delete(ref=Ref("Fault", "", f"down-{name}"))]
        case "join":
            return [Create(node(name, cpu="4", memory="8Gi"))]
        case _:
            return [Delete(ref=ref)]


def _to_a_pod(chosen: Pod, what: str, how: int) -> list[Write]:
    ref = ref_of(chosen)
    match what:
        case "type":
            container = chosen.spec.containers[0].name
            return [RunLine(ref=ref, container=container, session="s", line=LINES[how % len(LINES)])]
        case "label":
            return [Patch(ref, {"metadata": {"labels": {"app": (None, "a", "b")[how % 3]}}}, "merge")]
        case "evict":
            return [Evict(ref=ref)]
        case _:
            return [Delete(ref=ref, grace_seconds=0 if what == "force" else None)]


SCALED = (("Deployment", "a"), ("Deployment", "b"), ("StatefulSet", "set0"), ("ReplicationController", "controller0"))


def _to_a_workload(state: State, what: str, which: int, how: int) -> list[Write]:
    kind, name = SCALED[which]
    ref = Ref(kind, "default", name)
    match what:
        case "scale":
            return [Patch(ref, {"spec": {"replicas": how}}, "merge")]
        case "image":
            changed = Ref("DaemonSet", "default", "daemon0") if which == 3 else ref
            containers = [{"name": "main", "image": IMAGES[how % 4]}]
            return [Patch(changed, {"spec": {"template": {"spec": {"containers": containers}}}})]
        case "rollback":
            found = state.find(Deployment, DEPLOYMENTS[which % 2], "default")
            try:
                return [Update(rollback(state, found, 0))] if found else []
            except K9liteError:
                return []
        case "pause":
            return [Patch(Ref("Deployment", "default", DEPLOYMENTS[which % 2]), {"spec": {"paused": how < 4}}, "merge")]
        case "select":
            chosen = {"spec": {"selector": {"app": ("a", "b", "set0", "daemon0")[which]}}}
            return [Patch(Ref("Service", "default", DEPLOYMENTS[how % 2]), chosen, "merge")]
        case "retype":
            return [Patch(Ref("Service", "default", DEPLOYMENTS[which % 2]), {"spec": TYPES[how % 6]}, "merge")]
        case "shrink":
            sets = list(state.objects("ReplicaSet", "default"))
            return [Delete(ref=ref_of(sets[-1]), propagation=HOW[how % 3])] if sets else []
        case _:
            return [Create(thing("bare", 0, 0)), Delete(ref=Ref("Pod", "default", "nobody"))]
