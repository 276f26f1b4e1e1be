"""The programs that make a cluster, as kubeadm starts them: a static pod each on every control plane node.

Facts only: what their pods look like, and where they are looked for. Follows kubeadm's ``phases/controlplane`` and
``phases/etcd``. Differs in: what is written in their files in /etc/kubernetes/manifests cannot be edited.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from engine.kinds import Node, Pod, evolve, format_time, from_manifest, owner_reference

NAMESPACE = "kube-system"
NODE_LEASES = "kube-node-lease"
API_SERVER, ETCD = "kube-apiserver", "etcd"
SCHEDULER, CONTROLLERS = "kube-scheduler", "kube-controller-manager"
COMPONENTS = (API_SERVER, ETCD, CONTROLLERS, SCHEDULER)
ELECTED = (CONTROLLERS, SCHEDULER)
"""Those of which one leads, by a Lease."""
ROLE = "node-role.kubernetes.io/control-plane"
MIRROR = "kubernetes.io/config.mirror"
VERSION = "v1.36.0"
_PKI = "/etc/kubernetes/pki"


def is_control_plane(node: Node) -> bool:
    return ROLE in node.metadata.labels


def mirror_name(component: str, node_name: str) -> str:
    return f"{component}-{node_name}"


def mirror_pod(component: str, node: Node, seen: int) -> Pod:
    """What the API server is shown of a component's static pod; ``seen`` is when the kubelet read its file."""
    template = _pod(component, node.internal_ip)
    digest = blake2b(f"{component} {node.metadata.name} {node.internal_ip}".encode(), digest_size=16).hexdigest()
    meta = evolve(
        template.metadata,
        name=mirror_name(component, node.metadata.name),
        owner_references=(evolve(owner_reference(node), block_owner_deletion=None),),
        annotations={
            **template.metadata.annotations,
            "kubernetes.io/config.hash": digest,
            MIRROR: digest,
            "kubernetes.io/config.seen": format_time(seen).replace("Z", ".000000000Z"),
            "kubernetes.io/config.source": "file",
        },
    )
    return evolve(template, metadata=meta, spec=evolve(template.spec, node_name=node.metadata.name))


@lru_cache(maxsize=64)
def _pod(component: str, address: str) -> Pod:
    """All but what is its node's; pods of one address share it."""
    made = from_manifest({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": component,
            "namespace": NAMESPACE,
            "labels": {"component": component, "tier": "control-plane"},
            "annotations": _annotations(component, address),
        },
        "spec": {
            "containers": [_container(component, address)],
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
            "volumes": [
                {"name": name, "hostPath": {"path": path, "type": type_}} for name, path, type_ in _FILES[component]
            ],
        },
    })
    assert isinstance(made, Pod)
    return made


def _annotations(component: str, address: str) -> Mapping[str, str]:
    prefix = "kubeadm.kubernetes.io"
    if component == ETCD:
        return {f"{prefix}/etcd.advertise-client-urls": f"https://{address}:2379"}
    if component == API_SERVER:
        return {f"{prefix}/kube-apiserver.advertise-address.endpoint": f"{address}:6443"}
    return {}


_Path = tuple[str, str, str]
_CERTS: _Path = ("ca-certs", "/etc/ssl/certs", "DirectoryOrCreate")
_KEYS: _Path = ("k8s-certs", _PKI, "DirectoryOrCreate")
_FILES: Mapping[str, tuple[_Path, ...]] = {
    API_SERVER: (_CERTS, _KEYS),
    ETCD: (
        ("etcd-certs", f"{_PKI}/etcd", "DirectoryOrCreate"),
        ("etcd-data", "/var/lib/etcd", "DirectoryOrCreate"),
    ),
    CONTROLLERS: (
        _CERTS, _KEYS, ("kubeconfig", "/etc/kubernetes/controller-manager.conf", "FileOrCreate"),
    ),
    SCHEDULER: (("kubeconfig", "/etc/kubernetes/scheduler.conf", "FileOrCreate"),),
}  # fmt: skip
_FLAGS: Mapping[str, tuple[str, ...]] = {
    API_SERVER: (
        "--advertise-address={address}", "--allow-privileged=true", "--authorization-mode=Node,RBAC",
        f"--client-ca-file={_PKI}/ca.crt", "--enable-admission-plugins=NodeRestriction",
        "--enable-bootstrap-token-auth=true", f"--etcd-cafile={_PKI}/etcd/ca.crt",
        "--etcd-servers=https://127.0.0.1:2379", "--secure-port=6443",
        f"--service-account-key-file={_PKI}/sa.pub", "--service-cluster-ip-range=10.96.0.0/12",
        f"--tls-cert-file={_PKI}/apiserver.crt", f"--tls-private-key-file={_PKI}/apiserver.key",
    ),
    ETCD: (
        "--advertise-client-urls=https://{address}:2379", "--client-cert-auth=true", "--data-dir=/var/lib/etcd",
        "--initial-advertise-peer-urls=https://{address}:2380",
        "--listen-client-urls=https://127.0.0.1:2379,https://{address}:2379",
        "--listen-metrics-urls=http://127.0.0.1:2381", "--listen-peer-urls=https://{address}:2380",
        "--snapshot-count=10000",
    ),
    CONTROLLERS: (
        "--allocate-node-cidrs=true", "--bind-address=127.0.0.1", "--cluster-cidr=10.244.0.0/16",
        f"--cluster-signing-cert-file={_PKI}/ca.crt", "--controllers=*,bootstrapsigner,tokencleaner",
        "--kubeconfig=/etc/kubernetes/controller-manager.conf", "--leader-elect=true",
        f"--root-ca-file={_PKI}/ca.crt", f"--service-account-private-key-file={_PKI}/sa.key",
        "--service-cluster-ip-range=10.96.0.0/12", "--use-service-account-credentials=true",
    ),
    SCHEDULER: (
        "--authentication-kubeconfig=/etc/kubernetes/scheduler.conf",
        "--authorization-kubeconfig=/etc/kubernetes/scheduler.conf", "--bind-address=127.0.0.1",
        "--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=true",
    ),
}  # fmt: skip
_IMAGES: Mapping[str, str] = {ETCD: "registry.k8s.io/etcd:3.6.6-0"}
_CPU: Mapping[str, str] = {API_SERVER: "250m", ETCD: "100m", CONTROLLERS: "200m", SCHEDULER: "100m"}
_PROBED: Mapping[str, tuple[str, str, int, str]] = {
    API_SERVER: ("HTTPS", "", 6443, "/livez"),
    ETCD: ("HTTP", "127.0.0.1", 2381, "/livez"),
    CONTROLLERS: ("HTTPS", "127.0.0.1", 10257, "/healthz"),
    SCHEDULER: ("HTTPS", "127.0.0.1", 10259, "/livez"),
}
"""(scheme, host, port, path); a host of "" is the node's address."""


def _container(component: str, address: str) -> dict[str, Any]:
    port = _PROBED[component][2]
    mounts = [_mount(file) for file in _FILES[component]]
    requests = {"cpu": _CPU[component], **({"memory": "100Mi"} if component == ETCD else {})}
    container = {
        "name": component,
        "image": _IMAGES.get(component, f"registry.k8s.io/{component}:{VERSION}"),
        "imagePullPolicy": "IfNotPresent",
        "command": [component, *(flag.format(address=address) for flag in _FLAGS[component])],
        "ports": [{"name": "probe-port", "containerPort": port, "hostPort": port, "protocol": "TCP"}],
        "resources": {"requests": requests},
        "volumeMounts": mounts,
        "livenessProbe": _probe(component, address, delay_seconds=10, period_seconds=10, failures=8),
        "startupProbe": _probe(component, address, delay_seconds=10, period_seconds=10, failures=24),
    }
    if component != CONTROLLERS:
        container["readinessProbe"] = _probe(component, address, delay_seconds=0, period_seconds=1, failures=3)
    return container


def _mount(file: _Path) -> dict[str, Any]:
    name, path, _ = file
    return {"name": name, "mountPath": path, **({} if name.startswith("etcd") else {"readOnly": True})}


def _probe(
    component: str, address: str, *, delay_seconds: int, period_seconds: int, failures: int
) -> dict[str, Any]:
    scheme, host, _, path = _PROBED[component]
    if not delay_seconds:
        path = path.replace("livez", "readyz")
    return {
        "httpGet": {"host": host or address, "path": path, "port": "probe-port", "scheme": scheme},
        "initialDelaySeconds": delay_seconds,
        "periodSeconds": period_seconds,
        "failureThreshold": failures,
        "timeoutSeconds": 15,
    }


def mirror_of(pod: Pod, names: Iterable[str] = COMPONENTS) -> str:
    """Which of the components the pod mirrors; "" for none."""
    if MIRROR not in pod.metadata.annotations or pod.metadata.namespace != NAMESPACE:
        return ""
    component = pod.metadata.labels.get("component", "")
    return component if component in names else ""
