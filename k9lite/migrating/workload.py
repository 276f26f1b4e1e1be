"""A service -> what keeps its pods: a Deployment, a StatefulSet, a DaemonSet, a Job or a bare Pod.

    replicas of a volume that nobody else mounts     StatefulSet, each replica with a claim of its own
    deploy.mode: global                              DaemonSet
    deploy.mode: replicated-job, global-job          Job
    restart: "no", or on-failure without ports       Pod, as in Kompose: it is not begun again elsewhere
    everything else                                  Deployment; Recreate where it mounts a claim

``kompose.controller.type`` has the last word. All but Pods and Jobs restart their containers always.
"""

from typing import Any

from k9lite.migrating.mounts import Mounts, claim_spec
from k9lite.migrating.report import Report
from k9lite.migrating.values import At

SELECTOR = "io.kompose.service"
_KINDS = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}
_VERSIONS = {"Pod": "v1", "Job": "batch/v1"}


def workload(
    service: At,
    *,
    name: str,
    pod_spec: dict[str, Any],
    annotations: dict[str, str],
    mounts: Mounts,
    own_claims: dict[str, dict[str, Any]],
    labels: dict[str, At],
    serves: bool,
    report: Report,
) -> dict[str, Any]:
    """``own_claims`` are those nobody else mounts, with their specs; a StatefulSet takes them out of it."""
    deploy = service.get("deploy")
    replicas_at = (deploy.get("replicas") if deploy else None) or service.get("scale")
    replicas = replicas_at.integer() if replicas_at else 1
    kind, restart = _kind(service, deploy, labels, replicas, bool(own_claims), serves, report)
    selector = {SELECTOR: name}
    noted = {"annotations": annotations} if annotations else {}
    template = {"metadata": {"labels": selector, **noted}, "spec": pod_spec}
    metadata = {"name": name, "labels": selector, **noted}
    head = {"apiVersion": _VERSIONS.get(kind, "apps/v1"), "kind": kind, "metadata": metadata}
    if replicas_at is not None:
        _tell_replicas(replicas_at, kind, replicas, report)
    report.became(service, f"{kind.lower()}/{name}")
    if kind == "Pod":
        return {**head, "spec": {**pod_spec, "restartPolicy": restart}}
    if kind == "Job":
        template["spec"] = {**pod_spec, "restartPolicy": restart}
        return {**head, "spec": {"parallelism": replicas, "completions": replicas, "template": template}}
    spec: dict[str, Any] = {"selector": {"matchLabels": selector}, "template": template}
    if kind != "DaemonSet":
        spec = {"replicas": replicas, **spec}
    if kind == "StatefulSet":
        spec |= {"serviceName": name, **_claim_templates(service, mounts, own_claims, report)}
    elif kind == "Deployment" and mounts.claims:
        spec["strategy"] = {"type": "Recreate"}
    return {**head, "spec": spec}


def _kind(
    service: At, deploy: At | None, labels: dict[str, At], replicas: int, owns: bool, serves: bool, report: Report
) -> tuple[str, str]:
    """(kind, restart policy)."""
    mode = deploy.get("mode") if deploy else None
    restart = _restart(service, deploy, report)
    if (wanted := labels.get("kompose.controller.type")) is not None:
        if wanted.text().lower() not in _KINDS:
            raise wanted.mistake(f'"{wanted.text()}" is none of {", ".join(_KINDS)}')
        report.became(wanted, f"a {_KINDS[wanted.text().lower()]}")
        return _KINDS[wanted.text().lower()], "Always"
    if mode is not None and mode.text() in ("replicated-job", "global-job"):
        report.became(mode, "a Job: it runs to its end once")
        return "Job", "Never" if restart == "Never" else "OnFailure"
    if mode is not None and mode.text() == "global":
        report.became(mode, "a DaemonSet: one pod on each node")
        return "DaemonSet", "Always"
    if mode is not None:
        report.became(mode, "a number of replicas")
    if replicas == 1 and (restart == "Never" or (restart == "OnFailure" and not serves)):
        return "Pod", restart
    if replicas > 1 and owns:
        return "StatefulSet", "Always"
    return "Deployment", "Always"


_POLICIES = {"no": "Never", "false": "Never", "none": "Never", "on-failure": "OnFailure"}
_ALWAYS = ("always", "unless-stopped", "any")


def _restart(service: At, deploy: At | None, report: Report) -> str:
    """``deploy.restart_policy`` wins over ``restart``; nothing said means that it is to run."""
    policy = deploy.get("restart_policy") if deploy else None
    for key in policy.mapping().values() if policy else ():
        if key.key != "condition":
            report.dropped(key, "Kubernetes waits longer from one restart to the next: 10 s, 20 s ... 5 min")
    at = (policy.get("condition") if policy else None) or service.get("restart")
    if at is None:
        return "Always"
    word = at.text().partition(":")[0]
    if word in _POLICIES:
        report.became(at, f"restartPolicy {_POLICIES[word]} in a Pod or Job; always with replicas or ports")
        return _POLICIES[word]
    if word not in _ALWAYS:
        raise at.mistake(f'"{at.text()}" is none of no, always, on-failure, unless-stopped')
    report.became(at, "restartPolicy Always")
    return "Always"


def _tell_replicas(at: At, kind: str, replicas: int, report: Report) -> None:
    if kind in ("Pod", "DaemonSet") and replicas != 1:
        report.dropped(at, f"a {kind} has none")
    else:
        report.became(at, f"{replicas} pod{'' if replicas == 1 else 's'}")


def _claim_templates(
    service: At, mounts: Mounts, own_claims: dict[str, dict[str, Any]], report: Report
) -> dict[str, Any]:
    """The claims nobody else mounts become each replica's own."""
    templates = []
    for claim in mounts.claims:
        if claim in own_claims:
            mounts.volumes.pop(claim, None)
            templates.append({"metadata": {"name": claim}, "spec": own_claims.pop(claim) or claim_spec()})
            report.became(service, f"each replica has a claim of its own, {claim}-{mounts.name}-0 and so on")
    return {"volumeClaimTemplates": templates} if templates else {}
