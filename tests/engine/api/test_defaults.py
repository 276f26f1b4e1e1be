"""Defaults (rules 1, 6, 7, 11)."""

from typing import Any

import pytest

from engine.api.defaults import defaulted
from engine.api.defaults.pod import default_own_spec, default_pod_spec, pull_policy
from engine.kinds import Deployment, Object, Pod, PodSpec, ReplicationController, RollingUpdate, Service
from tests.builders import deployment, pod, pod_spec, service
from tests.engine.admitting import holding, manifest


def own(**spec: Any) -> PodSpec:
    return default_own_spec(default_pod_spec(pod("p", **spec).spec))


def test_a_deployment_rolls_25_percent_at_a_time_and_keeps_10_revisions() -> None:
    spec = defaulted(deployment("web")).spec
    assert spec.strategy is not None
    assert spec.strategy.type == "RollingUpdate"
    assert spec.strategy.rolling_update == RollingUpdate(max_unavailable="25%", max_surge="25%")
    assert (spec.revision_history_limit, spec.progress_deadline_seconds) == (10, 600)


def test_a_deployment_that_names_no_replicas_has_one() -> None:
    made = manifest(
        "Deployment",
        "web",
        "apps/v1",
        spec={"selector": {"matchLabels": {"a": "b"}}, "template": {"spec": pod_spec()}},
    )
    assert isinstance(made, Deployment)
    assert defaulted(made).spec.replicas == 1


def test_zero_is_a_number_of_replicas() -> None:
    assert defaulted(deployment("web", replicas=0)).spec.replicas == 0


def test_a_recreate_strategy_gets_no_rolling_update() -> None:
    spec = defaulted(deployment("web", strategy={"type": "Recreate"})).spec
    assert spec.strategy is not None
    assert spec.strategy.rolling_update is None


def test_a_replication_controller_takes_selector_and_labels_from_its_template() -> None:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": pod_spec()}
    made = defaulted(manifest("ReplicationController", "rc", spec={"template": template}))
    assert isinstance(made, ReplicationController)
    assert (made.spec.selector, made.metadata.labels, made.spec.replicas) == ({"app": "x"}, {"app": "x"}, 1)


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry:5000/nginx", "Always"),
        ("registry:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:0123", "IfNotPresent"),
        ("nginx:latest@sha256:0123", "Always"),
    ],
)
def test_only_the_tag_latest_is_pulled_each_time(image: str, policy: str) -> None:
    assert pull_policy(image) == policy


def test_a_pod_gets_its_policies_and_thirty_seconds() -> None:
    spec = own()
    assert (spec.restart_policy, spec.dns_policy, spec.scheduler_name) == (
        "Always",
        "ClusterFirst",
        "default-scheduler",
    )
    assert (spec.termination_grace_period_seconds, spec.service_account_name) == (30, "default")


def test_a_grace_period_of_zero_stays() -> None:
    assert own(terminationGracePeriodSeconds=0).termination_grace_period_seconds == 0


def test_a_probe_asks_every_ten_seconds_and_gives_up_after_three_failures() -> None:
    spec = own(containers=[{"name": "c", "image": "x", "livenessProbe": {"httpGet": {"port": 80}}}])
    probe = spec.containers[0].liveness_probe
    assert probe is not None and probe.http_get is not None
    assert (probe.timeout_seconds, probe.period_seconds) == (1, 10)
    assert (probe.success_threshold, probe.failure_threshold) == (1, 3)
    assert (probe.http_get.path, probe.http_get.scheme) == ("/", "HTTP")


def test_limits_without_requests_become_requests_of_the_pod() -> None:
    limits = {"cpu": "1", "memory": "1Gi"}
    spec = own(
        containers=[{"name": "c", "image": "x", "resources": {"limits": limits, "requests": {"cpu": "1m"}}}]
    )
    resources = spec.containers[0].resources
    assert resources is not None
    assert resources.requests == {"cpu": "1m", "memory": "1Gi"}


def test_a_pod_tolerates_a_lost_node_for_five_minutes() -> None:
    seconds = {each.key: each.toleration_seconds for each in own().tolerations}
    assert seconds == {"node.kubernetes.io/not-ready": 300, "node.kubernetes.io/unreachable": 300}


def test_a_pod_that_tolerates_everything_gets_no_limit() -> None:
    assert len(own(tolerations=[{"operator": "Exists"}]).tolerations) == 1


def test_the_ports_of_a_host_network_pod_are_the_nodes() -> None:
    spec = own(hostNetwork=True, containers=[{"name": "c", "image": "x", "ports": [{"containerPort": 80}]}])
    assert spec.containers[0].ports[0].host_port == 80


def test_a_volume_without_a_source_is_an_empty_directory() -> None:
    assert own(volumes=[{"name": "v"}]).volumes[0].source == "emptyDir"


def test_a_service_port_targets_its_own_number() -> None:
    spec = defaulted(service("web", port=80)).spec
    assert (spec.ports[0].target_port, spec.ports[0].protocol) == (80, "TCP")
    assert (spec.type, spec.session_affinity, spec.internal_traffic_policy) == ("ClusterIP", "None", "Cluster")
    assert spec.external_traffic_policy == ""


def test_a_reachable_service_has_an_external_policy() -> None:
    spec = defaulted(service("web", type="LoadBalancer")).spec
    assert (spec.external_traffic_policy, spec.allocate_load_balancer_node_ports) == ("Cluster", True)


def test_client_affinity_lasts_three_hours() -> None:
    spec = defaulted(service("web", sessionAffinity="ClientIP")).spec
    assert spec.extra["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 10800}}


def test_an_external_name_needs_no_policies() -> None:
    spec = defaulted(service("web", type="ExternalName", externalName="example.com")).spec
    assert (spec.internal_traffic_policy, spec.external_traffic_policy) == (None, "")


@pytest.mark.parametrize("obj", [deployment("web"), service("web"), manifest("Namespace", "n")])
def test_what_is_full_comes_back_as_the_same_object(obj: Object) -> None:
    full = defaulted(obj)
    assert defaulted(full) is full


def test_a_full_pod_spec_comes_back_as_the_same_object() -> None:
    (made,) = holding(pod("p")).all(Pod)
    assert default_own_spec(default_pod_spec(made.spec)) is made.spec


def test_a_headless_service_keeps_none_as_its_address() -> None:
    made = holding(service("db", clusterIP="None")).find(Service, "db", "default")
    assert made is not None
    assert (made.spec.cluster_ip, made.spec.cluster_ips) == ("None", ("None",))
