"""What the API server answers under ``/healthz``, ``/livez`` and ``/readyz``: the checks it makes, one line each.

Follows ``k8s.io/apiserver/pkg/server/healthz``. Who gets an answer gets a good one: there is nothing behind this
server that could be down while it speaks.
"""

from collections.abc import Mapping, Sequence

_HOOKS = (
    "start-apiserver-admission-initializer", "generic-apiserver-start-informers",
    "priority-and-fairness-config-consumer", "priority-and-fairness-filter", "storage-object-count-tracker-hook",
    "start-apiextensions-informers", "start-apiextensions-controllers", "crd-informer-synced",
    "start-system-namespaces-controller", "start-cluster-authentication-info-controller",
    "start-kube-apiserver-identity-lease-controller", "start-kube-apiserver-identity-lease-garbage-collector",
    "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers", "rbac/bootstrap-roles",
    "scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer",
    "bootstrap-controller", "aggregator-reload-proxy-client-cert", "start-kube-aggregator-informers",
    "apiservice-status-local-available-controller", "apiservice-status-remote-available-controller",
    "apiservice-registration-controller", "apiservice-discovery-controller", "kube-apiserver-autoregistration",
)  # fmt: skip
_LIVE = (
    "ping", "log", "etcd", *(f"poststarthook/{hook}" for hook in _HOOKS), "autoregister-completion",
    "poststarthook/apiservice-openapi-controller", "poststarthook/apiservice-openapiv3-controller",
)  # fmt: skip
_READY = ("ping", "log", "etcd", "etcd-readiness", "informer-sync", *_LIVE[3:], "shutdown")
_CHECKS: Mapping[str, Sequence[str]] = {"healthz": _LIVE, "livez": _LIVE, "readyz": _READY}

HEALTH_PATHS = tuple(f"/{name}" for name in _CHECKS)


def health(parts: Sequence[str], query: Mapping[str, str]) -> str | None:
    """The text under ``/readyz`` or ``/livez/etcd``; None for a path that is no check. ``verbose`` lists them."""
    checks = _CHECKS.get(parts[0]) if parts else None
    if checks is None:
        return None
    if len(parts) > 1:
        return "ok" if "/".join(parts[1:]) in checks else None
    if "verbose" not in query:
        return "ok"
    left_out = query.get("exclude", "")
    lines = [f"[+]{each} {'excluded: ok' if each == left_out else 'ok'}" for each in checks]
    return "\n".join([*lines, f"{parts[0]} check passed", ""])
