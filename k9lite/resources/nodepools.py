"""Node pools: their sizes, and how many machines are on their way; Enter leads to their nodes."""

from engine.kinds import LabelSelector
from engine.kinds.node_pool import POOL_LABEL, NodePool
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _drill(pool: NodePool, _state: State) -> Query:
    name = pool.metadata.name
    selector = LabelSelector(match_labels={POOL_LABEL: name})
    return Query(kind="Node", selector=selector, title=f"nodepool/{name}")


RESOURCE = listed("NodePool", priorities={"STARTING": 3}, drill=_drill)
