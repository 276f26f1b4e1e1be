"""The node's own files, as a hostPath volume shows them: a small Ubuntu with a kubelet, shortened to what is looked at.

    host_files(state, pod, "/etc")  -> {"/etc/hostname": "w1-k8s", "/etc/os-release": ...}
    traces_of_pods(state, pod, "/") -> {"/var/log/pods/default_web_UID/web/0.log": "", ...}

What logs and manifests say is not in the files: ``kubectl logs`` and ``get`` have it. The traces of pods come and go,
and are there for who looks, not for main programs: what those do follows from what was there when they began.
"""

from collections.abc import Mapping

from engine.control_plane import MIRROR
from engine.kinds import Node, Pod
from engine.kubelet.files import with_directories
from engine.store.state import State

_DIRECTORIES = (
    "/bin", "/boot", "/etc/cni/net.d", "/etc/kubernetes/manifests", "/home", "/lib", "/media", "/mnt", "/opt/cni/bin",
    "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr/bin", "/usr/local/bin", "/var/lib/containerd",
    "/var/lib/kubelet/pods", "/var/log/containers", "/var/log/pods", "/var/tmp",
)  # fmt: skip
_KUBELET_CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
kind: KubeletConfiguration
staticPodPath: /etc/kubernetes/manifests
"""


def host_files(state: State, pod: Pod, below: str) -> dict[str, str]:
    """What is at or below a path of the pod's node, by the paths of the node."""
    node = state.find(Node, pod.spec.node_name)
    return {} if node is None else _below(_of_node(node), below)


def traces_of_pods(state: State, pod: Pod, below: str) -> dict[str, str]:
    """What the pods of the node leave there, in the same way."""
    found: dict[str, str] = {}
    for each in state.pods_on(pod.spec.node_name):
        found.update(_of_pod(each))
    return _below(with_directories(found), below)


def _below(files: Mapping[str, str], path: str) -> dict[str, str]:
    root = path.rstrip("/")
    return {each: text for each, text in files.items() if each == root or each.startswith(f"{root}/")}


def _of_node(node: Node) -> dict[str, str]:
    name = node.metadata.name
    system = node.status.node_info.get("osImage") or "Ubuntu 24.04.2 LTS"
    files = {
        "/etc/hostname": f"{name}\n",
        "/etc/hosts": f"127.0.0.1\tlocalhost\n{node.internal_ip}\t{name}\n",
        "/etc/os-release": f'PRETTY_NAME="{system}"\nNAME="{system.partition(" ")[0]}"\n',
        "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
        "/etc/kubernetes/kubelet.conf": "apiVersion: v1\nkind: Config\ncurrent-context: default-auth\n",
        "/usr/bin/containerd": "",
        "/usr/bin/kubelet": "",
        "/var/lib/kubelet/config.yaml": _KUBELET_CONFIG,
        "/var/log/syslog": "",
    }
    return with_directories(files, _DIRECTORIES)


def _of_pod(pod: Pod) -> Mapping[str, str]:
    meta = pod.metadata
    files = {f"/var/lib/kubelet/pods/{meta.uid}/etc-hosts": ""}
    if MIRROR in meta.annotations:
        files[f"/etc/kubernetes/manifests/{meta.name.removesuffix(f'-{pod.spec.node_name}')}.yaml"] = ""
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        if status.container_id:
            number = status.container_id.rpartition("/")[2]
            log = f"{meta.namespace}_{meta.name}_{meta.uid}/{status.name}/{status.restart_count}.log"
            files[f"/var/log/pods/{log}"] = ""
            files[f"/var/log/containers/{meta.name}_{meta.namespace}_{status.name}-{number}.log"] = ""
    return files
