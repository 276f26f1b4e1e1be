"""What an object is shown with beyond what is stored, and that it comes back as it is stored."""

from typing import Any

from engine.api.writes import Create, Update
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.kinds import Deployment, Object, Ref, from_manifest, to_manifest
from engine.printers.describe import describe
from engine.served import served
from engine.store.frames import Header
from tests.builders import START, node

POD = {
    "containers": [
        {
            "name": "main",
            "image": "nginx:1.27",
            "env": [{"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
            "volumeMounts": [{"name": "conf", "mountPath": "/conf", "readOnly": True}],
        }
    ],
    "volumes": [{"name": "conf", "configMap": {"name": "kube-root-ca.crt"}}, {"name": "h", "hostPath": {"path": "/"}}],
}
P = Ref("Pod", "default", "p")
WEB = Ref("Deployment", "default", "web")


def cluster() -> Cluster:
    """With pod p and deployment web, of the same template."""
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    made.submit("user", [Create(node("w1"))])
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": POD}
    submit(made, "v1", "Pod", "p", spec=POD)
    submit(made, "apps/v1", "Deployment", "web", spec={"selector": {"matchLabels": labels}, "template": template})
    submit(made, "v1", "Service", "web", spec={"ports": [{"port": 80}]})
    made.advance(START + 30)
    return made


def submit(made: Cluster, version: str, kind: str, name: str, **rest: Any) -> None:
    meta = {"name": name, "namespace": "default"}
    made.submit("user", [Create(from_manifest({"apiVersion": version, "kind": kind, "metadata": meta, **rest}))])


def stored(made: Cluster, ref: Ref) -> Object:
    found = made.state.get(ref)
    assert found is not None
    return found


def shown(made: Cluster, ref: Ref) -> dict[str, Any]:
    return served(made.state, stored(made, ref))


def test_a_pod_is_shown_with_the_defaults_that_nothing_here_reads() -> None:
    spec = shown(cluster(), P)["spec"]
    assert (spec["enableServiceLinks"], spec["preemptionPolicy"]) == (True, "PreemptLowerPriority")
    assert (spec["securityContext"], spec["serviceAccount"], spec["priority"]) == ({}, "default", 0)
    main = spec["containers"][0]
    assert main["resources"] == {} and main["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] == "v1"
    conf, host, token = spec["volumes"]
    assert conf["configMap"]["defaultMode"] == 0o644 and host["hostPath"] == {"path": "/", "type": ""}
    assert token["projected"]["defaultMode"] == 0o644


def test_the_status_of_a_pod_says_what_never_was_and_what_is_mounted() -> None:
    status = shown(cluster(), P)["status"]
    assert all(each["lastProbeTime"] is None for each in status["conditions"])
    main = status["containerStatuses"][0]
    assert (main["lastState"], main["resources"]) == ({}, {})
    conf, token = main["volumeMounts"]
    assert conf == {"name": "conf", "mountPath": "/conf", "readOnly": True, "recursiveReadOnly": "Disabled"}
    assert token["name"].startswith("kube-api-access-")


def test_templates_and_services_are_shown_with_theirs_and_not_with_those_of_pods() -> None:
    made = cluster()
    spec = shown(made, WEB)["spec"]["template"]["spec"]
    assert spec["securityContext"] == {} and spec["containers"][0]["resources"] == {}
    assert "enableServiceLinks" not in spec and "preemptionPolicy" not in spec
    assert shown(made, Ref("Service", "default", "web"))["status"] == {"loadBalancer": {}}


def test_what_is_stored_does_not_grow_by_being_shown() -> None:
    made = cluster()
    before = to_manifest(stored(made, P)), to_manifest(stored(made, WEB))
    for ref in (P, WEB):
        shown(made, ref)["spec"].clear()
    assert (to_manifest(stored(made, P)), to_manifest(stored(made, WEB))) == before
    assert "defaultMode" not in str(before)


def test_what_comes_back_as_it_was_shown_changes_nothing() -> None:
    made = cluster()
    revision = made.state.revision
    for ref in (P, WEB):
        made.submit("user", [Update(from_manifest(shown(made, ref)))])
    assert made.state.revision == revision


def test_of_what_comes_back_changed_only_the_change_is_stored() -> None:
    made = cluster()
    manifest = shown(made, WEB)
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["image"] = "nginx:1.28"
    container["env"].append({"name": "MORE", "value": "x"})
    manifest["spec"]["template"]["spec"]["securityContext"] = {"runAsUser": 1000}
    before = to_manifest(stored(made, WEB))["spec"]["template"]["spec"]
    made.submit("user", [Update(from_manifest(manifest))])
    before["containers"][0]["image"] = "nginx:1.28"
    before["containers"][0]["env"].append({"name": "MORE", "value": "x"})
    assert to_manifest(stored(made, WEB))["spec"]["template"]["spec"] == {
        **before, "securityContext": {"runAsUser": 1000},
    }  # fmt: skip


def test_a_deployment_that_is_written_as_shown_rolls_nothing_out() -> None:
    made = cluster()
    manifest = shown(made, WEB)
    manifest["spec"]["replicas"] = 2
    made.submit("user", [Update(from_manifest(manifest))])
    made.advance(START + 60)
    web = stored(made, WEB)
    assert isinstance(web, Deployment) and web.status.ready_replicas == 2
    assert web.metadata.annotations["deployment.kubernetes.io/revision"] == "1"
    assert len(list(made.state.owned_by(web.metadata.uid, "ReplicaSet"))) == 1


def test_a_cluster_has_the_priority_classes_of_the_system() -> None:
    made = cluster()
    found = stored(made, Ref("PriorityClass", "", "system-node-critical"))
    assert [line.split(None, 1) for line in describe(found, made.state, made.now)] == [
        ["Name:", "system-node-critical"],
        ["Value:", "2000001000"],
        ["GlobalDefault:", "false"],
        ["PreemptionPolicy:", "PreemptLowerPriority"],
        ["Description:", "Used for system critical pods that must not be moved from their current node."],
        ["Annotations:", "<none>"],
        ["Events:", "<none>"],
    ]
