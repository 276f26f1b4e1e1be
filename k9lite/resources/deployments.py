"""Deployments: kubectl's columns and the revision; Enter leads to the pods."""

from engine.kinds import Deployment
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed
from k9lite.widgets.columns import Column


def _revision(deployment: Deployment, _state: State, _now: int) -> str:
    return deployment.metadata.annotations.get("deployment.kubernetes.io/revision", "-")


def _drill(deployment: Deployment, _state: State) -> Query:
    meta = deployment.metadata
    return Query(
        kind="Pod", namespace=meta.namespace, selector=deployment.spec.selector, title=f"deployment/{meta.name}"
    )


RESOURCE = listed(
    "Deployment",
    priorities={"READY": 0, "UP-TO-DATE": 4, "AVAILABLE": 5, "IMAGES": 6, "CONTAINERS": 8, "SELECTOR": 9},
    extras=((Column("REVISION", right=True, priority=4), _revision),),
    drill=_drill,
)
