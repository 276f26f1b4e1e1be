"""What the detail pane reads of an object is what it can show."""

from collections.abc import Sequence

from engine.kinds import Deployment, Ref, ref_of
from engine.kubelet.output import LogLine
from k9lite.clients.embedded import EmbeddedClient
from k9lite.details import detail
from tests.builders import deployment, node, pod_spec
from tests.console.showing import living

WEEK_SECONDS = 7 * 24 * 3600


class Counting(EmbeddedClient):
    """Notes how many lines were made for its readers."""

    def __init__(self, client: EmbeddedClient) -> None:
        super().__init__(client.cluster)
        self.made = 0

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        lines = super().logs(ref, container, previous=previous, since=since)
        self.made += len(lines)
        return lines


def counting(*commands: str) -> tuple[Counting, Deployment]:
    template = pod_spec("busybox:1.36", command=["sh", "-c", "; ".join(commands)])
    client = Counting(living(node("w1"), deployment("web", template=template), seconds=3600))
    found = client.state.find(Deployment, "web", "default")
    assert found is not None
    return client, found


def test_of_a_container_that_prints_every_second_only_the_last_minutes_are_made() -> None:
    client, found = counting("while true; do date; sleep 1; done")
    client.cluster.advance(client.now + WEEK_SECONDS)
    lines = detail(client, found, "logs").lines
    pod = next(iter(client.state.objects("Pod")))
    made, everything = client.made, client.logs(ref_of(pod), "main")
    assert lines == tuple(line.text for line in everything[-200:])
    assert made < 5_000 < len(everything)


def test_of_a_container_that_printed_its_last_line_long_ago_all_is_shown() -> None:
    client, found = counting("echo first", "echo second", "sleep 1000000")
    client.cluster.advance(client.now + WEEK_SECONDS)
    assert detail(client, found, "logs").lines == ("first", "second")
