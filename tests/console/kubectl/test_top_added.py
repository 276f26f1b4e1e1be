"""top pod --containers lists what debug added to a pod, while it runs."""

import io

from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.builders import node, pod, settled


def test_an_added_container_is_measured_beside_the_others() -> None:
    client = EmbeddedClient(settled(node(), pod("web", containers=[{"name": "web", "image": "nginx"}])))
    words = ["debug", "web", "--image=busybox", "--container=added", "--", "sleep", "1d"]
    assert run_command(client, words, out=io.StringIO()) == 0
    client.set_speed(1)
    end = client.now + 60
    while client.now < end:
        client.advance(end - client.now)
    out = io.StringIO()
    assert run_command(client, ["top", "pod", "web", "--containers", "--no-headers"], out=out) == 0
    assert [line.split()[:2] for line in out.getvalue().splitlines()] == [["web", "added"], ["web", "web"]]
