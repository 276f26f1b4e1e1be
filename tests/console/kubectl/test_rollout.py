"""rollout and set image, against the API server and ReplicaSets as the controller would have made them."""

from attrs import evolve

from engine.api.writes import Patch, Update
from engine.kinds import (
    Condition,
    Deployment,
    DeploymentStatus,
    Object,
    Ref,
    ReplicaSet,
    from_manifest,
    owner_reference,
    to_manifest,
    with_metadata,
)
from engine.store.commit import Commit
from engine.store.state import fold
from k9lite.verbs.rollout_undo import argv, form
from k9lite.verbs.set_image import form as image_form
from tests.builders import deployment
from tests.console.running import NOW, Session, created

REVISION = "deployment.kubernetes.io/revision"


def put(cluster: Session, *objects: Object) -> None:
    commit = Commit(revision=cluster.state.revision + 1, time=NOW, actor="test", puts=objects)
    cluster.state = fold(cluster.state, commit)


def web(cluster: Session) -> Deployment:
    found = cluster.state.find(Deployment, "web", "default")
    assert found is not None
    return found


def image(cluster: Session) -> str:
    return web(cluster).spec.template.spec.containers[0].image


def replica_set(owner: Deployment, revision: int, image: str, cause: str = "") -> Object:
    template = to_manifest(owner)["spec"]["template"]
    template["metadata"] = {"labels": {"app": "web", "pod-template-hash": f"h{revision}"}}
    template["spec"]["containers"] = [{**template["spec"]["containers"][0], "image": image}]
    annotations = {REVISION: str(revision)} | ({"kubernetes.io/change-cause": cause} if cause else {})
    made = from_manifest(
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {"name": f"web-h{revision}", "namespace": "default", "annotations": annotations},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        }
    )
    assert isinstance(made, ReplicaSet)
    return with_metadata(made, owner_references=(owner_reference(owner),), uid=f"uid-{revision}")


def session() -> Session:
    """web has had nginx:1.25 (with a cause), nginx:1.26, and has nginx:1.27 now."""
    cluster = Session(created(deployment("web", replicas=2)))
    now = web(cluster)
    put(
        cluster,
        replica_set(now, 1, "nginx:1.25", "first try"),
        replica_set(now, 2, "nginx:1.26"),
        replica_set(now, 3, "nginx:1.27"),
        with_metadata(now, annotations={REVISION: "3"}),
    )
    return cluster


def test_history_lists_revisions_and_causes() -> None:
    assert session().run("rollout history deploy/web").out == (
        "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         first try\n2         <none>\n3         <none>\n"
    )


def test_history_of_one_revision_shows_its_template() -> None:
    out = session().run("rollout history deployment web --revision=2").out
    assert out.startswith("deployment.apps/web with revision #2\nPod Template:\n")
    assert "nginx:1.26" in out
    assert session().run("rollout history deploy/web --revision=9").err == (
        "error: unable to find the specified revision"
    )


def test_undo_goes_to_the_revision_before_the_newest() -> None:
    cluster = session()
    done = cluster.run("rollout undo deploy/web")
    assert done.out == "deployment.apps/web rolled back"
    assert image(cluster) == "nginx:1.26"
    assert isinstance(done.submitted[0].writes[0], Update)
    assert "pod-template-hash" not in web(cluster).spec.template.metadata.labels


def test_undo_goes_to_any_revision_and_brings_its_cause() -> None:
    cluster = session()
    assert cluster.run("rollout undo deploy web --to-revision=1").code == 0
    assert image(cluster) == "nginx:1.25"
    assert web(cluster).metadata.annotations["kubernetes.io/change-cause"] == "first try"


def test_undo_to_the_present_template_is_skipped() -> None:
    skipped = session().run("rollout undo deploy/web --to-revision=3")
    assert skipped.out == "deployment.apps/web skipped rollback (current template already matches revision 3)"
    assert not skipped.submitted


def test_undo_refuses_what_kubectl_refuses() -> None:
    cluster = session()
    assert cluster.run("rollout undo deploy/web --to-revision=9").err == (
        "error: unable to find specified revision 9 in history"
    )
    cluster.run("rollout pause deploy/web")
    assert cluster.run("rollout undo deploy/web").err == (
        "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
    )
    assert Session(created(deployment("web"))).run("rollout undo deploy/web").err == (
        'error: no rollout history found for deployment "web"'
    )
    assert cluster.run("rollout undo").err == "error: required resource not specified"


def test_the_undo_dialog_offers_revisions_with_what_would_change() -> None:
    ref = Ref("Deployment", "default", "web")
    field = form(session().state, [ref]).fields[0]
    assert field.choices == (("2", "2  <none>  nginx:1.26"), ("1", "1  first try  nginx:1.25"))
    assert field.default == "2"
    lines = field.detail["1"].splitlines()
    changed = [line.replace(" ", "") for line in lines if "nginx" in line]
    assert changed == ["--image:nginx:1.27", "+-image:nginx:1.25"]
    assert argv([ref], {"to-revision": "1"}) == [
        "rollout", "undo", "deployment/web", "-n", "default", "--to-revision=1",
    ]  # fmt: skip


def test_restart_stamps_the_template_with_cluster_time() -> None:
    cluster = session()
    assert cluster.run("rollout restart deploy/web").out == "deployment.apps/web restarted"
    annotations = web(cluster).spec.template.metadata.annotations
    assert annotations == {"kubectl.kubernetes.io/restartedAt": "2026-05-28T20:26:40Z"}


def test_pause_resume_and_restart_know_each_other() -> None:
    cluster = session()
    assert cluster.run("rollout resume deploy/web").err == 'error: deployments.apps "web" is not paused'
    assert cluster.run("rollout pause deploy/web").out == "deployment.apps/web paused"
    assert cluster.run("rollout pause deploy/web").err == 'error: deployments.apps "web" is already paused'
    assert cluster.run("rollout restart deploy/web").err == (
        'error: deployments.apps "web" can\'t restart paused deployment (run rollout resume first)'
    )
    assert cluster.run("rollout resume deploy/web").out == "deployment.apps/web resumed"
    assert not web(cluster).spec.paused


def test_status_tells_where_the_rollout_stands_or_that_it_ended() -> None:
    cluster = session()

    def status(updated_replicas: int, replicas: int, available_replicas: int = 0) -> str:
        reported = DeploymentStatus(
            observed_generation=web(cluster).metadata.generation,
            updated_replicas=updated_replicas,
            replicas=replicas,
            available_replicas=available_replicas,
        )
        put(cluster, evolve(web(cluster), status=reported))
        done = cluster.run("rollout status deploy/web --watch=false")
        assert done.code == 0
        return done.out

    finish = 'Waiting for deployment "web" rollout to finish: '
    assert status(updated_replicas=1, replicas=3) == f"{finish}1 out of 2 new replicas have been updated..."
    assert status(updated_replicas=2, replicas=3) == f"{finish}1 old replicas are pending termination..."
    assert status(updated_replicas=2, replicas=2, available_replicas=1) == (
        f"{finish}1 of 2 updated replicas are available..."
    )
    assert status(updated_replicas=2, replicas=2, available_replicas=2) == ('deployment "web" successfully rolled out')


def test_status_watches_until_the_deadline_or_its_own_timeout() -> None:
    cluster = session()
    late = cluster.run("rollout status deploy/web --timeout=30s")
    assert late.out == "Waiting for deployment spec update to be observed..."
    assert (late.err, late.code, cluster.now) == ("error: timed out waiting for the condition", 1, NOW + 30)
    failed = Condition(type="Progressing", status="False", reason="ProgressDeadlineExceeded")
    generation = web(cluster).metadata.generation
    put(
        cluster,
        evolve(web(cluster), status=DeploymentStatus(observed_generation=generation, conditions=(failed,))),
    )
    assert cluster.run("rollout status deploy/web").err == 'error: deployment "web" exceeded its progress deadline'


def test_set_image_changes_one_container_or_all() -> None:
    cluster = session()
    done = cluster.run("set image deployment/web main=nginx:1.28")
    assert done.out == "deployment.apps/web image updated"
    assert image(cluster) == "nginx:1.28"
    assert isinstance(done.submitted[0].writes[0], Patch)
    assert cluster.run("set image deploy web *=nginx:1.29").code == 0
    assert image(cluster) == "nginx:1.29"


def test_set_image_to_the_same_image_says_and_writes_nothing() -> None:
    same = session().run("set image deployment/web main=nginx:1.27")
    assert (same.out, same.err, same.code, same.submitted) == ("", "", 0, ())


def test_set_image_refuses_what_kubectl_refuses() -> None:
    cluster = session()
    assert cluster.run("set image deploy/web nope=nginx").err == 'error: unable to find container named "nope"'
    assert cluster.run("set image deploy/web").err == "error: at least one image update is required"
    assert cluster.run("set image deploy/web a=b *=c").err == (
        "error: all containers are already specified by *, but saw more than one container_name=container_image pairs"
    )


def test_the_image_dialog_starts_at_the_present_image() -> None:
    asked = image_form(session().state, [Ref("Deployment", "default", "web")])
    assert [field.default for field in asked.fields] == ["main", "nginx:1.27"]
