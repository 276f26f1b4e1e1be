"""What is refused, in Kubernetes' words (rules 15)."""

from typing import Any

import pytest
from attrs import evolve

from engine.api.writes import Create, Update
from engine.errors import Invalid
from engine.kinds import ConfigMap, Node, Object, with_metadata
from tests.builders import deployment, namespace, node, pod, pod_spec, service
from tests.engine.admitting import holding, manifest, submitted


def refusal(obj: Object) -> str:
    with pytest.raises(Invalid) as refused:
        submitted(holding(), Create(obj))
    return str(refused.value)


def container(**fields: Any) -> Object:
    return pod("p", containers=[{"name": "c", "image": "x", **fields}])


LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
    "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
    "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def test_one_mistake_is_named_with_kind_name_and_path() -> None:
    assert refusal(pod("Web")) == f'Pod "Web" is invalid: metadata.name: Invalid value: "Web": {SUBDOMAIN}'


def test_the_kind_of_a_group_is_named_with_it() -> None:
    assert refusal(deployment("web", replicas=-1)) == (
        'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'
    )


def test_several_mistakes_are_listed_in_brackets() -> None:
    assert refusal(pod("p", containers=[{"name": "A"}])) == (
        f'Pod "p" is invalid: [spec.containers[0].name: Invalid value: "A": {LABEL}, '
        "spec.containers[0].image: Required value]"
    )


@pytest.mark.parametrize("name", ["a.b", "Shop", "-a", "a" * 64])
def test_namespaces_are_labels(name: str) -> None:
    assert "metadata.name: Invalid value" in refusal(namespace(name))


def test_a_namespace_with_a_dot_is_told_so() -> None:
    assert "must not contain dots" in refusal(namespace("a.b"))


def test_services_start_with_a_letter() -> None:
    assert "a DNS-1035 label must consist of" in refusal(service("1web"))


@pytest.mark.parametrize("name", ["a", "a.b-c", "0", "a" * 253])
def test_pods_are_subdomains(name: str) -> None:
    assert submitted(holding(), Create(pod(name))).count("Pod") == 1


def test_the_longest_name_has_253_letters() -> None:
    assert "must be no more than 253 characters" in refusal(pod("a" * 254))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "name part must be non-empty"),
        ("-a", "name part must consist of alphanumeric characters, '-', '_' or '.'"),
        ("a" * 64, "name part must be no more than 63 characters"),
        ("a/b/c", "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"),
        ("/b", "prefix part must be non-empty"),
        ("UP/b", "prefix part a lowercase RFC 1123 subdomain"),
    ],
)
def test_label_keys_are_qualified_names(key: str, why: str) -> None:
    text = refusal(with_metadata(pod("p"), labels={key: "x"}))
    assert f'metadata.labels: Invalid value: "{key}"' in text
    assert why in text


@pytest.mark.parametrize("value", ["a b", "-a", "a" * 64])
def test_label_values_have_their_grammar(value: str) -> None:
    assert "metadata.labels: Invalid value" in refusal(with_metadata(pod("p"), labels={"k": value}))


def test_a_bad_label_value_is_explained() -> None:
    text = refusal(with_metadata(pod("p"), labels={"k": "a b"}))
    assert text == f'Pod "p" is invalid: metadata.labels: Invalid value: "a b": {LABEL_VALUE}'


def test_annotations_hold_256_kilobytes_together() -> None:
    full = with_metadata(pod("p"), annotations={"k": "x" * 262143})
    assert submitted(holding(), Create(full)).count("Pod") == 1
    text = refusal(with_metadata(pod("p"), annotations={"k": "x" * 262144}))
    assert "metadata.annotations: Too long: may not be more than 262144 bytes" in text


def test_annotation_keys_may_be_upper_case() -> None:
    assert submitted(holding(), Create(with_metadata(pod("p"), annotations={"Example.COM/Key": ""})))


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"containers": []}, "spec.containers: Required value"),
        (
            {"containers": [{"name": "a", "image": "x"}, {"name": "a", "image": "x"}]},
            'spec.containers[1].name: Duplicate value: "a"',
        ),
        (
            {"initContainers": [{"name": "main", "image": "x"}]},
            'spec.initContainers[0].name: Duplicate value: "main"',
        ),
        (
            {"initContainers": [{"name": "i", "image": "x", "livenessProbe": {"tcpSocket": {"port": 1}}}]},
            "spec.initContainers[0].livenessProbe: Forbidden: "
            "may not be set for init containers without restartPolicy=Always",
        ),
        (
            {"restartPolicy": "Sometimes"},
            'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
        ),
        ({"dnsPolicy": "Mine"}, 'spec.dnsPolicy: Unsupported value: "Mine"'),
        ({"nodeSelector": {"a b": "c"}}, 'spec.nodeSelector: Invalid value: "a b"'),
        ({"nodeName": "N"}, 'spec.nodeName: Invalid value: "N"'),
        (
            {"activeDeadlineSeconds": 0},
            "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647",
        ),
        (
            {"volumes": [{"name": "v"}, {"name": "v"}]},
            'spec.volumes[1].name: Duplicate value: "v"',
        ),
        (
            {"volumes": [{"name": "v", "emptyDir": {}, "hostPath": {"path": "/"}}]},
            "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
        ),
        (
            {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
            "value must be empty when `operator` is 'Exists'",
        ),
        ({"tolerations": [{"value": "b"}]}, "operator must be Exists when `key` is empty"),
        (
            {"tolerations": [{"key": "a", "tolerationSeconds": 3}]},
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
        ),
        (
            {"tolerations": [{"key": "a", "effect": "Never"}]},
            'supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
        ),
        (
            {
                "affinity": {
                    "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}
                }
            },
            "must have at least one node selector term",
        ),
        (
            {
                "nodeName": "w1",
                "schedulingGates": [{"name": "a.b/c"}],
            },
            "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
        ),
    ],
)
def test_a_pods_spec_is_checked(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(pod("p", **spec))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (
            {"resources": {"requests": {"cpu": "200m"}, "limits": {"cpu": "100m"}}},
            'spec.containers[0].resources.requests: Invalid value: "200m": '
            "must be less than or equal to cpu limit of 100m",
        ),
        (
            {"resources": {"requests": {"cpu": "-1"}}},
            'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        ),
        (
            {"resources": {"requests": {"gold": "1"}}},
            'resources.requests[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
        ),
        (
            {"resources": {"requests": {"nvidia.com/gpu": "1"}}},
            "resources.limits: Required value: Limit must be set for non overcommitable resources",
        ),
        (
            {"resources": {"limits": {"nvidia.com/gpu": "500m"}}},
            "must be an integer",
        ),
        ({"ports": [{"containerPort": 0}]}, "ports[0].containerPort: Required value"),
        (
            {"ports": [{"containerPort": 65536}]},
            "ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive",
        ),
        (
            {"ports": [{"containerPort": 80, "name": "this-is-too-long"}]},
            'ports[0].name: Invalid value: "this-is-too-long": must be no more than 15 characters',
        ),
        ({"ports": [{"containerPort": 80, "name": "80"}]}, "must contain at least one letter (a-z)"),
        ({"ports": [{"containerPort": 80, "name": "a--b"}]}, "must not contain consecutive hyphens"),
        (
            {"ports": [{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a"}]},
            'ports[1].name: Duplicate value: "a"',
        ),
        (
            {"ports": [{"containerPort": 80, "protocol": "HTTP"}]},
            'ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
        ),
        ({"env": [{"name": ""}]}, "env[0].name: Required value"),
        (
            {"env": [{"name": "A=B"}]},
            "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
        (
            {"env": [{"name": "A", "value": "1", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
            'env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        ),
        ({"envFrom": [{}]}, "must specify one of: `configMapRef` or `secretRef`"),
        (
            {"volumeMounts": [{"name": "v", "mountPath": "/v"}]},
            'spec.containers[0].volumeMounts[0].name: Not found: "v"',
        ),
        ({"imagePullPolicy": "Often"}, 'supported values: "Always", "IfNotPresent", "Never"'),
        ({"livenessProbe": {}}, "spec.containers[0].livenessProbe: Required value: must specify a handler type"),
        (
            {"livenessProbe": {"tcpSocket": {"port": 1}, "httpGet": {"port": 1}}},
            "livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
        ),
        (
            {"livenessProbe": {"tcpSocket": {"port": 1}, "successThreshold": 2}},
            "livenessProbe.successThreshold: Invalid value: 2: must be 1",
        ),
        (
            {"readinessProbe": {"tcpSocket": {"port": 0}}},
            "readinessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive",
        ),
        (
            {"readinessProbe": {"exec": {}}},
            "readinessProbe.exec.command: Required value",
        ),
    ],
)
def test_a_container_is_checked(fields: dict[str, Any], why: str) -> None:
    assert why in refusal(container(**fields))


def test_a_host_port_is_taken_once_in_a_pod() -> None:
    both = [{"name": name, "image": "x", "ports": [{"containerPort": 80, "hostPort": 80}]} for name in "ab"]
    assert 'spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"' in refusal(pod("p", containers=both))


def test_two_containers_may_name_the_same_container_port() -> None:
    both = [{"name": name, "image": "x", "ports": [{"containerPort": 80}]} for name in "ab"]
    assert submitted(holding(), Create(pod("p", containers=both))).count("Pod") == 1


def test_a_mount_path_is_used_once() -> None:
    mounts = [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}]
    text = refusal(
        pod("p", volumes=[{"name": "v"}], containers=[{"name": "c", "image": "x", "volumeMounts": mounts}])
    )
    assert 'volumeMounts[1].mountPath: Invalid value: "/v": must be unique' in text


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
    assert "metadata.name: Invalid value" in refusal(manifest("StatefulSet", "A", "apps/v1", spec={}))
