"""What is refused of metadata and pods, in Kubernetes' words (rules 15)."""

from typing import Any

import pytest

from engine.api.writes import Create
from engine.kinds import Object, with_metadata
from tests.builders import deployment, namespace, pod, service
from tests.engine.admitting import holding, refusal, submitted


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
