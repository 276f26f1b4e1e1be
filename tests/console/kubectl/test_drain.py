"""drain's filters, texts and retries (rules 7), against the API server alone: pods go at once with grace 0."""

from typing import Any

from engine.api.writes import Delete, Evict
from engine.kinds import Node, Object, Ref, from_manifest
from k9lite.verbs.drain import argv, form
from tests.builders import node
from tests.console.running import NOW, Outcome, Session, state_of


def owner(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}]


def on_node(
    name: str, owned_by: str = "", phase: str = "Running", where: str = "w1", **metadata: Any
) -> dict[str, Any]:
    owners = owner(*owned_by.split("/")) if owned_by else []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": f"uid-{name}",
            "labels": {"app": name.partition("-")[0]},
            "ownerReferences": owners,
            **metadata,
        },
        "spec": {"nodeName": where, "containers": [{"name": "c", "image": "nginx"}]},
        "status": {"phase": phase, "conditions": [{"type": "Ready", "status": "True"}]},
    }


def with_local_storage(manifest: dict[str, Any]) -> dict[str, Any]:
    manifest["spec"]["volumes"] = [{"name": "scratch", "emptyDir": {}}]
    return manifest


def daemon_set(name: str = "agent") -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": "default"}}


def budget(app: str, allowed: int = 0) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": app, "namespace": "default", "generation": 1},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": app}}},
        "status": {
            "disruptionsAllowed": allowed,
            "currentHealthy": 1,
            "desiredHealthy": 1,
            "expectedPods": 1,
            "observedGeneration": 1,
        },
    }


def serving(app: str) -> dict[str, Any]:
    spec = {"selector": {"app": app}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": app, "namespace": "default"}, "spec": spec}


def session(*manifests: dict[str, Any]) -> Session:
    objects: list[Object] = [from_manifest(each) for each in manifests]
    return Session(state_of(node("w1"), node("w2"), *objects))


def drain(cluster: Session, flags: str = "", nodes: str = "w1") -> Outcome:
    return cluster.run(f"drain {nodes} --grace-period=0 {flags}")


def is_cordoned(cluster: Session, name: str = "w1") -> bool:
    found = cluster.state.find(Node, name)
    assert found is not None
    return found.spec.unschedulable


def test_a_drain_cordons_the_node_and_evicts_its_pods() -> None:
    cluster = session(
        on_node("web-1", "ReplicaSet/web"), on_node("web-2", "ReplicaSet/web"), on_node("far", where="w2")
    )
    done = drain(cluster)
    assert done.out.splitlines() == [
        "node/w1 cordoned",
        "evicting pod default/web-1",
        "evicting pod default/web-2",
        "pod/web-1 evicted",
        "pod/web-2 evicted",
        "node/w1 drained",
    ]
    assert (done.err, done.code) == ("", 0)
    assert cluster.run("get pods -o name").out == "pod/far"
    assert is_cordoned(cluster)


def test_an_empty_or_cordoned_node_is_drained_too() -> None:
    cluster = session()
    assert drain(cluster).out == "node/w1 cordoned\nnode/w1 drained"
    assert drain(cluster).out == "node/w1 already cordoned\nnode/w1 drained"


def test_a_pod_without_a_controller_stops_the_drain_but_the_node_stays_cordoned() -> None:
    cluster = session(on_node("alone"), on_node("web-1", "ReplicaSet/web"))
    done = drain(cluster)
    text = "cannot delete Pods that declare no controller (use --force to override): default/alone"
    assert done.out == "node/w1 cordoned"
    assert done.err.splitlines() == [
        f'error: unable to drain node "w1" due to error: {text}, continuing command...',
        "There are pending nodes to be drained:",
        " w1",
        text,
    ]
    assert done.code == 1
    assert is_cordoned(cluster)
    assert not any(isinstance(write, Evict | Delete) for each in done.submitted for write in each.writes)


def test_force_takes_a_pod_without_a_controller_with_a_warning() -> None:
    done = drain(session(on_node("alone")), "--force")
    assert done.err == "Warning: deleting Pods that declare no controller: default/alone"
    assert done.out.splitlines()[-2:] == ["pod/alone evicted", "node/w1 drained"]


def test_daemon_set_pods_stop_the_drain_or_are_left_where_they_are() -> None:
    cluster = session(daemon_set(), on_node("agent-1", "DaemonSet/agent"), on_node("web-1", "ReplicaSet/web"))
    assert (
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agent-1"
        in drain(cluster).err
    )
    done = drain(cluster, "--ignore-daemonsets")
    assert done.err == "Warning: ignoring DaemonSet-managed Pods: default/agent-1"
    assert cluster.run("get pods -o name").out == "pod/agent-1"
    assert done.code == 0


def test_a_pod_of_a_missing_daemon_set_goes_only_by_force() -> None:
    cluster = session(on_node("agent-1", "DaemonSet/agent"))
    assert (
        'cannot delete daemonsets.apps "agent" not found: default/agent-1' in drain(cluster, "--ignore-daemonsets").err
    )
    done = drain(cluster, "--force")
    assert done.err == 'Warning: daemonsets.apps "agent" not found: default/agent-1'
    assert "pod/agent-1 evicted" in done.out


def test_local_storage_stops_the_drain_unless_it_may_be_lost() -> None:
    cluster = session(with_local_storage(on_node("cache-1", "ReplicaSet/cache")))
    assert (
        "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/cache-1"
        in drain(cluster).err
    )
    done = drain(cluster, "--delete-emptydir-data")
    assert done.err == "Warning: deleting Pods with local storage: default/cache-1"
    assert done.code == 0


def test_a_bare_pod_with_local_storage_reports_only_the_storage() -> None:
    refused = drain(session(with_local_storage(on_node("alone"))))
    assert "local storage" in refused.err
    assert "declare no controller" not in refused.err


def test_mirror_pods_are_left_without_a_word_and_finished_pods_always_go() -> None:
    mirror = on_node("static", annotations={"kubernetes.io/config.mirror": "abc"})
    cluster = session(mirror, with_local_storage(on_node("over", phase="Succeeded")))
    done = drain(cluster)
    assert (done.err, done.code) == ("", 0)
    assert cluster.run("get pods -o name").out == "pod/static"


def test_groups_of_messages_come_sorted() -> None:
    cluster = session(
        daemon_set(),
        on_node("agent-1", "DaemonSet/agent"),
        with_local_storage(on_node("b-cache", "ReplicaSet/cache")),
        with_local_storage(on_node("a-cache", "ReplicaSet/cache")),
        on_node("alone"),
    )
    first, *_rest = drain(cluster).err.splitlines()
    assert first == (
        'error: unable to drain node "w1" due to error: ['
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agent-1, "
        "cannot delete Pods that declare no controller (use --force to override): default/alone, "
        "cannot delete Pods with local storage (use --delete-emptydir-data to override): "
        "default/a-cache, default/b-cache], continuing command..."
    )
    done = drain(cluster, "--force --ignore-daemonsets --delete-emptydir-data")
    assert done.err == (
        "Warning: deleting Pods that declare no controller: default/alone; "
        "deleting Pods with local storage: default/a-cache, default/b-cache; "
        "ignoring DaemonSet-managed Pods: default/agent-1"
    )


def test_a_budget_is_asked_again_every_five_seconds_until_the_timeout() -> None:
    cluster = session(budget("web"), on_node("web-1", "ReplicaSet/web"), on_node("api-1", "ReplicaSet/api"))
    done = drain(cluster, "--timeout=12s")
    again = (
        'error when evicting pods/"web-1" -n "default" (will retry after 5s): '
        "Cannot evict pod as it would violate the pod's disruption budget."
    )
    last = 'error when evicting pods/"web-1" -n "default": global timeout reached: 12s'
    assert done.err.splitlines() == [
        again,
        again,
        again,
        f'There are pending pods in node "w1" when an error occurred: {last}',
        "pod/web-1",
        f'error: unable to drain node "w1" due to error: {last}, continuing command...',
        "There are pending nodes to be drained:",
        " w1",
        last,
    ]
    assert done.out.splitlines().count("evicting pod default/web-1") == 4
    assert "pod/api-1 evicted" in done.out
    assert cluster.now == NOW + 15
    assert done.code == 1


def test_disable_eviction_deletes_past_the_budget() -> None:
    cluster = session(budget("web"), on_node("web-1", "ReplicaSet/web"))
    done = drain(cluster, "--disable-eviction")
    assert done.out.splitlines() == ["node/w1 cordoned", "pod/web-1 deleted", "node/w1 drained"]


def test_a_pod_that_stays_is_waited_for_until_the_timeout() -> None:
    cluster = session(on_node("web-1", "ReplicaSet/web"))
    late = cluster.run("drain w1 --timeout=30s")
    assert (
        'error when waiting for pod "web-1" in namespace "default" to terminate: context deadline exceeded' in late.err
    )
    assert cluster.now == NOW + 30


def test_a_pod_that_was_deleted_long_ago_need_not_be_waited_for() -> None:
    cluster = session(on_node("web-1", "ReplicaSet/web"))
    cluster.run("drain w1 --timeout=31s")
    cluster.now += 60
    again = cluster.run("drain w1 --skip-wait-for-delete-timeout=20")
    assert again.out == "node/w1 already cordoned\nnode/w1 drained"


def test_the_other_nodes_are_drained_though_one_cannot_be() -> None:
    cluster = session(on_node("alone"), on_node("web-1", "ReplicaSet/web", where="w2"))
    done = drain(cluster, nodes="w1 w2")
    assert done.out.splitlines() == [
        "node/w1 cordoned",
        "node/w2 cordoned",
        "evicting pod default/web-1",
        "pod/web-1 evicted",
        "node/w2 drained",
    ]
    assert done.err.splitlines()[1:3] == ["There are pending nodes to be drained:", " w1"]
    assert done.code == 1


def test_a_pod_selector_takes_only_its_pods() -> None:
    cluster = session(on_node("web-1", "ReplicaSet/web"), on_node("alone"))
    assert drain(cluster, "--pod-selector=app=web").code == 0
    assert cluster.run("get pods -o name").out == "pod/alone"
    assert cluster.run("drain w1 --pod-selector='app in'").err == (
        "error: --pod-selector=<pod_selector> must be a valid label selector"
    )


def test_a_dry_run_only_tells() -> None:
    done = session(on_node("web-1", "ReplicaSet/web")).run("drain w1 --dry-run=client")
    assert done.out.splitlines() == [
        "node/w1 cordoned (dry run)",
        "evicting pod default/web-1 (dry run)",
        "node/w1 drained (dry run)",
    ]
    assert not done.submitted


def test_an_unknown_node_is_refused_before_anything_is_done() -> None:
    cluster = session()
    done = drain(cluster, nodes="w1 nope")
    assert done.err == 'Error from server (NotFound): nodes "nope" not found'
    assert not is_cordoned(cluster)


def test_the_dialog_tells_what_happens_to_services_and_budgets() -> None:
    cluster = session(
        on_node("web-1", "ReplicaSet/web", labels={"app": "web"}),
        on_node("web-2", "ReplicaSet/web", labels={"app": "web"}, where="w2"),
        on_node("db-1", "ReplicaSet/db", labels={"app": "db"}),
        serving("web"),
        serving("db"),
        budget("web", allowed=1),
        budget("db"),
    )
    assert form(cluster.state, [Ref("Node", "", "w1")]).message.splitlines()[2:] == [
        "  default/db-1, default/web-1",
        "  ▲ service default/db loses its last pod",
        "  ▲ budget default/db lets 0 of 1 go now",
    ]
    both = form(cluster.state, [Ref("Node", "", "w1"), Ref("Node", "", "w2")]).message
    assert "service default/web loses its last pod" in both and "budget default/web lets 1 of 2 go now" in both


def test_the_dialog_counts_what_goes_and_writes_a_short_line() -> None:
    cluster = session(
        daemon_set(),
        on_node("agent-1", "DaemonSet/agent"),
        with_local_storage(on_node("cache-1", "ReplicaSet/cache")),
        on_node("alone"),
    )
    asked = form(cluster.state, [Ref("Node", "", "w1")])
    assert asked.message.splitlines()[1] == (
        "  w1: 2 pods to evict, 1 with local storage, 1 without a controller, 1 of DaemonSets stay"
    )
    assert asked.message.splitlines()[2:] == ["  default/alone, default/cache-1"]
    defaults = {field.name: field.default for field in asked.fields}
    assert argv([Ref("Node", "", "w1")], defaults) == ["drain", "w1", "--ignore-daemonsets"]
    assert argv([Ref("Node", "", "w1")], {**defaults, "force": "true", "timeout": "30s"}) == [
        "drain", "w1", "--ignore-daemonsets", "--force", "--timeout=30s",
    ]  # fmt: skip
