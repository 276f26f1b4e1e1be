"""What a controller says it does not heed would not have woken anything: the queue asks fewer, and wakes the same."""

from collections.abc import Container, Iterable

from hypothesis import given, settings

from engine.api.writes import Create
from engine.cluster import ALL_CONTROLLERS, Cluster
from engine.errors import ApiError
from engine.kinds import Ref
from engine.kinds.registry import is_custom
from engine.parts import EVERYTHING, parts_of
from engine.queue import Queue
from engine.reconcile import CUSTOM, Change, Controller
from engine.store.log import Header
from engine.store.state import State
from tests.builders import START
from tests.properties.days import STEPS, Step, first_objects, writes_of
from tests.properties.test_cluster import COMMON


class AskingAll(Queue):
    """Also asks those whom a change is said not to concern."""

    def wake(
        self, changes: Iterable[Change], state: State, cause: int, settled: Container[tuple[int, Ref]] = ()
    ) -> None:
        super().wake(changes, state, cause, settled)
        for change in changes:
            for controller in ALL_CONTROLLERS:
                if not _heeds(controller, change):
                    assert not list(controller.wakes(change, state)), f"{controller.name} heeds {change.ref} as well"


def _heeds(controller: Controller, change: Change) -> bool:
    kind = change.ref.kind
    name = kind if kind in controller.watches or not is_custom(kind) else CUSTOM
    if name not in controller.watches:
        return True
    return bool(controller.heeds.get(name, EVERYTHING) & parts_of(change.old, change.new))


@settings(COMMON, max_examples=4)
@given(steps=STEPS)
def test_what_a_controller_does_not_heed_wakes_nothing_of_it(steps: list[Step]) -> None:
    header = Header(cluster="property", seed="property", created=START)
    cluster = Cluster(header, queue=AskingAll(ALL_CONTROLLERS))
    for obj in first_objects():
        cluster.submit("bootstrap", [Create(obj)])
    cluster.advance(START + 120)
    for what, which, how in steps:
        if what in ("wait", "hurry", "leap", "reopen", "crash"):
            cluster.advance(cluster.now + how % 400)
            continue
        try:
            cluster.submit("user", writes_of(cluster.state, what, which, how))
        except ApiError:
            continue
        cluster.advance(cluster.now)
    AskingAll(ALL_CONTROLLERS).wake_everything(cluster.state)
