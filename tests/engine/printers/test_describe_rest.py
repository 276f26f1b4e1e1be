"""``kubectl describe`` of services, endpoints, config and what has no description of its own."""

import pytest

from engine.kinds import KINDS, Ref, from_manifest, load_yaml, parse_time
from engine.kinds.amounts import canonical
from engine.printers.describe import DESCRIBERS, describe
from engine.printers.describe.metadata import time_text
from engine.printers.parts.tabs import tabbed
from engine.store.commit import Commit
from engine.store.state import State, fold

NOW = parse_time("2026-05-28T20:26:40Z")


def described(text: str, kind: str, name: str, namespace: str = "") -> str:
    """The description of one of the objects in ``text``, its trailing spaces shown as ``~``."""
    objects = tuple(from_manifest(each) for each in load_yaml(text, "test"))
    state = fold(State(), Commit(revision=1, time=NOW, actor="user", puts=objects))
    obj = state.get(Ref(kind, namespace, name))
    assert obj is not None
    lines = describe(obj, state, NOW)
    return "".join(f"{line[:-1]}~\n" if line.endswith(" ") else f"{line}\n" for line in lines)


def test_a_service_is_described_with_its_ready_endpoints_by_port() -> None:
    manifests = r"""
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, uid: u-svc, creationTimestamp: "2026-05-28T18:00:00Z"}
spec: {type: LoadBalancer, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack, selector: {app: web}, sessionAffinity: None, externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, ports: [{name: http, port: 80, targetPort: http, nodePort: 30080, protocol: TCP}, {name: m, port: 9090, targetPort: 9090, protocol: TCP, appProtocol: h2c}]}
status: {loadBalancer: {ingress: [{ip: 192.0.2.1, ipMode: VIP}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-x1, namespace: shop, uid: u-eps, creationTimestamp: "2026-05-28T18:00:00Z", labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 80, protocol: TCP}, {name: m, port: 9090, protocol: TCP}]
endpoints:
- {addresses: [10.244.1.5], conditions: {ready: true, serving: true, terminating: false}, nodeName: node1, targetRef: {kind: Pod, name: web-abc-1, namespace: shop}, zone: a}
- {addresses: [10.244.1.6], conditions: {ready: false}}
- {addresses: [10.244.1.7], conditions: {ready: true}, hostname: h}
- {addresses: [10.244.1.8], conditions: {ready: true}}
- {addresses: [10.244.1.9], conditions: {ready: true}}
"""  # noqa: E501  # manifests in flow style
    assert described(manifests, "Service", "web", "shop") == """\
Name:                     web
Namespace:                shop
Labels:                   <none>
Annotations:              <none>
Selector:                 app=web
Type:                     LoadBalancer
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.0.7
IPs:                      10.96.0.7
LoadBalancer Ingress:     192.0.2.1 (VIP)
Port:                     http  80/TCP
TargetPort:               http/TCP
NodePort:                 http  30080/TCP
Endpoints:                10.244.1.5:80,10.244.1.7:80,10.244.1.8:80 + 1 more...
Port:                     m  9090/TCP
TargetPort:               9090/TCP
AppProtocol:              h2c
Endpoints:                10.244.1.5:9090,10.244.1.7:9090,10.244.1.8:9090 + 1 more...
Session Affinity:         None
External Traffic Policy:  Cluster
Internal Traffic Policy:  Cluster
Events:                   <none>
"""


def test_an_external_service_has_no_address_of_its_own() -> None:
    manifests = r"""
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop, uid: u-svc2, creationTimestamp: "2026-05-28T18:00:00Z"}
spec: {type: ExternalName, externalName: db.example.com, sessionAffinity: None}
status: {loadBalancer: {}}
"""  # manifests in flow style
    assert described(manifests, "Service", "db", "shop") == """\
Name:              db
Namespace:         shop
Labels:            <none>
Annotations:       <none>
Selector:          <none>
Type:              ExternalName
IP Families:       <none>
IP:               ~
IPs:               <none>
External Name:     db.example.com
Session Affinity:  None
Events:            <none>
"""


def test_endpoints_are_described_by_subset() -> None:
    manifests = r"""
apiVersion: v1
kind: Endpoints
metadata: {name: web, namespace: shop, uid: u-ep, creationTimestamp: "2026-05-28T18:00:00Z"}
subsets: [{addresses: [{ip: 10.244.1.5}, {ip: 10.244.1.6}], notReadyAddresses: [{ip: 10.244.1.7}], ports: [{name: http, port: 80, protocol: TCP}, {port: 9090, protocol: TCP}]}]
"""  # noqa: E501  # manifests in flow style
    assert described(manifests, "Endpoints", "web", "shop") == """\
Name:         web
Namespace:    shop
Labels:       <none>
Annotations:  <none>
Subsets:
  Addresses:          10.244.1.5,10.244.1.6
  NotReadyAddresses:  10.244.1.7
  Ports:
    Name     Port  Protocol
    ----     ----  --------
    http     80    TCP
    <unset>  9090  TCP

Events:  <none>
"""


def test_an_endpoint_slice_is_described_endpoint_by_endpoint() -> None:
    manifests = r"""
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-x1, namespace: shop, uid: u-eps, creationTimestamp: "2026-05-28T18:00:00Z", labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 80, protocol: TCP}, {name: m, port: 9090, protocol: TCP}]
endpoints:
- {addresses: [10.244.1.5], conditions: {ready: true, serving: true, terminating: false}, nodeName: node1, targetRef: {kind: Pod, name: web-abc-1, namespace: shop}, zone: a}
- {addresses: [10.244.1.6], conditions: {ready: false}}
- {addresses: [10.244.1.7], conditions: {ready: true}, hostname: h}
"""  # noqa: E501  # manifests in flow style
    assert described(manifests, "EndpointSlice", "web-x1", "shop") == """\
Name:         web-x1
Namespace:    shop
Labels:       kubernetes.io/service-name=web
Annotations:  <none>
AddressType:  IPv4
Ports:
  Name  Port  Protocol
  ----  ----  --------
  http  80    TCP
  m     9090  TCP
Endpoints:
  - Addresses:  10.244.1.5
    Conditions:
      Ready:    true
    Hostname:   <unset>
    TargetRef:  Pod/web-abc-1
    NodeName:   node1
    Zone:       a
  - Addresses:  10.244.1.6
    Conditions:
      Ready:    false
    Hostname:   <unset>
    NodeName:   <unset>
    Zone:       <unset>
  - Addresses:  10.244.1.7
    Conditions:
      Ready:   true
    Hostname:  h
    NodeName:  <unset>
    Zone:      <unset>
Events:        <none>
"""


def test_a_config_map_shows_its_texts_and_the_sizes_of_its_binaries() -> None:
    manifests = r"""
apiVersion: v1
kind: ConfigMap
metadata: {name: conf, namespace: shop, uid: u-cm, creationTimestamp: "2026-05-28T18:00:00Z"}
data: {k: v, nginx.conf: "server {\n\tlisten 80;\n}\n"}
binaryData: {bin: AAECAw==}
"""  # manifests in flow style
    assert described(manifests, "ConfigMap", "conf", "shop") == """\
Name:         conf
Namespace:    shop
Labels:       <none>
Annotations:  <none>

Data
====
k:
----
v

nginx.conf:
----
server {
  listen 80;
}



BinaryData
====
bin: 4 bytes

Events:  <none>
"""


def test_a_secret_shows_sizes_and_never_values() -> None:
    manifests = r"""
apiVersion: v1
kind: Secret
metadata: {name: sec, namespace: shop, uid: u-sec, creationTimestamp: "2026-05-28T18:00:00Z"}
type: Opaque
data: {password: c2VjcmV0, longer-key: AA==}
"""  # manifests in flow style
    assert described(manifests, "Secret", "sec", "shop") == """\
Name:         sec
Namespace:    shop
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
longer-key:  1 bytes
password:    6 bytes
"""


def test_a_disruption_budget_shows_its_limit_and_its_count() -> None:
    manifests = r"""
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop, uid: u-pdb, creationTimestamp: "2026-05-28T18:00:00Z"}
spec: {maxUnavailable: 25%, selector: {matchLabels: {app: web}}}
status: {disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3}
"""  # manifests in flow style
    assert described(manifests, "PodDisruptionBudget", "web", "shop") == """\
Name:             web
Namespace:        shop
Max unavailable:  25%
Selector:         app=web
Status:
    Allowed disruptions:  1
    Current:              3
    Desired:              2
    Total:                3
Events:                   <none>
"""


def test_a_namespace_is_described_with_its_quotas() -> None:
    manifests = r"""
apiVersion: v1
kind: Namespace
metadata: {name: shop, uid: u-ns, creationTimestamp: "2026-05-01T10:00:00Z", labels: {kubernetes.io/metadata.name: shop}}
spec: {finalizers: [kubernetes]}
status: {phase: Active}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: q1, namespace: shop, uid: u-q, creationTimestamp: "2026-05-01T10:00:00Z"}
spec: {hard: {pods: "10", requests.cpu: "2"}}
status: {hard: {pods: "10", requests.cpu: "2"}, used: {pods: "3", requests.cpu: 500m}}
"""  # noqa: E501  # manifests in flow style
    assert described(manifests, "Namespace", "shop", "") == """\
Name:         shop
Labels:       kubernetes.io/metadata.name=shop
Annotations:  <none>
Status:       Active

Resource Quotas
  Name:         q1
  Resource      Used  Hard
  --------      ---   ---
  pods          3     10
  requests.cpu  500m  2

No LimitRange resource.
"""


def test_a_replication_controller_is_described_like_a_replica_set() -> None:
    manifests = r"""
apiVersion: v1
kind: ReplicationController
metadata: {name: old, namespace: shop, uid: u-rc, creationTimestamp: "2026-05-28T18:00:00Z"}
spec: {replicas: 1, selector: {app: old}, template: {metadata: {labels: {app: old}}, spec: {containers: [{name: web, image: "nginx:1.27"}]}}}
status: {replicas: 0}
"""  # noqa: E501  # manifests in flow style
    assert described(manifests, "ReplicationController", "old", "shop") == """\
Name:         old
Namespace:    shop
Selector:     app=old
Labels:       <none>
Annotations:  <none>
Replicas:     0 current / 1 desired
Pods Status:  0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=old
  Containers:
   web:
    Image:         nginx:1.27
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Events:            <none>
"""


def test_a_kind_without_a_description_shows_all_its_fields() -> None:
    manifests = r"""
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: pool, namespace: shop, uid: u-pool, creationTimestamp: "2026-05-28T18:00:00Z"}
spec: {addresses: [192.0.2.0/24, 198.51.100.0/24], autoAssign: true, avoidBuggyIPs: false, serviceAllocation: {priority: 50, namespaces: [a], podIPs: [x], matches: [{key: a, values: [b]}]}}
"""  # noqa: E501  # manifests in flow style
    assert described(manifests, "IPAddressPool", "pool", "shop") == """\
Name:         pool
Namespace:    shop
Labels:       <none>
Annotations:  <none>
API Version:  metallb.io/v1beta1
Kind:         IPAddressPool
Metadata:
  Creation Timestamp:  2026-05-28T18:00:00Z
  UID:                 u-pool
Spec:
  Addresses:
    192.0.2.0/24
    198.51.100.0/24
  Auto Assign:       true
  Avoid Buggy I Ps:  false
  Service Allocation:
    Matches:
      Key:  a
      Values:
        b
    Namespaces:
      a
    Pod I Ps:
      x
    Priority:  50
Events:        <none>
"""


def test_every_kind_can_be_described() -> None:
    assert set(DESCRIBERS) == set(KINDS)


def test_text_of_a_cluster_cannot_steer_the_terminal() -> None:
    manifests = r"""
{apiVersion: v1, kind: ConfigMap, metadata: {name: evil, namespace: shop}, data: {k: "\e[2J\u202eab"}}
"""
    text = described(manifests, "ConfigMap", "evil", "shop")
    assert "^[[2J\ufffdab" in text
    assert all(line.isprintable() for line in text.split("\n"))


def test_columns_align_in_runs_of_lines_that_share_them() -> None:
    assert tabbed(["Name:\tweb", "A longer title:\tx", "alone", "N:\ta\tb", "Next:\tc", "\td"]) == [
        "Name:            web",
        "A longer title:  x",
        "alone",
        "N:     a  b",
        "Next:  c",
        "       d",
    ]
    assert tabbed(["a\tb\tc", "long\tlonger\tc", "x\ty", "a\tb\tc"]) == [
        "a     b       c",
        "long  longer  c",
        "x     y",
        "a     b  c",
    ]


def test_times_carry_their_weekday() -> None:
    assert time_text(0) == "Thu, 01 Jan 1970 00:00:00 +0000"
    assert time_text(NOW) == "Thu, 28 May 2026 20:26:40 +0000"
    assert time_text(parse_time("2024-02-29T23:59:59Z")) == "Thu, 29 Feb 2024 23:59:59 +0000"
    assert time_text(None) == "Mon, 01 Jan 0001 00:00:00 +0000"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("0.5", "500m"), ("1024Mi", "1Gi"), ("1536Mi", "1536Mi"), ("1000", "1k"), ("100M", "100M"),
        ("512Ki", "512Ki"), ("1e3", "1k"), ("2", "2"), ("0", "0"), ("1500m", "1500m"), ("512", "512"),
        ("nonsense", "nonsense"),
    ],
)  # fmt: skip
def test_a_quantity_is_shown_in_canonical_form(written: str, shown: str) -> None:
    assert canonical(written) == shown
