"""Lease (coordination.k8s.io/v1): who holds something, and when that was last confirmed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import ObjectMeta


@frozen(kw_only=True)
class LeaseSpec:
    """``acquire_time`` and ``renew_time`` are RFC 3339 with microseconds, as written."""

    holder_identity: str = ""
    lease_duration_seconds: int | None = None
    acquire_time: str = ""
    renew_time: str = ""
    lease_transitions: int | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Lease:
    kind: ClassVar[str] = "Lease"
    api_version: ClassVar[str] = "coordination.k8s.io/v1"
    metadata: ObjectMeta
    spec: LeaseSpec = LeaseSpec()
    extra: Mapping[str, Any] = EMPTY
