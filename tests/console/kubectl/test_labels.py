"""label and annotate, as an operator sees them and as the API server gets them."""

from engine.api.writes import Patch
from engine.kinds import Ref
from k9lite.verbs.label import argv, form
from tests.builders import node, pod
from tests.console.running import Session, created


def session() -> Session:
    return Session(created(node("w1", zone="a"), node("w2"), pod("web-1", labels={"app": "web", "tier": "front"})))


def labels(session: Session, kind: str, name: str, namespace: str = "") -> dict[str, str]:
    found = session.state.get(Ref(kind, namespace, name))
    assert found is not None
    return dict(found.metadata.labels)


def test_a_new_label_is_added_and_a_removed_one_is_gone() -> None:
    cluster = session()
    assert cluster.run("label node w1 disk=ssd").out == "node/w1 labeled"
    assert labels(cluster, "Node", "w1") == {"zone": "a", "disk": "ssd"}
    assert cluster.run("label node w1 disk-").out == "node/w1 unlabeled"
    assert labels(cluster, "Node", "w1") == {"zone": "a"}
    assert cluster.run("label node/w1 zone- disk=hdd").out == "node/w1 modified"
    assert labels(cluster, "Node", "w1") == {"disk": "hdd"}


def test_a_label_with_another_value_needs_overwrite() -> None:
    cluster = session()
    refused = cluster.run("label node w1 zone=b")
    assert refused.err == "error: 'zone' already has a value (a), and --overwrite is false"
    assert refused.code == 1
    assert not refused.submitted
    assert cluster.run("label node w1 zone=b --overwrite").out == "node/w1 labeled"
    assert labels(cluster, "Node", "w1") == {"zone": "b"}


def test_the_same_value_again_writes_nothing() -> None:
    again = session().run("label node w1 zone=a")
    assert again.out == "node/w1 not labeled"
    assert not again.submitted


def test_a_label_that_is_not_there_cannot_be_removed() -> None:
    gone = session().run("label node w1 color-")
    assert gone.out == 'label "color" not found.\nnode/w1 not labeled'
    assert not gone.submitted


def test_one_refusal_does_not_stop_the_other_objects() -> None:
    cluster = session()
    done = cluster.run("label nodes w1 w2 zone=b")
    assert done.out == "node/w2 labeled"
    assert done.err == "error: 'zone' already has a value (a), and --overwrite is false"
    assert labels(cluster, "Node", "w2") == {"zone": "b"}


def test_all_and_selectors_choose_the_objects() -> None:
    cluster = session()
    assert cluster.run("label nodes --all env=test").out == "node/w1 labeled\nnode/w2 labeled"
    assert cluster.run("label nodes -l zone=a env=prod --overwrite").out == "node/w1 labeled"
    assert cluster.run("label pods -l app=web,tier!=back canary=yes").out == "pod/web-1 labeled"


def test_list_prints_the_labels_sorted() -> None:
    assert session().run("label pod web-1 --list").out == "app=web\ntier=front"
    assert session().run("label nodes --all --list").out == (
        "Listing labels for Node./w1:\n zone=a\nListing labels for Node./w2:"
    )


def test_mistakes_are_refused_in_kubectls_words() -> None:
    cluster = session()
    said = {
        "label node w1": "at least one label update is required",
        "label a=b": "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        "label node w1 a=b=c": "invalid label spec: a=b=c",
        "label node w1 a=b a-": "can not both modify and remove a label in the same command",
        "label node w1 a=b w2": "all resources must be specified before label changes: w2",
        "label nodes --all -l x=y a=b": "cannot set --all and --selector at the same time",
    }
    for line, text in said.items():
        assert cluster.run(line).err == f"error: {text}"
    assert cluster.run("label node w1 a=-b").err.startswith('error: invalid label value: "a=-b": a valid label must')
    assert cluster.run("label node nope a=b").err == 'Error from server (NotFound): nodes "nope" not found'


def test_a_dry_run_says_what_it_would_do_and_does_nothing() -> None:
    tried = session().run("label node w1 disk=ssd --dry-run=client")
    assert tried.out == "node/w1 labeled (dry run)"
    assert not tried.submitted


def test_only_what_changes_is_sent() -> None:
    done = session().run("label node w1 zone=a disk=ssd")
    assert [submit.writes for submit in done.submitted] == [
        (Patch(Ref("Node", "", "w1"), {"metadata": {"labels": {"disk": "ssd"}}}, "merge"),)
    ]


def test_the_dialog_shows_the_labels_and_becomes_the_line() -> None:
    ref = Ref("Pod", "default", "web-1")
    asked = form(session().state, [ref])
    assert asked.message == "Labels of pod default/web-1:\n  app=web tier=front"
    assert argv([ref], {"changes": "app=api tier-", "overwrite": "true"}) == [
        "label", "pods", "web-1", "-n", "default", "app=api", "tier-", "--overwrite",
    ]  # fmt: skip


def test_annotations_are_set_listed_and_removed() -> None:
    cluster = session()
    assert cluster.run("annotate node w1 note='two words'").out == "node/w1 annotated"
    assert cluster.run("annotate node w1 --list").out == "note=two words"
    refused = cluster.run("annotate node w1 note=other")
    assert refused.err == (
        "error: --overwrite is false but found the following declared annotation(s): "
        "'note' already has a value (two words)"
    )
    assert cluster.run("annotate node w1 note-").out == "node/w1 annotated"
    assert cluster.run("annotate node w1 --list").out == ""


def test_the_change_cause_may_always_be_overwritten() -> None:
    cluster = session()
    cluster.run("annotate pod web-1 kubernetes.io/change-cause=one")
    assert cluster.run("annotate pod web-1 kubernetes.io/change-cause=two").code == 0
