"""The order in which resources come out: what others need first, by the list that kustomize calls legacy."""

from collections.abc import Sequence

from k9lite.kustomizing.resource import Resource

_FIRST = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet",
    "CronJob", "PodDisruptionBudget",
)  # fmt: skip
_LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def in_legacy_order(
    resources: Sequence[Resource], first: Sequence[str] = _FIRST, last: Sequence[str] = _LAST
) -> list[Resource]:
    ranks = {kind: at - len(first) for at, kind in enumerate(first)} | {kind: at for at, kind in enumerate(last, 1)}

    def place(each: Resource) -> tuple[int, str, str, str]:
        kind = f"{each.group or '~G'}_{each.version}_{each.kind}"
        return ranks.get(each.kind, 0), kind, each.namespace or "~X", each.name

    return sorted(resources, key=place)
