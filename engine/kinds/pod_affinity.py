"""Where a pod wants to be with regard to other pods (core/v1): pod affinity and anti-affinity, topology spread."""

from collections.abc import Mapping
from typing import Any

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import LabelSelector


@frozen(kw_only=True)
class PodAffinityTerm:
    label_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()
    topology_key: str
    namespace_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()
    mismatch_label_keys: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class WeightedPodAffinityTerm:
    weight: int
    pod_affinity_term: PodAffinityTerm
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodAffinity:
    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PodAntiAffinity:
    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class TopologySpreadConstraint:
    max_skew: int
    topology_key: str
    when_unsatisfiable: str
    label_selector: LabelSelector | None = None
    min_domains: int | None = None
    node_affinity_policy: str | None = None
    node_taints_policy: str | None = None
    match_label_keys: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY
