"""What an editor knows of a manifest: what is wrong on which line, where the cursor is, and what a text changes."""

import pytest

from engine.api.admit import admit
from engine.api.writes import Patch
from engine.cluster import Cluster
from engine.errors import Invalid, UsageError
from engine.kinds import KINDS, Pod, Ref, ref_of, to_manifest
from k9lite.editing.changing import changes_of, difference, edit_of, merged, mine, overlaps, shown, text_of
from k9lite.editing.checking import checked
from k9lite.editing.drafts import draft
from k9lite.editing.outline import Completion, completion_at, explained_at, path_at
from tests.builders import deployment
from tests.console.showing import living
from tests.scenarios.sample import sample_client

WEB = Ref("Deployment", "default", "web")
TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.27
        ports:
        - containerPort: 80
          protocol: TCP
"""
STATE = living(deployment("web"), seconds=1).state


def wrong(text: str) -> list[tuple[int, str]]:
    """(the line, counted from 1; what is wrong)"""
    return [(each.line + 1, each.text) for each in checked(text, STATE).problems]


def cluster() -> Cluster:
    return living(deployment("web", replicas=2), seconds=30).cluster


def test_nothing_is_wrong_with_what_a_cluster_holds_and_with_drafts() -> None:
    state = sample_client().state
    objects = [obj for kind in KINDS for obj in list(state.objects(kind))[:5]]
    assert len(objects) > 50
    for obj in objects:
        assert checked(text_of(shown(state, obj)), state).problems == (), obj.metadata.name
    for kind in KINDS.values():
        assert checked(draft(state, kind, "default"), state).problems == (), kind.name


def test_text_that_is_no_yaml_is_told_with_its_line() -> None:
    (line, told), = wrong(TEXT.replace("  replicas: 2", "  replicas: [2"))
    assert line in (7, 8) and told.startswith("YAML: ")
    assert wrong("a: b: c\n")[0][0] == 1
    assert wrong("a: &x [*x]\n") and wrong("\x01")[0][1].startswith("YAML: ")
    bomb = "a0: &a0 [x]\n" + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 9))
    assert wrong(bomb) == [(1, "YAML: more than 100,000 fields")]
    assert wrong("- a\n") == [(1, "a manifest is a mapping with apiVersion and kind")]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("replicas: 2", "replica: 2", 6, "unknown field spec.replica: did you mean replicas?"),
        ("replicas: 2", "repilcas: 2", 6, "unknown field spec.repilcas: did you mean replicas?"),
        ("replicas: 2", "replicas: two", 6, "spec.replicas: a whole number was expected, not text"),
        ("replicas: 2", "replicas: 2\n  replicas: 3", 7, "spec.replicas is given twice"),
        ("image: nginx:1.27", "image: 5", 15,
         'spec.template.spec.containers[0].image: a text was expected, not a number: write "5"'),
        ("protocol: TCP", "protocol: TPC", 18,
         "spec.template.spec.containers[0].ports[0].protocol: TPC is none of SCTP, TCP, UDP"),
        ("{app: web}\n  template", "{app: 1}\n  template", 8,
         'spec.selector.matchLabels.app: a text was expected, not a number: write "1"'),
        ("- name: web\n        image", "- image", 14, "spec.template.spec.containers[0].name is missing: required"),
        ("  selector:\n    matchLabels: {app: web}\n", "", 5, "spec.selector is missing: required"),
        ("kind: Deployment", "kind: Deploiment", 2, "no kind Deploiment in apps/v1 is served here"),
        ("kind: Deployment\n", "", 1, "kind is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert (line, told) in wrong(TEXT.replace(old, new, 1))


def test_documents_of_a_text_are_checked_each() -> None:
    assert wrong(TEXT + "---\n# nothing\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndate: {}\n") == [
        (25, "unknown field date: did you mean data?")
    ]


def test_a_line_knows_where_it_is_also_before_the_text_is_yaml() -> None:
    lines = TEXT.split("\n")
    assert path_at(lines, 5) == ["spec", "replicas"]
    assert path_at(lines, 14) == ["spec", "template", "spec", "containers", "image"]
    assert path_at(lines, 13) == ["spec", "template", "spec", "containers", "name"]
    assert path_at(lines, 17)[-3:] == ["containers", "ports", "protocol"]
    assert path_at([*lines[:15], "        imagePull"], 15)[-2:] == ["containers", "imagePull"]
    indented = ["spec:", "  containers:", "    - name: a", "      image: b"]
    assert path_at(indented, 3) == ["spec", "containers", "image"]
    assert path_at(["a:", "---", "b:"], 2) == ["b"]


def test_the_field_under_the_cursor_is_explained_and_completed() -> None:
    lines = TEXT.split("\n")
    assert explained_at(lines, 5, STATE).startswith("spec.replicas <integer>: How many")
    assert explained_at(lines, 7, STATE).startswith("spec.selector.matchLabels <map[string]string>")
    assert explained_at(["x"], 0, STATE) == ""
    lines[5] = "  rep"
    assert completion_at(lines, 5, 5, STATE) == Completion(typed="rep", choices=("replicas",), end=": ")
    lines[17] = "          protocol: U"
    assert completion_at(lines, 17, 21, STATE) == Completion(typed="U", choices=("UDP",))
    assert completion_at(lines, 5, 2, STATE) is None


def test_the_defaults_are_shown_as_kubectl_edit_shows_them_and_stay_out_of_the_store() -> None:
    state = sample_client().state
    pod = next(state.all(Pod, "shop"))
    text = text_of(shown(state, pod))
    assert "enableServiceLinks: true" in text and "kube-api-access-" in text and "resources:" in text
    patch = mine(shown(state, pod), text.replace("labels:\n", "labels:\n    color: red\n", 1))
    assert patch == {"metadata": {"labels": {"color": "red"}}}
    image = pod.spec.containers[0].image  # a list is given back whole, with all that it was shown with
    patch = mine(shown(state, pod), text.replace(f"image: {image}", "image: nginx:1.27"))
    (after,) = (obj for obj in admit(state, (Patch(ref_of(pod), patch, "merge"),), now=0, seed="").puts
                if isinstance(obj, Pod))  # fmt: skip
    assert to_manifest(after)["spec"] == {**to_manifest(pod)["spec"], "containers": [
        {**to_manifest(pod)["spec"]["containers"][0], "image": "nginx:1.27"}]}  # fmt: skip


def test_an_edit_is_a_patch_of_what_was_changed() -> None:
    state = cluster().state
    there = state.get(WEB)
    assert there is not None
    base = shown(state, there)
    assert "status" not in base and "managedFields" not in base["metadata"]
    text = text_of(base)
    assert mine(base, text) == {}
    assert mine(base, text.replace("replicas: 2", "replicas: 3")) == {"spec": {"replicas": 3}}
    for old, new in (("name: web\n  namespace", "name: other\n  namespace"), ("kind: Deployment", "kind: Job")):
        with pytest.raises(UsageError, match="was changed"):
            mine(base, text.replace(old, new))
    with pytest.raises(UsageError, match="one object was opened, and 2"):
        mine(base, f"{text}---\n{text}")


def test_what_two_changed_is_merged_but_where_both_changed_the_same() -> None:
    one = {"spec": {"replicas": 3, "paused": True}}
    assert overlaps(one, {"spec": {"replicas": 4}, "metadata": {"labels": {"a": "b"}}}) == ["spec.replicas"]
    assert overlaps(one, {"spec": {"replicas": 3, "minReadySeconds": 1}}) == []
    there = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 4, "minReadySeconds": 1}}
    assert merged(there, one)["spec"] == {"replicas": 3, "paused": True, "minReadySeconds": 1}


def test_the_api_server_is_asked_without_anything_being_done() -> None:
    state = cluster().state
    change = edit_of(state, WEB, {"spec": {"replicas": 5}}, 1_780_000_000)
    assert isinstance(change.write, Patch)
    assert {"-  replicas: 2", "+  replicas: 5"} <= set(difference(change))
    with pytest.raises(Invalid) as refused:
        edit_of(state, WEB, {"spec": {"replicas": -1}}, 1_780_000_000)
    there = state.get(WEB)
    assert there is not None
    text = text_of(shown(state, there))
    line = checked(text, state).documents[0].line_of(refused.value.errors[0].path)
    assert text.split("\n")[line] == "  replicas: 2"


def test_applying_a_text_makes_what_is_not_there_and_merges_what_is() -> None:
    state = cluster().state
    made, same = changes_of(state, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" + TEXT, "default",
                            1_780_000_000)  # fmt: skip
    assert (made.ref, made.before) == (Ref("ConfigMap", "default", "a"), None)
    assert difference(made)[0] == "configmap/a (new)" and same.before is not None
    with pytest.raises(UsageError, match="no manifest"):
        changes_of(state, "# nothing\n", "default", 0)
