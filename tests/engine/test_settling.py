"""A controller may promise that its commit needs no second look; the promise must change no commit."""

from engine.api.writes import Create, Delete, Patch
from engine.cluster import ALL_CONTROLLERS, Cluster
from engine.kinds import Object, Pod, Ref, evolve, ref_of
from engine.reconcile import Controller, Result
from engine.store.commit import Commit, encode_commit
from engine.store.frames import Header
from engine.store.state import State
from tests.builders import START, deployment, namespace, node, pod, pod_spec

PROBED = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}
REFUSED = {"httpGet": {"path": "/", "port": 81}, "periodSeconds": 2, "failureThreshold": 5}
OBJECTS: tuple[Object, ...] = (
    node("w1"),
    node("w2"),
    deployment("web", replicas=6),
    deployment("probed", replicas=2, template=pod_spec(readinessProbe=PROBED, livenessProbe=PROBED)),
    deployment("killed", template=pod_spec(readinessProbe=REFUSED, livenessProbe=REFUSED)),
    deployment("missing", template=pod_spec("nowhere/none:1")),
    pod("crashing", containers=[{"name": "main", "image": "busybox:1.36", "command": ["false"]}]),
    pod("script", containers=[{"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", "sleep 3"]}]),
    pod("two", containers=[{"name": each, "image": "nginx:1.27"} for each in ("one", "two")]),
    pod("late", activeDeadlineSeconds=20),
    pod("mounts", volumes=[{"name": "settings", "configMap": {"name": "not-there"}}]),
    pod(
        "started",
        initContainers=[{"name": "first", "image": "busybox:1.36", "command": ["true"]}],
        containers=[{"name": "main", "image": "nginx:1.27"}],
    ),
)


class _Recorded(Cluster):
    def commits(self) -> list[bytes]:
        """What a session of a few minutes writes."""
        made: list[Commit] = []
        self.submit("bootstrap", [Create(namespace("default"))])
        for obj in OBJECTS:
            self.submit("user", [Create(obj)])
        for second in range(1, 200):
            while self.run_one():
                assert self.last_commit is not None
                if not made or made[-1] is not self.last_commit:
                    made.append(self.last_commit)
            if second == 60:
                image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:1.28"}]}}}}
                self.submit("user", [Patch(Ref("Deployment", "default", "web"), image)])
            if second == 120:
                gone = next(each for each in self.state.all(Pod, "default") if each.status.phase == "Running")
                self.submit("user", [Delete(ref=ref_of(gone))])
            self.begin_second(START + second)
        return [encode_commit(each) for each in made]


def test_a_second_look_after_a_commit_that_settles_would_write_nothing() -> None:
    header = Header(cluster="test", seed="test", created=START)
    looking_once = _Recorded(header).commits()
    looking_again = _Recorded(header, controllers=tuple(map(_promising_nothing, ALL_CONTROLLERS))).commits()
    assert len(looking_once) > 100
    assert looking_once == looking_again


def _promising_nothing(controller: Controller) -> Controller:
    def reconcile(state: State, key: Ref, now: int) -> Result:
        return evolve(controller.reconcile(state, key, now), settles=False)

    return evolve(controller, reconcile=reconcile)
