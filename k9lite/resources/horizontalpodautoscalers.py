"""HorizontalPodAutoscalers: Enter leads to the pods of what is scaled."""

from engine.kinds import KINDS, LabelSelector, Ref
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _pods(autoscaler: HorizontalPodAutoscaler, state: State) -> Query | None:
    target, namespace = autoscaler.spec.scale_target_ref, autoscaler.metadata.namespace
    found = state.get(Ref(target.kind, namespace, target.name)) if target.kind in KINDS else None
    selector = getattr(getattr(found, "spec", None), "selector", None)
    if not isinstance(selector, LabelSelector):
        return None
    return Query(kind="Pod", namespace=namespace, selector=selector, title=f"hpa/{autoscaler.metadata.name}")


RESOURCE = listed(
    "HorizontalPodAutoscaler", priorities={"TARGETS": 0, "REPLICAS": 0, "REFERENCE": 2, "MINPODS": 3}, drill=_pods
)
