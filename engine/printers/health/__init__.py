"""How an object is doing and, in one line, why: what colours a row of the console and explains it.

Pure and cheap: a row costs its own object, one look-up by name, and a bounded walk of an index only where
something is wrong.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from engine.kinds import Event, Fault, Namespace, Object, condition
from engine.printers.health.autoscalers import autoscaler_health
from engine.printers.health.deleted import deleted_health
from engine.printers.health.ingresses import ingress_health
from engine.printers.health.jobs import cron_job_health, job_health
from engine.printers.health.node_pools import node_pool_health
from engine.printers.health.nodes import node_health
from engine.printers.health.services import endpoints_health, service_health
from engine.printers.health.storage import claim_health, volume_health
from engine.printers.health.workloads import (
    daemon_set_health,
    deployment_health,
    disruption_budget_health,
    replica_set_health,
    stateful_set_health,
)
from engine.printers.parts.levels import OK, Health, Level
from engine.printers.parts.pod_health import pod_health
from engine.store.state import State


def health(obj: Object, state: State, now: int) -> Health:
    """Kinds without a rule of their own are ok; whatever is being deleted is dim, unless that takes too long."""
    if obj.metadata.deletion_timestamp is not None and obj.kind not in _GO_THEIR_OWN_WAY:
        return deleted_health(obj.metadata, obj.metadata.deletion_timestamp, now)
    rule = _RULES.get(obj.kind)
    if rule is None:
        return OK
    found = rule(obj, state, now)
    # Messages are the cluster's text and may have many lines; a reason is one.
    return found if "\n" not in found.reason else Health(found.level, " ".join(found.reason.split()))


def _event(event: Event, _state: State, _now: int) -> Health:
    return Health("warn", event.reason) if event.type == "Warning" else OK


def _fault(fault: Fault, _state: State, _now: int) -> Health:
    return Health("bad", f"{fault.spec.type} {fault.spec.node or fault.spec.pod or fault.spec.component}".rstrip())


def _namespace(namespace: Namespace, _state: State, _now: int) -> Health:
    if namespace.status.phase != "Terminating":
        return OK
    held = condition(namespace.status.conditions, "NamespaceFinalizersRemaining")
    if held is not None and held.status == "True":
        return Health("warn", f"terminating: {held.message}")
    return Health("dim", "terminating")


_RULES: Mapping[str, Callable[[Any, State, int], Health]] = MappingProxyType({
    "CronJob": cron_job_health,
    "DaemonSet": daemon_set_health,
    "Deployment": deployment_health,
    "Endpoints": endpoints_health,
    "Event": _event,
    "Fault": _fault,
    "HorizontalPodAutoscaler": autoscaler_health,
    "Ingress": ingress_health,
    "Job": job_health,
    "Namespace": _namespace,
    "Node": node_health,
    "NodePool": node_pool_health,
    "PersistentVolume": volume_health,
    "PersistentVolumeClaim": claim_health,
    "Pod": pod_health,
    "PodDisruptionBudget": disruption_budget_health,
    "ReplicaSet": replica_set_health,
    "ReplicationController": replica_set_health,
    "Service": service_health,
    "StatefulSet": stateful_set_health,
})

_GO_THEIR_OWN_WAY = ("Namespace", "Pod")
"""What they still wait for is told by themselves."""

__all__ = ["Health", "Level", "health"]
