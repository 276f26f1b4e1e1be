"""Access (rbac.authorization.k8s.io/v1): roles and whom they are given to; and ServiceAccount (core/v1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import LabelSelector, ObjectMeta, ObjectReference

RBAC_GROUP = "rbac.authorization.k8s.io"
_RBAC_V1 = f"{RBAC_GROUP}/v1"


@frozen(kw_only=True)
class PolicyRule:
    """``*`` stands for all; a resource may carry a subresource (``pods/log``)."""

    api_groups: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = field(default=(), metadata={"json": "nonResourceURLs"})
    resource_names: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    verbs: tuple[str, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Role:
    kind: ClassVar[str] = "Role"
    api_version: ClassVar[str] = _RBAC_V1
    metadata: ObjectMeta
    rules: tuple[PolicyRule, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class AggregationRule:
    cluster_role_selectors: tuple[LabelSelector, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ClusterRole:
    """With an ``aggregation_rule`` its rules are gathered from other cluster roles by a controller."""

    kind: ClassVar[str] = "ClusterRole"
    api_version: ClassVar[str] = _RBAC_V1
    metadata: ObjectMeta
    rules: tuple[PolicyRule, ...]
    aggregation_rule: AggregationRule | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class RoleRef:
    api_group: str
    kind: str
    name: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Subject:
    """``kind`` is User, Group or ServiceAccount; only the last has a namespace, and no API group."""

    api_group: str = ""
    kind: str
    name: str
    namespace: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class RoleBinding:
    kind: ClassVar[str] = "RoleBinding"
    api_version: ClassVar[str] = _RBAC_V1
    metadata: ObjectMeta
    role_ref: RoleRef
    subjects: tuple[Subject, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ClusterRoleBinding:
    kind: ClassVar[str] = "ClusterRoleBinding"
    api_version: ClassVar[str] = _RBAC_V1
    metadata: ObjectMeta
    role_ref: RoleRef
    subjects: tuple[Subject, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class LocalObjectReference:
    name: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ServiceAccount:
    kind: ClassVar[str] = "ServiceAccount"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    automount_service_account_token: bool | None = None
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    secrets: tuple[ObjectReference, ...] = ()
    extra: Mapping[str, Any] = EMPTY
