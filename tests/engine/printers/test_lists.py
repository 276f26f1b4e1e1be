"""Rows and layout of ``kubectl get`` for nodes, workloads and services."""

from typing import Any

from engine.kinds import Object, format_time, from_manifest
from engine.printers import PRINTERS, ListOptions, list_objects, render
from engine.store.state import State

NOW = 1_700_000_000


def made(kind: str, version: str, name: str, labels: dict[str, str] | None = None, **body: Any) -> Object:
    metadata = {
        "name": name, "namespace": "shop", "labels": labels or {}, "creationTimestamp": format_time(NOW - 3600),
    }
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **body})


def cells(obj: Object) -> tuple[str, ...]:
    return PRINTERS[obj.kind].cells(obj, State(), NOW)


def listed(*objects: Object, **options: Any) -> str:
    lines = list_objects(PRINTERS[objects[0].kind], objects, State(), NOW, ListOptions(**options))
    return "\n".join(lines) + "\n"


def node(*, ready: str | None = "True", cordoned: bool = False, labels: dict[str, str] | None = None) -> Object:
    conditions = [] if ready is None else [{"type": "Ready", "status": ready}]
    return made(
        "Node", "v1", "node1", labels,
        spec={"unschedulable": cordoned},
        status={
            "conditions": conditions,
            "addresses": [{"type": "InternalIP", "address": "192.168.0.11"}],
            "nodeInfo": {"kubeletVersion": "v1.32.4", "kernelVersion": "6.1.0", "architecture": "amd64"},
        },
    )  # fmt: skip


TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}, {"name": "log", "image": "busybox"}]},
}


def deployment(name: str = "web") -> Object:
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": [
        {"key": "tier", "operator": "In", "values": ["b", "a"]}, {"key": "old", "operator": "DoesNotExist"},
    ]}
    return made(
        "Deployment", "apps/v1", name, {"app": "web", "team": "red"},
        spec={"replicas": 3, "selector": selector, "template": TEMPLATE},
        status={"replicas": 3, "updatedReplicas": 3, "readyReplicas": 2, "availableReplicas": 2},
    )  # fmt: skip


def service(**spec: Any) -> Object:
    return made("Service", "v1", "web", spec={"clusterIP": "10.96.0.7", "clusterIPs": ["10.96.0.7"], **spec})


def test_deployments_are_laid_out_with_three_spaces_between_columns() -> None:
    assert listed(deployment(), deployment("checkout-frontend")) == """\
NAME                READY   UP-TO-DATE   AVAILABLE   AGE
web                 2/3     3            2           60m
checkout-frontend   2/3     3            2           60m
"""


def test_wide_adds_containers_images_and_the_sorted_selector() -> None:
    assert listed(deployment(), wide=True) == """\
NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES               SELECTOR
web    2/3     3            2           60m   web,log      nginx:1.27,busybox   app=web,!old,tier in (a,b)
"""


def test_namespace_labels_and_label_columns_frame_the_row() -> None:
    options = {"with_namespace": True, "show_labels": True, "label_columns": ("example.com/team", "team")}
    assert listed(deployment(), **options) == """\
NAMESPACE   NAME   READY   UP-TO-DATE   AVAILABLE   AGE   TEAM   TEAM   LABELS
shop        web    2/3     3            2           60m          red    app=web,team=red
"""


def test_rows_without_headers_and_with_their_kind() -> None:
    assert listed(deployment(), no_headers=True, with_kind=True) == "deployment.apps/web   2/3   3     2     60m\n"


def test_no_objects_print_nothing() -> None:
    assert list_objects(PRINTERS["Pod"], (), State(), NOW, ListOptions()) == []


def test_a_cell_ends_at_its_line_break_and_cannot_steer_the_terminal() -> None:
    assert render(("MESSAGE", "X"), [("one\ntwo", "1"), ("\x1b[31mred\tbell\x07", "\u202e")]) == [
        "MESSAGE            X",
        "one...             1",
        "^[[31mred bell^G   \ufffd",
    ]


def test_a_nodes_status_tells_readiness_and_cordon() -> None:
    assert cells(node())[1] == "Ready"
    assert cells(node(ready="False"))[1] == "NotReady"
    assert cells(node(ready="Unknown"))[1] == "NotReady"
    assert cells(node(ready=None))[1] == "Unknown"
    assert cells(node(ready="Unknown", cordoned=True))[1] == "NotReady,SchedulingDisabled"


def test_a_nodes_roles_come_from_its_labels() -> None:
    labels = {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": "", "a": "b"}
    assert cells(node(labels=labels))[2] == "control-plane,worker"
    assert cells(node(labels={"kubernetes.io/role": "edge"}))[2] == "edge"
    assert cells(node())[2] == "<none>"


def test_a_node_wide_shows_addresses_and_system() -> None:
    assert listed(node(), wide=True) == """\
NAME    STATUS   ROLES    AGE   VERSION   INTERNAL-IP    EXTERNAL-IP   OS-IMAGE    KERNEL-VERSION   CONTAINER-RUNTIME
node1   Ready    <none>   60m   v1.32.4   192.168.0.11   <none>        <unknown>   6.1.0 (amd64)    <unknown>
"""  # kubectl's own width


def test_a_replica_set_shows_desired_current_and_ready() -> None:
    replica_set = made(
        "ReplicaSet", "apps/v1", "web-abc",
        spec={"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
        status={"replicas": 2, "readyReplicas": 1},
    )  # fmt: skip
    assert listed(replica_set, wide=True) == """\
NAME      DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES               SELECTOR
web-abc   3         2         1       60m   web,log      nginx:1.27,busybox   app=web
"""


def test_a_replication_controllers_selector_is_a_plain_map() -> None:
    controller = made(
        "ReplicationController", "v1", "old",
        spec={"replicas": 1, "selector": {"b": "2", "a": "1"}, "template": TEMPLATE},
    )  # fmt: skip
    assert cells(controller) == ("old", "1", "0", "0", "60m", "web,log", "nginx:1.27,busybox", "a=1,b=2")


def test_a_services_ports_name_the_node_port_and_the_protocol() -> None:
    ports = [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]
    shown = cells(service(type="NodePort", ports=ports, selector={"app": "web"}))
    assert shown == ("web", "NodePort", "10.96.0.7", "<none>", "80:30080/TCP,53/UDP", "60m", "app=web")
    assert cells(service(type="ClusterIP"))[4] == "<none>"


def test_a_services_external_ip_follows_its_type() -> None:
    assert cells(service(type="ClusterIP", externalIPs=["192.0.2.1", "192.0.2.2"]))[3] == "192.0.2.1,192.0.2.2"
    assert cells(service(type="LoadBalancer"))[3] == "<pending>"
    assert cells(service(type="ExternalName", externalName="db.example.com"))[3] == "db.example.com"
    balanced = made(
        "Service", "v1", "web",
        spec={"type": "LoadBalancer", "externalIPs": ["192.0.2.9"]},
        status={"loadBalancer": {"ingress": [{"ip": "192.0.2.20"}, {"hostname": "lb.example.com"}]}},
    )  # fmt: skip
    assert cells(balanced)[2:4] == ("<none>", "192.0.2.20,lb.example.com,192.0.2.9")


def test_a_headless_service_has_no_cluster_ip() -> None:
    assert cells(made("Service", "v1", "db", spec={"clusterIP": "None", "clusterIPs": ["None"]}))[2] == "None"


def test_a_service_account_is_listed_with_the_number_of_its_secrets() -> None:
    account = made("ServiceAccount", "v1", "robot", secrets=[{"name": "old"}])
    assert listed(account) == "NAME    SECRETS   AGE\nrobot   1         60m\n"


def test_a_kind_without_columns_of_its_own_shows_name_and_age() -> None:
    content = made("VolumeContent", "k9lite.dev/v1", "robot")
    assert listed(content) == "NAME    AGE\nrobot   60m\n"
