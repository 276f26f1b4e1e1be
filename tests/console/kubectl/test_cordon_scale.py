"""cordon, uncordon and scale."""

from engine.kinds import Deployment, Node, Ref
from k9lite.verbs.scale import argv, form
from tests.builders import deployment, node, pod, stateful_set
from tests.console.running import Session, created, state_of


def session() -> Session:
    return Session(state_of(node("w1", zone="a"), node("w2"), pod("p"), deployment("web", replicas=3)))


def unschedulable(cluster: Session, name: str) -> bool:
    found = cluster.state.find(Node, name)
    assert found is not None
    return found.spec.unschedulable


def replicas(cluster: Session) -> int | None:
    found = cluster.state.find(Deployment, "web", "default")
    assert found is not None
    return found.spec.replicas


def test_cordon_and_uncordon_turn_a_node_off_and_on() -> None:
    cluster = session()
    assert cluster.run("cordon w1").out == "node/w1 cordoned"
    assert unschedulable(cluster, "w1")
    again = cluster.run("cordon w1")
    assert (again.out, again.submitted) == ("node/w1 already cordoned", ())
    assert cluster.run("uncordon w1").out == "node/w1 uncordoned"
    assert not unschedulable(cluster, "w1")
    assert cluster.run("uncordon w1").out == "node/w1 already uncordoned"


def test_several_nodes_and_selectors_are_cordoned_at_once() -> None:
    assert session().run("cordon w1 node/w2").out == "node/w1 cordoned\nnode/w2 cordoned"
    assert session().run("cordon -l zone=a").out == "node/w1 cordoned"


def test_one_missing_node_cordons_none() -> None:
    cluster = session()
    done = cluster.run("cordon w1 nope")
    assert (done.code, done.err) == (1, 'Error from server (NotFound): nodes "nope" not found')
    assert not unschedulable(cluster, "w1")


def test_cordon_needs_a_node_or_a_selector_and_not_both() -> None:
    assert session().run("cordon").err.startswith("error: USAGE: cordon NODE [flags]\n")
    assert (
        session()
        .run("cordon w1 -l zone=a")
        .err.startswith("error: cannot specify both a node name and a --selector option")
    )


def test_a_dry_cordon_changes_nothing() -> None:
    tried = session().run("cordon w1 --dry-run=client")
    assert (tried.out, tried.submitted) == ("node/w1 cordoned (dry run)", ())


def test_scale_sets_the_replicas_in_either_form() -> None:
    cluster = session()
    assert cluster.run("scale deploy/web --replicas=5").out == "deployment.apps/web scaled"
    assert replicas(cluster) == 5
    assert cluster.run("scale --replicas 0 deployment web").code == 0
    assert replicas(cluster) == 0


def test_scale_keeps_to_its_precondition() -> None:
    cluster = session()
    refused = cluster.run("scale deploy/web --replicas=5 --current-replicas=2")
    assert (refused.code, refused.err) == (1, "error: Expected replicas to be 2, was 3")
    assert cluster.run("scale deploy/web --replicas=5 --current-replicas=3").code == 0


def test_scale_refuses_what_kubectl_refuses() -> None:
    assert session().run("scale deploy/web").err == (
        "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
    )
    assert session().run("scale pod/p --replicas=2").err == (
        "Error from server (NotFound): the server could not find the requested resource"
    )
    assert session().run("scale deploy -l no=where --replicas=2").err == "error: no objects passed to scale"
    assert session().run("scale deploy --replicas=2").err == (
        "error: resource(s) were provided, but no name was specified"
    )


def test_a_stateful_set_scales_too() -> None:
    cluster = Session(created(stateful_set("db")))
    assert cluster.run("scale sts/db --replicas=3").out == "statefulset.apps/db scaled"
    assert '"replicas": 3' in cluster.run("get sts db -o json").out


def test_the_scale_dialog_starts_at_the_present_number() -> None:
    ref = Ref("Deployment", "default", "web")
    asked = form(session().state, [ref])
    assert asked.fields[0].default == "3"
    assert asked.message == "Replicas of deployment default/web"
    assert argv([ref], {"replicas": "4"}) == ["scale", "deployment/web", "-n", "default", "--replicas=4"]
