"""What is refused of workloads, services, nodes and the rest, in Kubernetes' words (rules 11, 15)."""

from typing import Any

import pytest
from attrs import evolve

from engine.api.writes import Create, Update
from engine.errors import Invalid
from engine.kinds import ConfigMap, Node, Object, with_metadata
from tests.builders import deployment, node, pod, pod_spec, service
from tests.engine.admitting import holding, manifest, refusal, submitted


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            {"selector": {"matchLabels": {"app": "other"}}},
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
            "`selector` does not match template `labels`",
        ),
        ({"selector": None}, "spec.selector: Required value"),
        ({"selector": {}}, "empty selector is invalid for deployment"),
        (
            {"selector": {"matchExpressions": [{"key": "app", "operator": "Like"}]}},
            'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
        ),
        (
            {"template": {**pod_spec(), "restartPolicy": "Never"}},
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        ),
        (
            {"template": {**pod_spec(), "activeDeadlineSeconds": 3}},
            "activeDeadlineSeconds in ReplicaSet is not Supported",
        ),
        (
            {"template": {"containers": [{"name": "c"}]}},
            "spec.template.spec.containers[0].image: Required value",
        ),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}},
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
        ),
        (
            {"strategy": {"rollingUpdate": {"maxUnavailable": "101%"}}},
            'maxUnavailable: Invalid value: "101%": must not be greater than 100%',
        ),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": "many"}}},
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
        (
            {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
            "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
        ),
        (
            {"strategy": {"type": "Blue"}},
            'spec.strategy: Unsupported value: {"type":"Blue"}: supported values: "Recreate", "RollingUpdate"',
        ),
        (
            {"progressDeadlineSeconds": 5, "minReadySeconds": 5},
            "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds",
        ),
    ],
)
def test_a_deployment_is_checked(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(deployment("web", **spec))


def test_a_replication_controller_needs_a_selector_that_matches() -> None:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": pod_spec()}
    made = manifest("ReplicationController", "rc", spec={"selector": {"app": "y"}, "template": template})
    assert "`selector` does not match template `labels`" in refusal(made)
    bare = manifest("ReplicationController", "rc", spec={"template": {"spec": pod_spec()}})
    assert "spec.selector: Required value" in refusal(bare)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            {"type": "Public"},
            'spec.type: Unsupported value: "Public": '
            'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
        ),
        ({"ports": []}, "spec.ports: Required value"),
        ({"ports": [{"port": 80}, {"port": 81}]}, "spec.ports[0].name: Required value"),
        (
            {"ports": [{"name": "a", "port": 80}, {"name": "a", "port": 81}]},
            'spec.ports[1].name: Duplicate value: "a"',
        ),
        (
            {"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 80}]},
            'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}',
        ),
        (
            {"ports": [{"port": 80, "nodePort": 30080}]},
            "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
        ),
        (
            {
                "type": "NodePort",
                "ports": [
                    {"name": "a", "port": 80, "nodePort": 30080},
                    {"name": "b", "port": 81, "nodePort": 30080},
                ],
            },
            "spec.ports[1].nodePort: Duplicate value: 30080",
        ),
        ({"ports": [{"port": 0}]}, "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535"),
        (
            {"ports": [{"port": 80, "targetPort": "Not a name"}]},
            'spec.ports[0].targetPort: Invalid value: "Not a name"',
        ),
        (
            {"type": "LoadBalancer", "clusterIP": "None"},
            "may not be set to 'None' for LoadBalancer services",
        ),
        ({"type": "ExternalName"}, "spec.externalName: Required value"),
        (
            {"type": "ExternalName", "externalName": "example.com", "clusterIP": "10.96.0.9"},
            "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
        ),
        (
            {"externalTrafficPolicy": "Local"},
            "may only be set for externally-accessible services",
        ),
        (
            {"sessionAffinity": "Sticky"},
            'spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"',
        ),
        (
            {"allocateLoadBalancerNodePorts": True},
            "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
        ),
        ({"selector": {"a b": "c"}}, 'spec.selector: Invalid value: "a b"'),
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["everywhere"]},
            'spec.loadBalancerSourceRanges[0]: Invalid value: "everywhere": must be a valid CIDR value',
        ),
        (
            {"loadBalancerClass": "a.example/b"},
            "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
        ),
    ],
)
def test_a_service_is_checked(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(service("web", **spec))


def test_a_budget_has_one_of_the_two_numbers() -> None:
    both = manifest("PodDisruptionBudget", "b", "policy/v1", spec={"minAvailable": 1, "maxUnavailable": 1})
    assert "minAvailable and maxUnavailable cannot be both set" in refusal(both)


@pytest.mark.parametrize("value", [-1, "101%", "half"])
def test_a_budgets_number_makes_sense(value: int | str) -> None:
    text = refusal(manifest("PodDisruptionBudget", "b", "policy/v1", spec={"minAvailable": value}))
    assert "spec.minAvailable: Invalid value" in text


def tainted(*taints: dict[str, str]) -> Object:
    return manifest("Node", "w1", spec={"taints": list(taints)})


def test_taints_are_unique_by_key_and_effect() -> None:
    twice = tainted({"key": "a", "effect": "NoSchedule"}, {"key": "a", "value": "b", "effect": "NoSchedule"})
    assert "taints must be unique by key and effect pair" in refusal(twice)
    two = tainted({"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoExecute"})
    assert submitted(holding(), Create(two)).count("Node") == 1


def test_a_taint_needs_a_known_effect() -> None:
    assert "metadata.taints[0].effect: Required value" in refusal(tainted({"key": "a"}))
    assert 'Unsupported value: "Sometimes"' in refusal(tainted({"key": "a", "effect": "Sometimes"}))


def test_a_nodes_address_range_is_given_once() -> None:
    state = holding(node("w1"))
    stored = state.find(Node, "w1")
    assert stored is not None
    first = evolve(stored, spec=evolve(stored.spec, pod_cidr="10.244.0.0/24", pod_cidrs=("10.244.0.0/24",)))
    state = submitted(state, Update(first))
    second = evolve(first, spec=evolve(first.spec, pod_cidrs=("10.244.1.0/24",)))
    with pytest.raises(Invalid, match="node updates may not change podCIDR except from"):
        submitted(state, Update(with_metadata(second, resource_version="")))


def test_config_keys_have_their_grammar() -> None:
    assert "data[a b]: Invalid value" in refusal(manifest("ConfigMap", "c", data={"a b": "1"}))
    assert "must not be '..'" in refusal(manifest("ConfigMap", "c", data={"..": "1"}))
    both = manifest("ConfigMap", "c", data={"a": "1"}, binaryData={"a": "MQ=="})
    assert "duplicate of key present in binaryData" in refusal(both)


def test_an_immutable_config_map_stays_as_it_is() -> None:
    state = holding(manifest("ConfigMap", "c", data={"a": "1"}, immutable=True))
    stored = state.find(ConfigMap, "c", "default")
    assert stored is not None
    with pytest.raises(Invalid, match="data: Forbidden: field is immutable when `immutable` is set"):
        submitted(state, Update(evolve(stored, data={"a": "2"})))


def test_an_owner_is_named_in_full_and_only_one_controls() -> None:
    partial = pod("p")
    owner: dict[str, Any] = {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u", "controller": True}
    two = manifest("Pod", "p", metadata={"ownerReferences": [owner, {**owner, "name": "m"}]}, spec=pod_spec())
    assert "Only one reference can have Controller set to true" in refusal(two)
    nameless = manifest("Pod", "p", metadata={"ownerReferences": [{**owner, "uid": ""}]}, spec=pod_spec())
    assert 'metadata.ownerReferences.uid: Invalid value: "": must not be empty' in refusal(nameless)
    assert submitted(holding(), Create(partial)).count("Pod") == 1


def test_both_finalizers_of_the_garbage_collector_exclude_each_other() -> None:
    both = with_metadata(pod("p"), finalizers=("orphan", "foregroundDeletion"))
    assert "finalizer orphan and foregroundDeletion cannot be both set" in refusal(both)


def test_kinds_without_a_model_have_their_metadata_checked() -> None:
    assert "metadata.name: Invalid value" in refusal(manifest("Ingress", "A", "networking.k8s.io/v1", spec={}))


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("mine", {"value": 10**9 + 1}, "maximum allowed value of a user defined priority is 1000000000"),
        ("system-mine", {"value": 1}, "use only. error: system-mine is not a known system priority class"),
        ("system-node-critical", {"value": 1}, "value of system-node-critical PriorityClass must be 2000001000"),
        ("mine", {"preemptionPolicy": "Often"}, 'preemptionPolicy: Unsupported value: "Often"'),
    ],
)  # fmt: skip
def test_a_priority_class_of_users_stays_below_the_systems(name: str, body: dict[str, Any], why: str) -> None:
    assert why in refusal(manifest("PriorityClass", name, "scheduling.k8s.io/v1", **body))


def test_the_value_of_a_priority_class_never_changes() -> None:
    highest = manifest("PriorityClass", "mine", "scheduling.k8s.io/v1", value=1_000_000_000)
    known = manifest("PriorityClass", "system-node-critical", "scheduling.k8s.io/v1", value=2_000_001_000)
    state = holding(highest, known)
    default = manifest("PriorityClass", "mine", highest.api_version, value=10**9, globalDefault=True)
    told = submitted(state, Update(default))
    assert told.count("PriorityClass") == 2
    with pytest.raises(Invalid, match="value: Forbidden: may not be changed in an update"):
        submitted(state, Update(manifest("PriorityClass", "mine", highest.api_version, value=7)))
