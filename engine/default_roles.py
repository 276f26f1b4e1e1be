"""The roles and bindings every cluster begins with, as facts; labels make the greater ones gather from the lesser.

Follows ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy``: the roles for people and for the parts of the control
plane. Differs in that roles of single controllers are left out (nothing here asks them for rights), as are rules for
what this cluster does not serve.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_V1 = "rbac.authorization.k8s.io/v1"
_RBAC = "rbac.authorization.k8s.io"
_LABEL = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_UPDATED = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
_READ = "get list watch"
_WRITE = "create delete deletecollection patch update"
_ALL = f"{_WRITE} {_READ}"

Rule = tuple[str, str, str]
"""(API groups, "core" for the core one; resources; verbs), each by spaces."""

_VIEW: tuple[Rule, ...] = (
    ("core", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
     "replicationcontrollers/scale serviceaccounts services services/status", _READ),
    ("core", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
     "resourcequotas resourcequotas/status", _READ),
    ("core", "namespaces", _READ),
    ("discovery.k8s.io", "endpointslices", _READ),
    ("apps", "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status "
     "replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status", _READ),
    ("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", _READ),
    ("batch", "cronjobs cronjobs/status jobs jobs/status", _READ),
    ("policy", "poddisruptionbudgets poddisruptionbudgets/status", _READ),
    ("networking.k8s.io", "ingresses ingresses/status networkpolicies", _READ),
)  # fmt: skip
_EDIT: tuple[Rule, ...] = (
    ("core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", _READ),
    ("core", "serviceaccounts", "impersonate"),
    ("core", "pods pods/attach pods/exec pods/portforward pods/proxy", _WRITE),
    ("core", "pods/eviction", "create"),
    ("core", "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets "
     "serviceaccounts services services/proxy", _WRITE),
    ("core", "serviceaccounts/token", "create"),
    ("apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale "
     "statefulsets statefulsets/scale", _WRITE),
    ("autoscaling", "horizontalpodautoscalers", _WRITE),
    ("batch", "cronjobs jobs", _WRITE),
    ("policy", "poddisruptionbudgets", _WRITE),
    ("networking.k8s.io", "ingresses networkpolicies", _WRITE),
    ("coordination.k8s.io", "leases", _ALL),
)  # fmt: skip
_ADMIN: tuple[Rule, ...] = (
    ("authorization.k8s.io", "localsubjectaccessreviews", "create"),
    (_RBAC, "rolebindings roles", _ALL),
)
_METRICS: tuple[Rule, ...] = (("metrics.k8s.io", "nodes pods", _READ),)
_EVENTS: Rule = ("core events.k8s.io", "events", "create patch update")
_REVIEWS: tuple[Rule, ...] = (
    ("authentication.k8s.io", "tokenreviews", "create"),
    ("authorization.k8s.io", "subjectaccessreviews", "create"),
)

_PLAIN: Mapping[str, tuple[Rule, ...]] = {
    "system:auth-delegator": _REVIEWS,
    "system:basic-user": (
        ("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", "create"),
        ("authentication.k8s.io", "selfsubjectreviews", "create"),
    ),
    "system:kube-controller-manager": (
        _EVENTS,
        ("coordination.k8s.io", "leases", "create get update"),
        ("core", "secrets serviceaccounts", "create update"),
        ("core", "secrets", "delete"),
        ("core", "configmaps namespaces secrets serviceaccounts", "get"),
        *_REVIEWS,
        ("*", "*", "list watch"),
        ("core", "serviceaccounts/token", "create"),
    ),
    "system:kube-dns": (("core", "endpoints services", "list watch"),),
    "system:kube-scheduler": (
        _EVENTS,
        ("coordination.k8s.io", "leases", "create get list update watch"),
        ("core", "nodes", _READ),
        ("core", "pods", f"delete {_READ}"),
        ("core", "bindings pods/binding", "create"),
        ("core", "pods/status", "patch update"),
        ("core", "replicationcontrollers services", _READ),
        ("apps", "replicasets statefulsets", _READ),
        ("policy", "poddisruptionbudgets", _READ),
        ("core", "persistentvolumeclaims persistentvolumes namespaces", _READ),
        *_REVIEWS,
        ("storage.k8s.io", "csinodes csidrivers csistoragecapacities", _READ),
    ),
    "system:node": (
        *_REVIEWS,
        ("core", "services", _READ),
        ("core", "nodes", f"create {_READ}"),
        ("core", "nodes/status", "patch update"),
        ("core", "nodes", "patch update"),
        ("core", "events", "create patch update"),
        ("core", "pods", f"create delete {_READ}"),
        ("core", "pods/status", "patch update"),
        ("core", "pods/eviction", "create"),
        ("core", "configmaps secrets", _READ),
        ("core", "persistentvolumeclaims persistentvolumes", "get"),
        ("core", "serviceaccounts/token", "create"),
        ("coordination.k8s.io", "leases", "create delete get patch update"),
    ),
    "system:node-proxier": (
        ("core", "endpoints services", "list watch"),
        ("core", "nodes", _READ),
        _EVENTS,
        ("discovery.k8s.io", "endpointslices", "list watch"),
    ),
    "system:persistent-volume-provisioner": (
        ("core", "persistentvolumes", f"create delete {_READ}"),
        ("core", "persistentvolumeclaims", f"{_READ} update"),
        ("storage.k8s.io", "storageclasses", _READ),
        ("core", "events", f"create patch update {_READ}"),
    ),
}
_PATHS: Mapping[str, str] = {
    "system:discovery": "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/",
    "system:monitoring": "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*",
    "system:public-info-viewer": "/healthz /livez /readyz /version /version/",
}
_GIVEN: Mapping[str, Sequence[tuple[str, str]]] = {
    "cluster-admin": [("Group", "system:masters")],
    "system:basic-user": [("Group", "system:authenticated")],
    "system:discovery": [("Group", "system:authenticated")],
    "system:kube-controller-manager": [("User", "system:kube-controller-manager")],
    "system:kube-dns": [("ServiceAccount", "kube-dns")],
    "system:kube-scheduler": [("User", "system:kube-scheduler")],
    "system:monitoring": [("Group", "system:monitoring")],
    "system:node": [],
    "system:node-proxier": [("User", "system:kube-proxy")],
    "system:public-info-viewer": [("Group", "system:authenticated"), ("Group", "system:unauthenticated")],
}
"""Role -> to whom its binding gives it."""


def default_roles() -> Iterator[dict[str, Any]]:
    """Manifests of ClusterRoles, what they gather included: a cluster begins with nothing left to gather."""
    view = _rules(_VIEW) + _rules(_METRICS)
    edit = _rules(_EDIT) + view
    yield _role("admin", edit + _rules(_ADMIN), gathers="admin")
    yield _role("cluster-admin", [_rule(("*", "*", "*")), _path_rule("*", "*")])
    yield _role("edit", edit, gathers="edit", given_to=("admin",))
    yield _role("system:aggregate-to-admin", _rules(_ADMIN), given_to=("admin",))
    yield _role("system:aggregate-to-edit", _rules(_EDIT), given_to=("edit",))
    yield _role("system:aggregate-to-view", _rules(_VIEW), given_to=("view",))
    yield _role("system:aggregated-metrics-reader", _rules(_METRICS), given_to=("view",))
    for name, rules in _PLAIN.items():
        yield _role(name, _rules(rules))
    for name, paths in _PATHS.items():
        yield _role(name, [_path_rule(paths, "get")])
    yield _role("view", view, gathers="view", given_to=("edit",))


def default_bindings() -> Iterator[dict[str, Any]]:
    """Manifests of ClusterRoleBindings."""
    for role, subjects in _GIVEN.items():
        yield {
            "apiVersion": _V1,
            "kind": "ClusterRoleBinding",
            "metadata": {"name": role, "labels": dict(_LABEL), "annotations": dict(_UPDATED)},
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
            **({"subjects": [_subject(kind, name) for kind, name in subjects]} if subjects else {}),
        }


def _role(
    name: str, rules: list[dict[str, Any]], *, gathers: str = "", given_to: Sequence[str] = ()
) -> dict[str, Any]:
    labels = {**_LABEL, **{f"{_RBAC}/aggregate-to-{each}": "true" for each in given_to}}
    manifest = {
        "apiVersion": _V1,
        "kind": "ClusterRole",
        "metadata": {"name": name, "labels": labels, "annotations": dict(_UPDATED)},
        "rules": rules,
    }
    if gathers:
        selector = {"matchLabels": {f"{_RBAC}/aggregate-to-{gathers}": "true"}}
        manifest["aggregationRule"] = {"clusterRoleSelectors": [selector]}
    return manifest


def _rules(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [_rule(each) for each in rules]


def _rule(rule: Rule) -> dict[str, Any]:
    groups, resources, verbs = (part.split() for part in rule)
    return {
        "apiGroups": ["" if group == "core" else group for group in groups], "resources": resources, "verbs": verbs,
    }  # fmt: skip


def _path_rule(paths: str, verbs: str) -> dict[str, Any]:
    return {"nonResourceURLs": paths.split(), "verbs": verbs.split()}


def _subject(kind: str, name: str) -> dict[str, str]:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": "kube-system"}
    return {"apiGroup": _RBAC, "kind": kind, "name": name}
