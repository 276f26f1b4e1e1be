"""A filter reads most pods off their bytes in the log, and what it reads is what the printer says."""

from pathlib import Path

import pytest

from engine.kinds import Pod
from engine.store.history import History
from engine.store.packed import Packed, packed_object, raw_values
from k9lite.drive import run_command
from k9lite.filters import Filter
from k9lite.listing import Listing
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from k9lite.resources.plain_pods import plain_text
from k9lite.sessions.generating import grow
from tests.builders import deployment, node, pod, pod_spec
from tests.console.showing import living

PODS = RESOURCES["Pod"]
CRASHES = pod_spec("busybox", command=["sh", "-c", "sleep 5; exit 1"])
SLOW = pod_spec("nginx:1.27", readinessProbe={"httpGet": {"path": "/", "port": 81}, "periodSeconds": 5})
INIT = {**pod_spec(), "initContainers": [{"name": "init", "image": "busybox", "command": ["sleep", "20"]}]}
GATED = {**pod_spec(), "schedulingGates": [{"name": "example.com/quota"}]}
GATES = {**pod_spec(), "readinessGates": [{"conditionType": "example.com/ready"}]}
ONCE = {**pod_spec("busybox", command=["true"]), "restartPolicy": "Never"}


def test_what_is_read_off_the_bytes_is_what_the_printer_says() -> None:
    specs = {"crash": CRASHES, "slow": SLOW, "init": INIT, "gated": GATED, "gates": GATES, "once": ONCE}
    troubled = [deployment(name, replicas=2, template=spec) for name, spec in specs.items() if name != "once"]
    client = living(
        node("w1"), node("w2"), deployment("web", replicas=4), *troubled, pod("once", **ONCE), seconds=0
    )
    answered = asked = 0
    for deed in ("", "drain w2 --ignore-daemonsets --force", "delete deploy web", "scale deploy gates --replicas=0"):
        if deed:
            assert run_command(client, deed.split()) == 0
        for seconds in (1, 1, 3, 10, 60):
            client.cluster.advance(client.now + seconds)
            for each in client.state.all(Pod):
                text = plain_text(packed_object(each))
                asked += 1
                answered += text is not None
                assert text in (None, PODS.text(each, client.state, client.now)), each.metadata.name
    assert 20 < answered < asked


@pytest.mark.parametrize("packed", [b"", b"\xc0", b"\x80", b"\x81\xa8metadata\xc0", packed_object(pod("a"))])
def test_what_is_no_plain_pod_is_left_to_who_reads_it(packed: bytes) -> None:
    assert plain_text(packed) is None


def test_a_word_reads_no_pod_that_does_not_have_it(tmp_path: Path) -> None:
    path = tmp_path / "shop.k9log"
    grow(path, 4, 120, "a").close()
    state = (history := History.open(path)).state_at(history.last_revision)
    listing = Listing(PODS, Query(kind="Pod"), Filter("worker"))
    listing.update(state, state.time)
    found = list(listing.keys)
    read = [each for _, chunk in state.table("Pod").chunks() for each in raw_values(chunk.load()[1])]
    count = sum(type(each) is not Packed or each.is_read for each in read)
    expected = [
        each.metadata.uid for each in state.all(Pod) if "worker" in PODS.text(each, state, state.time).lower()
    ]
    assert found == expected and 0 < len(found) < 100
    assert count <= len(found)
    history.close()
