"""DISKS: what the bundled provisioners make, by the name by which a StorageClass asks for them.

    rancher.io/local-path        a directory of the node that was chosen; follows local-path-provisioner
    k8s.io/minikube-hostpath     a directory, wherever its pods run; so do docker.io's and microk8s.io's
    k9lite.dev/disk              a disk in the network: every node reaches it, and it can grow

Any other provisioner is somebody else's: its claims wait.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.kinds.frozen import frozen
from engine.kinds.storage import PersistentVolumeClaim


@frozen(kw_only=True)
class Disk:
    """``source`` is that of the volume's spec; ``of_node``: only the node it was made on reaches it."""

    source: Callable[[PersistentVolumeClaim, str], Mapping[str, Any]]
    of_node: bool = False
    grows: bool = False


def volume_name(claim: PersistentVolumeClaim) -> str:
    return f"pvc-{claim.metadata.uid}"


def _local_path(claim: PersistentVolumeClaim, name: str) -> Mapping[str, Any]:
    meta = claim.metadata
    path = f"/var/local-path-provisioner/{name}_{meta.namespace}_{meta.name}"
    return {"hostPath": {"path": path, "type": "DirectoryOrCreate"}}


def _host_path(claim: PersistentVolumeClaim, _name: str) -> Mapping[str, Any]:
    meta = claim.metadata
    return {"hostPath": {"path": f"/tmp/hostpath-provisioner/{meta.namespace}/{meta.name}", "type": ""}}


def _network_disk(_claim: PersistentVolumeClaim, name: str) -> Mapping[str, Any]:
    return {"csi": {"driver": "k9lite.dev/disk", "volumeHandle": name}}


DISKS: Mapping[str, Disk] = {
    "rancher.io/local-path": Disk(source=_local_path, of_node=True),
    "k8s.io/minikube-hostpath": Disk(source=_host_path),
    "docker.io/hostpath": Disk(source=_host_path),
    "microk8s.io/hostpath": Disk(source=_host_path),
    "k9lite.dev/disk": Disk(source=_network_disk, grows=True),
}
