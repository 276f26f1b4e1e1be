"""edit: kubectl's way with an editor, here a function; and once with a real one on a real file."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from engine.kinds import ConfigMap
from k9lite.drive import run_command
from tests.builders import deployment
from tests.console.running import Session, created
from tests.scenarios.sample import sample_client

SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: blue}\n"


def session(*edits: Callable[[str], str]) -> Session:
    """``edits`` are what the editor does, one opening after the other."""
    left = list(edits)
    cluster = Session(created(deployment("web", replicas=2)), files={"a.yaml": SETTINGS})
    cluster.run("create -f a.yaml")
    cluster.editor = lambda text: left.pop(0)(text)
    return cluster


def color(cluster: Session) -> str:
    found = cluster.state.find(ConfigMap, "settings", "default")
    assert found is not None
    return found.data["color"]


def test_what_is_changed_in_the_editor_is_changed_in_the_cluster() -> None:
    cluster = session(lambda text: text.replace("blue", "red"))
    assert cluster.run("edit configmap settings").out == "configmap/settings edited"
    assert color(cluster) == "red"


def test_the_text_says_what_to_do_and_is_the_objects_yaml() -> None:
    seen: list[str] = []
    cluster = session(lambda text: seen.append(text) or text)  # type: ignore[func-returns-value]  # a list's append
    done = cluster.run("edit configmap/settings")
    assert (done.out, done.err, done.code) == ("", "Edit cancelled, no changes made.", 0)
    assert seen[0].startswith("# Please edit the object below. Lines beginning with a '#' will be ignored,\n")
    assert "#\napiVersion: v1\ndata:\n  color: blue\nkind: ConfigMap\n" in seen[0]


def test_an_empty_file_cancels() -> None:
    done = session(lambda _text: "# nothing\n").run("edit configmap settings")
    assert (done.err, done.code) == ("Edit cancelled, saved file was empty.", 0)


def test_what_is_invalid_is_opened_again_with_the_reasons() -> None:
    seen: list[str] = []

    def mend(text: str) -> str:
        seen.append(text)
        return text.replace("replicas: -1", "replicas: 5")

    cluster = session(lambda text: text.replace("replicas: 2", "replicas: -1"), mend)
    done = cluster.run("edit deployment web")
    assert done.err == 'error: deployments.apps "web" is invalid'
    assert done.out == "deployment.apps/web edited"
    assert '# deployments.apps "web" was not valid:\n# * spec.replicas: Invalid value: -1: ' in seen[0]
    assert cluster.run("get deployment web -o jsonpath={.spec.replicas}").out == "5"


def test_a_second_try_without_a_change_gives_up_and_keeps_the_text() -> None:
    cluster = session(lambda text: text.replace("replicas: 2", "replicas: -1"), lambda text: text)
    done = cluster.run("edit deployment web")
    assert done.err.splitlines()[-1] == "error: Edit cancelled, no valid changes were saved."
    assert 'A copy of your changes has been stored to "kubectl-edit-deployment-web.yaml"' in done.err
    assert b"replicas: -1" in cluster.saved["kubectl-edit-deployment-web.yaml"]
    assert done.code == 1


def test_text_that_is_no_yaml_is_opened_again() -> None:
    seen: list[str] = []

    def mend(text: str) -> str:
        seen.append(text)
        return text.replace("color: [", "color: green")

    cluster = session(lambda text: text.replace("color: blue", "color: ["), mend)
    assert cluster.run("edit configmap settings").code == 0
    assert "# The edited file had a syntax error: error parsing edited-file: yaml: line " in seen[0]
    assert color(cluster) == "green"


def test_several_objects_are_edited_as_a_list() -> None:
    cluster = session(lambda text: text.replace("blue", "red").replace("replicas: 2", "replicas: 3"))
    done = cluster.run("edit configmap/settings deploy/web")
    assert done.out == "configmap/settings edited\ndeployment.apps/web edited"


def test_a_name_cannot_be_edited() -> None:
    done = session(lambda text: text.replace("name: settings", "name: other")).run("edit configmap settings")
    assert done.err == "error: At least one of apiVersion, kind and name was changed"


def test_json_is_edited_without_a_head_and_the_patch_can_be_shown() -> None:
    def edit(text: str) -> str:
        manifest = json.loads(text)
        manifest["data"]["color"] = "red"
        return json.dumps(manifest)

    done = session(edit).run("edit configmap settings -o json --output-patch")
    assert done.out.startswith('Patch: {\n    "data": {\n        "color": "red"\n    }\n}\n{\n')


def test_edit_needs_something_that_is_there() -> None:
    assert session().run("edit").err == "error: must specify one of -f and -k"
    assert session().run("edit configmap nope").err == 'Error from server (NotFound): configmaps "nope" not found'


def test_a_real_editor_gets_a_real_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "sed -i 's/^  replicas: 4/  replicas: 5/'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUBE_EDITOR", raising=False)
    client, out, err = sample_client(), StringIO(), StringIO()
    code = run_command(client, ["edit", "deployment", "web", "-n", "shop"], out=out, err=err, stdin=StringIO())
    assert (code, out.getvalue(), err.getvalue()) == (0, "deployment.apps/web edited\n", "")
    monkeypatch.setenv("EDITOR", str(tmp_path / "none"))
    code = run_command(client, ["edit", "deployment", "web", "-n", "shop"], out=out, err=err, stdin=StringIO())
    assert (code, err.getvalue()) == (1, f'error: unable to launch the editor "{tmp_path}/none"\n')
    monkeypatch.setenv("EDITOR", "false")
    err = StringIO()
    run_command(client, ["edit", "deployment", "web", "-n", "shop"], out=out, err=err, stdin=StringIO())
    assert err.getvalue() == 'error: there was a problem with the editor "false"\n'
