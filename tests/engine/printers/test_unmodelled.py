"""Kinds without a model of their own are listed from their manifests, whatever is or is not in them."""

from typing import Any

import pytest

from engine.kinds import KINDS, Unmodelled, format_time, from_manifest
from engine.printers import PRINTERS
from engine.store.state import State

NOW = 1_700_000_000
TEMPLATE = {"spec": {
    "nodeSelector": {"disk": "ssd"},
    "containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": "redis"}],
}}  # fmt: skip
SELECTOR = {"matchLabels": {"app": "db"}}


def cells(kind: str, **body: Any) -> tuple[str, ...]:
    created = {"name": "x", "creationTimestamp": format_time(NOW - 3600), **body.pop("metadata", {})}
    made = from_manifest(
        {"apiVersion": KINDS[kind].api_version, "kind": kind, "metadata": created, **body}
    )
    return PRINTERS[kind].cells(made, State(), NOW)


UNMODELLED = [kind for kind, entry in KINDS.items() if entry.cls is Unmodelled]


@pytest.mark.parametrize("kind", UNMODELLED)
def test_an_empty_object_of_any_kind_can_be_listed(kind: str) -> None:
    shown = cells(kind)
    assert shown[0] == "x"
    assert len(shown) == len(PRINTERS[kind].columns)


@pytest.mark.parametrize("kind", UNMODELLED)
def test_nonsense_in_a_body_is_listed_and_not_stumbled_over(kind: str) -> None:
    nonsense = {"spec": ["?"], "status": 7, "data": "?", "subjects": {"a": 1}, "roleRef": 3}
    assert len(cells(kind, **nonsense)) == len(PRINTERS[kind].columns)
    deeper = {"template": {"spec": {"containers": "?"}}, "selector": "?", "rules": ["?"], "metrics": [3]}
    assert len(cells(kind, spec=deeper, status={"conditions": ["?"]})) == len(PRINTERS[kind].columns)


def test_a_job_tells_its_status_and_how_long_it_took() -> None:
    started, ended = format_time(NOW - 300), format_time(NOW - 180)
    done = {
        "succeeded": 2, "startTime": started, "completionTime": ended,
        "conditions": [{"type": "Complete", "status": "True"}],
    }  # fmt: skip
    assert cells("Job", spec={"completions": 2, "template": TEMPLATE}, status=done)[1:4] == (
        "Complete", "2/2", "2m",
    )
    assert cells("Job", spec={"parallelism": 3}, status={"startTime": started})[1:4] == (
        "Running", "0/1 of 3", "5m",
    )
    failed = {"conditions": [{"type": "Failed", "status": "True"}]}
    assert cells("Job", spec={"parallelism": 1}, status=failed)[1:4] == ("Failed", "0/1", "")


def test_a_cron_job_shows_its_schedule_and_last_run() -> None:
    spec = {"schedule": "*/5 * * * *", "suspend": False, "jobTemplate": {"spec": {"template": TEMPLATE}}}
    status = {"lastScheduleTime": format_time(NOW - 125), "active": [{"name": "x-1"}]}
    assert cells("CronJob", spec=spec, status=status) == (
        "x", "*/5 * * * *", "<none>", "False", "1", "2m5s", "60m", "a,b", "nginx,redis", "<none>",
    )


def test_volumes_and_claims_show_capacity_modes_and_each_other() -> None:
    spec = {
        "capacity": {"storage": "1024Mi"}, "accessModes": ["ReadWriteMany", "ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "fast", "volumeMode": "Filesystem",
        "claimRef": {"namespace": "shop", "name": "data"},
    }  # fmt: skip
    assert cells("PersistentVolume", spec=spec, status={"phase": "Bound"}) == (
        "x", "1Gi", "RWO,RWX", "Retain", "Bound", "shop/data", "fast", "<unset>", "", "60m", "Filesystem",
    )
    status = {"phase": "Bound", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"]}
    bound = cells("PersistentVolumeClaim", spec={"volumeName": "x", "storageClassName": "fast"}, status=status)
    assert bound == ("x", "Bound", "x", "1Gi", "RWO", "fast", "<unset>", "60m", "<unset>")
    assert cells("PersistentVolumeClaim", status={"phase": "Pending"})[1:5] == ("Pending", "", "", "")


def test_a_quota_shows_what_is_used_of_what() -> None:
    status = {"hard": {"pods": "10", "limits.cpu": "2"}, "used": {"pods": "3", "limits.cpu": "0.5"}}
    assert cells("ResourceQuota", status=status) == ("x", "pods: 3/10", "limits.cpu: 500m/2", "60m")


def test_an_autoscaler_shows_its_first_two_targets() -> None:
    metrics = [
        {"type": "Resource", "resource": {"name": name, "target": {"averageUtilization": 80}}}
        for name in ("cpu", "memory", "disk")
    ]
    current = [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 40}}}]
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 5, "metrics": metrics}
    status = {"currentReplicas": 2, "currentMetrics": current}
    assert cells("HorizontalPodAutoscaler", spec=spec, status=status) == (
        "x", "Deployment/web", "cpu: 40%/80%, memory: <unknown>/80% + 1 more...", "<unset>", "5", "2", "60m",
    )


def test_an_ingress_shows_hosts_address_and_ports() -> None:
    rules = [{"host": f"{name}.example.com"} for name in "abcd"]
    spec = {"ingressClassName": "nginx", "rules": rules, "tls": [{}]}
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
    assert cells("Ingress", spec=spec, status=status) == (
        "x", "nginx", "a.example.com,b.example.com,c.example.com + 1 more...", "192.0.2.1", "80, 443", "60m",
    )
    assert cells("Ingress")[1:5] == ("<none>", "*", "", "80")


def test_small_kinds_show_their_own_columns() -> None:
    assert cells("Secret", type="Opaque", data={"a": "AA==", "b": "AA=="}) == ("x", "Opaque", "2", "60m")
    assert cells("LimitRange") == ("x", format_time(NOW - 3600))
    assert cells("NetworkPolicy", spec={"podSelector": SELECTOR})[1] == "app=db"
    assert cells("PriorityClass", value=100)[1:] == ("100", "false", "60m", "")
    default = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    assert cells("StorageClass", metadata=default, provisioner="local")[:3] == ("x (default)", "local", "Delete")
    subjects = [{"kind": "User", "name": "ann"}, {"kind": "ServiceAccount", "namespace": "shop", "name": "bot"}]
    assert cells("RoleBinding", roleRef={"kind": "Role", "name": "view"}, subjects=subjects)[1:] == (
        "Role/view", "60m", "ann", "", "shop/bot",
    )
    pool = cells("IPAddressPool", spec={"addresses": ["192.0.2.0/28"], "autoAssign": True})
    assert pool == ("x", "true", "", '["192.0.2.0/28"]')
