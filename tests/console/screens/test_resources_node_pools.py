"""A pool's row in the console: how it is doing, where Enter leads, and what it is scaled from."""

from pathlib import Path

from engine.kinds import Node, Ref
from engine.kinds.node_pool import NodePool
from engine.printers.health import health
from k9lite.clients.embedded import EmbeddedClient
from k9lite.resources import RESOURCES
from k9lite.verbs.scale import form
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import pass_time, run

GENERAL = Ref("NodePool", "", "general")


def the_pool(client: EmbeddedClient) -> NodePool:
    found = client.state.get(GENERAL)
    assert isinstance(found, NodePool)
    return found


def test_enter_leads_from_a_pool_to_its_nodes() -> None:
    client = sample_client(seconds=60)
    query = RESOURCES["NodePool"].drill(the_pool(client), client.state)
    assert query is not None
    names = [node.metadata.name for node in query.objects(client.state) if isinstance(node, Node)]
    assert names == ["w1-k8s", "w2-k8s", "w3-k8s"]
    assert query.title == "nodepool/general"


def test_the_form_begins_with_the_size_that_a_pool_has() -> None:
    assert form(sample_client(seconds=60).state, [GENERAL]).fields[0].default == "3"


def test_a_pool_whose_machines_are_on_their_way_or_silent_is_marked() -> None:
    client = sample_client(seconds=60)
    assert health(the_pool(client), client.state, client.now).level == "ok"
    run("kubectl scale nodepool general --replicas=4", client, Path())
    pass_time(client, 1)
    found = health(the_pool(client), client.state, client.now)
    assert (found.level, found.reason) == ("warn", "1 starting")
