"""Random days of claims, volumes and pods: no volume has two claims, no pod loses its own, nothing is left over."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete, Patch, RunLine, Write
from engine.cluster import Cluster
from engine.errors import ApiError
from engine.kinds import Object, Pod, Ref, VolumeContent
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim
from engine.store.state import State
from tests.builders import node, settled
from tests.engine.volumes_given import claim, claiming, storage_class, volume

MORE = {"spec": {"resources": {"requests": {"storage": "9Gi"}}}}
CLASSES = ("", "disk", "local", "nobody")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("volume", "claim", "pod", "line", "unpod", "unclaim", "unvolume", "force", "grow", "wait")),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


def change(made: Cluster, what: str, which: int, how: int) -> None:
    name, node_name = f"c{which}", f"w{how % 2 + 1}"
    wanted: dict[str, Object] = {
        "volume": volume(f"v{which}", size=f"{how + 1}Gi", storageClassName="", node=node_name if how % 2 else ""),
        "claim": claim(name, size=f"{how + 1}Gi", storageClassName=CLASSES[how]),
        "pod": claiming(f"p{how}", name),
    }
    gone: dict[str, Write] = {
        "unpod": Delete(ref=Ref("Pod", "default", f"p{how}")),
        "force": Delete(ref=Ref("Pod", "default", f"p{how}"), grace_seconds=0),
        "unclaim": Delete(ref=Ref("PersistentVolumeClaim", "default", name)),
        "unvolume": Delete(ref=Ref("PersistentVolume", "", f"v{which}")),
        "grow": Patch(Ref("PersistentVolumeClaim", "default", name), MORE),
        "line": RunLine(ref=Ref("Pod", "default", f"p{how}"), container="", session="s", line="date >> /data/log"),
    }  # fmt: skip
    try:
        if what in wanted:
            made.submit("user", [Create(wanted[what])])
        elif what in gone:
            made.submit("user", [gone[what]])
    except ApiError:
        return


def check(state: State) -> None:
    claims = {each.metadata.uid: each for each in state.all(PersistentVolumeClaim)}
    taken = [each.spec.volume_name for each in claims.values() if each.status.phase == "Bound"]
    assert len(taken) == len(set(taken)), "a volume has two claims"
    for each in state.all(PersistentVolume):
        ref = each.spec.claim_ref
        if each.status.phase == "Bound":
            assert ref is not None
    for pod in state.all(Pod):
        if pod.spec.node_name and pod.metadata.deletion_timestamp is None:
            for volume in pod.spec.volumes:
                name = volume.extra["persistentVolumeClaim"]["claimName"]
                assert state.find(PersistentVolumeClaim, name, "default") is not None, "a pod lost its claim"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_volumes_and_claims_settle_and_waking_everything_changes_nothing(steps: list[tuple[str, int, int]]) -> None:
    made = settled(
        node("w1"), node("w2"),
        storage_class("disk", allowVolumeExpansion=True),
        storage_class("local", waits=True, provisioner="rancher.io/local-path"),
        storage_class("nobody", provisioner="example.com/nobody"),
    )  # fmt: skip
    for what, which, how in steps:
        change(made, what, which, how)
        made.advance(made.now + (20 if what == "wait" else 1))
        check(made.state)
    made.advance(made.now + 100)
    before = made.state.revision
    made.jump(made.now)
    made.settle()
    assert made.state.revision == before + 1, "waking everything changes nothing"
    kept = {f"volume.{each.metadata.uid}" for each in made.state.all(PersistentVolume)}
    assert {each.metadata.name for each in made.state.all(VolumeContent)} <= kept
