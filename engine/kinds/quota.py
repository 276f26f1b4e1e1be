"""ResourceQuota and LimitRange (core/v1): what a namespace may hold in all, and what each of its pods may ask for."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity
from engine.kinds.frozen import frozen
from engine.kinds.meta import ObjectMeta


@frozen(kw_only=True)
class ScopeRequirement:
    """``ScopedResourceSelectorRequirement``; operators In, NotIn, Exists, DoesNotExist."""

    scope_name: str
    operator: str
    values: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ScopeSelector:
    match_expressions: tuple[ScopeRequirement, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ResourceQuotaSpec:
    hard: Mapping[str, Quantity] = EMPTY
    scope_selector: ScopeSelector | None = None
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ResourceQuotaStatus:
    hard: Mapping[str, Quantity] = EMPTY
    used: Mapping[str, Quantity] = EMPTY
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ResourceQuota:
    kind: ClassVar[str] = "ResourceQuota"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class LimitRangeItem:
    """``type`` is Container, Pod or PersistentVolumeClaim."""

    default: Mapping[str, Quantity] = EMPTY
    default_request: Mapping[str, Quantity] = EMPTY
    max: Mapping[str, Quantity] = EMPTY
    max_limit_request_ratio: Mapping[str, Quantity] = EMPTY
    min: Mapping[str, Quantity] = EMPTY
    type: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class LimitRangeSpec:
    limits: tuple[LimitRangeItem, ...]
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class LimitRange:
    kind: ClassVar[str] = "LimitRange"
    api_version: ClassVar[str] = "v1"
    metadata: ObjectMeta
    spec: LimitRangeSpec
    extra: Mapping[str, Any] = EMPTY
