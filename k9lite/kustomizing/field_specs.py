"""WHERE names, labels, annotations, images and replicas stand in the kinds of Kubernetes: constant tables.

From kustomize's ``api/internal/konfig/builtinpluginconsts``; kinds that this cluster does not have are left out.
"""

from k9lite.kustomizing.fields import FieldSpec

_TEMPLATED = ("ReplicationController", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job")
_CRON = (
    FieldSpec("spec/jobTemplate/metadata/{}", "CronJob", "batch"),
    FieldSpec("spec/jobTemplate/spec/template/metadata/{}", "CronJob", "batch"),
)
_AFFINITIES = tuple(
    f"spec/template/spec/affinity/{kind}/{path}labelSelector/matchLabels"
    for kind in ("podAffinity", "podAntiAffinity")
    for path in (
        "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/",
        "requiredDuringSchedulingIgnoredDuringExecution/",
    )
)
_SPREAD = "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels"
_POLICY = ("spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector")


def _metadata(field: str) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec(f"metadata/{field}"),
        *(FieldSpec(f"spec/template/metadata/{field}", kind) for kind in _TEMPLATED),
        *(FieldSpec(each.path.format(field), each.kind, each.group) for each in _CRON),
    )


OWN_LABELS = (FieldSpec("metadata/labels"),)
TEMPLATE_LABELS = _metadata("labels")
CLAIM_LABELS = (FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", "StatefulSet", "apps"),)
SELECTORS = (
    FieldSpec("spec/selector", "Service"),
    FieldSpec("spec/selector", "ReplicationController"),
    *(FieldSpec("spec/selector/matchLabels", kind) for kind in ("Deployment", "ReplicaSet", "DaemonSet")),
    FieldSpec("spec/selector/matchLabels", "StatefulSet", "apps"),
    *(
        FieldSpec(path, kind, "apps", create=False)
        for kind in ("Deployment", "StatefulSet")
        for path in (*_AFFINITIES, _SPREAD)
    ),
    FieldSpec("spec/selector/matchLabels", "Job", "batch", create=False),
    FieldSpec("spec/jobTemplate/spec/selector/matchLabels", "CronJob", "batch", create=False),
    FieldSpec("spec/selector/matchLabels", "PodDisruptionBudget", "policy", create=False),
    *(FieldSpec(f"{path}/matchLabels", "NetworkPolicy", "networking.k8s.io", create=False) for path in _POLICY),
)
ANNOTATIONS = _metadata("annotations")
SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
IMAGE_VOLUMES = ("spec/volumes[]/image/reference", "spec/template/spec/volumes[]/image/reference")

_POD_SPECS = (
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    *((kind, "spec/template/spec") for kind in _TEMPLATED),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
)
_HELD = {
    "ConfigMap": (
        "volumes/configMap/name", "containers/env/valueFrom/configMapKeyRef/name",
        "initContainers/env/valueFrom/configMapKeyRef/name", "containers/envFrom/configMapRef/name",
        "initContainers/envFrom/configMapRef/name", "volumes/projected/sources/configMap/name",
    ),
    "Secret": (
        "volumes/secret/secretName", "containers/env/valueFrom/secretKeyRef/name",
        "initContainers/env/valueFrom/secretKeyRef/name", "containers/envFrom/secretRef/name",
        "initContainers/envFrom/secretRef/name", "imagePullSecrets/name", "volumes/projected/sources/secret/name",
    ),
    "ServiceAccount": ("serviceAccountName",),
    "PersistentVolumeClaim": ("volumes/persistentVolumeClaim/claimName",),
    "PriorityClass": ("priorityClassName",),
}  # fmt: skip
_NGINX = "metadata/annotations/nginx.ingress.kubernetes.io\\/"
_ELSEWHERE: dict[str, tuple[tuple[str, str], ...]] = {
    "ConfigMap": (
        ("Role", "rules/resourceNames"), ("ClusterRole", "rules/resourceNames"),
        ("Ingress", f"{_NGINX}fastcgi-params-configmap"),
    ),
    "Secret": (
        ("Role", "rules/resourceNames"), ("ClusterRole", "rules/resourceNames"), ("Ingress", "spec/tls/secretName"),
        ("Ingress", f"{_NGINX}auth-secret"), ("Ingress", f"{_NGINX}auth-tls-secret"),
        ("ServiceAccount", "imagePullSecrets/name"),
    ),
    "Service": (
        ("StatefulSet", "spec/serviceName"), ("Ingress", "spec/rules/http/paths/backend/service/name"),
        ("Ingress", "spec/defaultBackend/service/name"),
    ),
    "Role": (("RoleBinding", "roleRef/name"),),
    "ClusterRole": (("RoleBinding", "roleRef/name"), ("ClusterRoleBinding", "roleRef/name")),
    "ServiceAccount": (("RoleBinding", "subjects"), ("ClusterRoleBinding", "subjects")),
    "PersistentVolume": (("PersistentVolumeClaim", "spec/volumeName"), ("ClusterRole", "rules/resourceNames")),
    "StorageClass": (
        ("PersistentVolume", "spec/storageClassName"), ("PersistentVolumeClaim", "spec/storageClassName"),
        ("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
    ),
    "IngressClass": (("Ingress", "spec/ingressClassName"),),
    **dict.fromkeys(SCALED, (("HorizontalPodAutoscaler", "spec/scaleTargetRef/name"),)),
}  # fmt: skip
REFERENCES: tuple[tuple[str, str, str], ...] = (
    *(
        (named, kind, f"{spec}/{path}")
        for named, paths in _HELD.items()
        for kind, spec in _POD_SPECS
        for path in paths
    ),
    *((named, kind, path) for named, places in _ELSEWHERE.items() for kind, path in places),
)
"""(kind that is named, kind that names it, where)."""
