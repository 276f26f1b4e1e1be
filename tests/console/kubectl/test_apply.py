"""apply --server-side and apply --prune: what they say, refuse and leave."""

import pytest

from engine.kinds import ConfigMap, Ref
from tests.console.running import Session, created

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {app: web}}\ndata: {color: blue}\n"
OTHER = CONFIG.replace("settings", "other")


def session(**files: str) -> Session:
    return Session(created(), files={f"{name}.yaml": text for name, text in files.items()})


def test_a_server_side_apply_says_so_and_keeps_no_record() -> None:
    cluster = session(a=CONFIG)
    assert cluster.run("apply --server-side -f a.yaml").out == "configmap/settings serverside-applied"
    assert cluster.run("apply --server-side -f a.yaml").out == "configmap/settings serverside-applied"
    found = cluster.state.find(ConfigMap, "settings", "default")
    assert found is not None
    assert found.metadata.annotations == {}
    done = cluster.run("apply --server-side -f a.yaml --dry-run=server")
    assert done.out == "configmap/settings serverside-applied (server dry run)"


def test_a_conflict_names_the_manager_and_the_ways_out() -> None:
    cluster = session(a=CONFIG, b=CONFIG.replace("blue", "red"))
    cluster.run("apply --server-side -f a.yaml")
    done = cluster.run("apply --server-side -f b.yaml --field-manager=me")
    first, *more = done.err.splitlines()
    assert first == 'error: Apply failed with 1 conflict: conflict with "kubectl": .data.color'
    assert more[0] == "Please review the fields above--they currently have other managers. Here"
    assert more[-1] == "See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"
    assert done.code == 1
    done = cluster.run("apply --server-side -f b.yaml --field-manager=me --force-conflicts")
    assert done.out == "configmap/settings serverside-applied"


def test_managed_fields_are_shown_only_when_asked_for() -> None:
    cluster = session(a=CONFIG)
    cluster.run("apply --server-side -f a.yaml")
    assert "managedFields" not in cluster.run("get cm settings -o yaml").out
    assert "    manager: kubectl\n" in cluster.run("get cm settings -o yaml --show-managed-fields").out
    cluster.editor = lambda text: text.replace("blue", "red" if "managedFields" not in text else "grey")
    cluster.run("edit cm settings")
    found = cluster.state.find(ConfigMap, "settings", "default")
    assert found is not None
    assert found.data == {"color": "red"}
    assert cluster.run("diff -f a.yaml").out.count("managedFields") == 0


def test_prune_deletes_what_an_earlier_apply_made_and_this_one_does_not_name() -> None:
    cluster = session(a=f"{CONFIG}---\n{OTHER}", b=CONFIG)
    cluster.run("apply -f a.yaml")
    cluster.run("create configmap mine --from-literal=a=b")
    done = cluster.run("apply -f b.yaml --prune -l app=web --dry-run=server")
    assert done.out == "configmap/settings unchanged (server dry run)\nconfigmap/other pruned (server dry run)"
    done = cluster.run("apply -f b.yaml --prune -l app=web")
    assert done.out == "configmap/settings unchanged\nconfigmap/other pruned"
    assert cluster.state.get(Ref("ConfigMap", "default", "other")) is None
    assert cluster.state.get(Ref("ConfigMap", "default", "mine")) is not None


def test_prune_looks_only_at_the_kinds_it_is_allowed() -> None:
    cluster = session(a=f"{CONFIG}---\n{OTHER}", b=CONFIG)
    cluster.run("apply -f a.yaml")
    others = "--prune-allowlist=core/v1/Secret --prune-allowlist=apps/v1/Deployment"
    done = cluster.run(f"apply -f b.yaml --prune --all {others}")
    assert done.out == "configmap/settings unchanged"
    done = cluster.run("apply -f b.yaml --prune --all --prune-allowlist=core/v1/ConfigMap")
    assert done.out == "configmap/settings unchanged\nconfigmap/other pruned"


@pytest.mark.parametrize(
    ("flags", "refusal"),
    [
        ("--force-conflicts", "--force-conflicts only works with --server-side"),
        (
            "--server-side --dry-run=client",
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ),
        ("--server-side --force", "--force cannot be used with --server-side"),
        ("--all -l app=web", "cannot set --all and --selector at the same time"),
        ("--prune --all --force", "--force cannot be used with --prune"),
        (
            "--prune",
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the "
            "--all flag. If you did not mean to prune all resources, specify a label selector",
        ),
        (
            "--prune --all --prune-allowlist=ConfigMap",
            "invalid GroupVersionKind format: ConfigMap, please follow <group/version/kind>",
        ),
    ],
)
def test_flags_that_do_not_go_together_are_refused(flags: str, refusal: str) -> None:
    assert session(a=CONFIG).run(f"apply -f a.yaml {flags}").err == f"error: {refusal}"
