"""The system's namespaces: three cannot be deleted, and kube-node-lease is back as soon as it is gone."""

import pytest

from engine.api.writes import Delete
from engine.bootstrap import SYSTEM_NAMESPACES, bootstrap
from engine.cluster import Cluster
from engine.errors import Forbidden
from engine.kinds import Namespace, Ref
from engine.store.frames import Header
from tests.builders import START


def bare() -> Cluster:
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    made.settle()
    return made


@pytest.mark.parametrize("name", [name for name in SYSTEM_NAMESPACES if name != "kube-node-lease"])
def test_a_system_namespace_cannot_be_deleted(name: str) -> None:
    found = bare()
    with pytest.raises(Forbidden, match="this namespace may not be deleted"):
        found.submit("user", [Delete(ref=Ref("Namespace", "", name))])


def test_the_namespace_of_node_leases_is_back_as_soon_as_it_is_gone() -> None:
    found = bare()
    before = found.state.find(Namespace, "kube-node-lease")
    found.submit("user", [Delete(ref=Ref("Namespace", "", "kube-node-lease"))])
    found.advance(found.now + 10)
    after = found.state.find(Namespace, "kube-node-lease")
    assert before is not None and after is not None
    assert after.metadata.uid != before.metadata.uid
    assert after.status.phase == "Active"
