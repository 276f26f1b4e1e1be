"""What a new log's packing knows before its first commit: words that commits of a Kubernetes cluster are made of.

Each log carries the dictionary it was begun with, so this text may change at any time. The later a word stands
here the cheaper it is to refer to: what most commits carry (pods that start, Events) comes last. Each word stands
here once: all of it stays below 16 KiB, the window that single commits are packed with (packing.py).
"""

from collections.abc import Sequence
from typing import Any

import msgpack

_TIME = "2026-05-28T20:26:40Z"
_UID = "84e5fbe3-49c0-4cff-bf53-22565cbb9f2a"
_IMAGE_HASH = "6965a10c15290ad0b29ca7fd1866de1850408b3cb15fb11a3bbbbc2fddb158bd"
_CONTAINER = "containerd://c4aa44c2c39158456d89e6bd432482378ad0de95bff042e93de266bdf7fd0dae"
_NODE_UID = "0f61e319-42e5-468d-979d-29093fbde3b1"


def dictionary() -> bytes:
    """Sample commits in the log's own bytes, each without what a later one has; the same in every process."""
    samples = [
        ("bootstrap", [_node(), _config_map()]),
        ("user", [_service(), _deployment()]),
        ("endpointslice-controller", [_endpoint_slice(), _endpoints()]),
        ("deployment-controller", [_replica_set(), _event("Deployment", *_SCALED)]),
        ("replicaset-controller", [_pod("Failed"), *(_event("ReplicaSet", *each) for each in (_DELETED, _CREATED))]),
        ("default-scheduler", [_pod("Pending"), *(_event("Pod", *each) for each in (_UNSCHEDULED, _SCHEDULED))]),
        ("kubelet/w1", [_pod("Running"), *(_event("Pod", *each, "kubelet") for each in _LIFE)]),
    ]
    words = b""
    for actor, puts in reversed(samples):
        words = _commit(actor, puts, words) + words
    return words


_SCALED = ("ScalingReplicaSet", "Scaled up replica set web-7c86f7d595 to 3", "deployment-controller")
_DELETED = ("SuccessfulDelete", "Deleted pod: web-7c86f7d595-khkbp", "replicaset-controller")
_CREATED = ("SuccessfulCreate", "Created pod: web-7c86f7d595-khkbp", "replicaset-controller")
_UNSCHEDULED = ("FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", "default-scheduler")
_SCHEDULED = ("Scheduled", "Successfully assigned default/web-7c86f7d595-khkbp to w1", "default-scheduler")
_MISSING = 'failed to pull and unpack image "docker.io/library/nginx:1.28": docker.io/library/nginx:1.28: not found'
_LIFE = (
    ("NodeReady", "Node w1 status is now: NodeReady"),
    ("Unhealthy", 'Readiness probe failed: Get "http://10.244.1.144:8080/healthz": context deadline exceeded'),
    ("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    ("Failed", f'Failed to pull image "nginx:1.28": rpc error: code = NotFound desc = {_MISSING}'),
    ("Failed", "Error: ErrImagePull"),
    ("Failed", "Error: ImagePullBackOff"),
    ("BackOff", "Back-off restarting failed container main in pod web-7c86f7d595-khkbp_default"),
    ("Killing", "Stopping container main"),
    ("Pulling", 'Pulling image "nginx:1.27"'),
    ("Pulled", 'Container image "nginx:1.27" already present on machine and can be accessed by the pod'),
    ("Pulled", 'Successfully pulled image "nginx:1.27" in 491ms (491ms including waiting). Image size: 7235174 bytes.'),
    ("Created", "Container created"),
    ("Started", "Container started"),
)
"""Of a kubelet."""


def _commit(actor: str, puts: Sequence[Any], words: bytes) -> bytes:
    new: list[Any] = []
    known = words
    for manifest in reversed(puts):
        new.insert(0, _without(known, manifest))
        known = _packed(new[0]) + known
    is_request = actor in ("bootstrap", "user")
    deed = "kubectl scale deployment web --replicas=3" if is_request else ""
    asked = [{"verb": "create", "object": {}}] if is_request else []
    removes = [["Event", "default", "web"], ["Pod", "default", "web"]] if is_request else []
    return _packed([300, 1_780_000_000, actor, 299, deed, asked, new, removes])


def _without(known: bytes, value: Any) -> Any:
    """What of a manifest is not in ``known`` yet, in its order."""
    if isinstance(value, dict):
        return {key: _without(known, each) for key, each in value.items() if _packed(key) + _packed(each) not in known}
    if isinstance(value, list):
        return [_without(known, each) for each in value if _packed(each) not in known]
    return value


def _packed(value: Any) -> bytes:
    return bytes(msgpack.packb(value))


def _metadata(name: str, owner: str = "", *, api: str = "apps/v1", **more: Any) -> dict[str, Any]:
    head = {"apiVersion": api, "kind": owner, "name": "web-7c86f7d595", "uid": _UID}
    owners = {"ownerReferences": [{**head, "controller": True, "blockOwnerDeletion": True}]}
    return {
        "name": name,
        **({"generateName": "web-7c86f7d595-"} if owner == "ReplicaSet" else {}),
        "namespace": "default",
        "uid": _UID,
        "resourceVersion": "300",
        "generation": 1,
        "creationTimestamp": _TIME,
        "labels": {"app": "web", "pod-template-hash": "7c86f7d595"},
        **more,
        **(owners if owner else {}),
    }


def _object(kind: str, metadata: dict[str, Any], api: str = "v1", **body: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}


def _condition(kind: str, status: str, reason: str = "", message: str = "") -> dict[str, Any]:
    made = {"type": kind, "status": status, "lastTransitionTime": _TIME}
    return {**made, "reason": reason, "message": message} if reason else made


def _container(name: str = "main") -> dict[str, Any]:
    return {
        "name": name,
        "image": "nginx:1.27",
        "command": ["/bin/sh", "-c"],
        "args": ["--port=8080"],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "POD_NAME", "valueFrom": {"fieldRef": {}}}],
        "resources": {
            "limits": {"cpu": "500m", "memory": "256Mi"},
            "requests": {"cpu": "100m", "memory": "128Mi"},
        },
        "volumeMounts": [{"name": "config", "readOnly": True, "mountPath": "/etc/config"}],
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"},
            "initialDelaySeconds": 5,
        },
        "readinessProbe": {
            "httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }


def _pod_spec(*, placed: bool) -> dict[str, Any]:
    spec = {
        "volumes": [{"name": "config", "configMap": {"name": "web", "defaultMode": 420}}],
        "containers": [_container()],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
    }
    if not placed:
        return {**spec, "schedulerName": "default-scheduler"}
    lasting = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    tolerations = [{"key": f"node.kubernetes.io/{each}", **lasting} for each in ("not-ready", "unreachable")]
    return {
        **spec,
        "serviceAccountName": "default",
        "nodeName": "w1",
        "schedulerName": "default-scheduler",
        "tolerations": tolerations,
        "priority": 0,
    }


def _pod(phase: str) -> dict[str, Any]:
    unready = ("ContainersNotReady", "containers with unready status: [main]")
    why = () if phase == "Running" else unready
    ready = "True" if phase == "Running" else "False"
    states: dict[str, dict[str, Any]] = {
        "Pending": {"waiting": {"reason": "ContainerCreating"}},
        "Failed": {
            "terminated": {
                "exitCode": 1,
                "reason": "Error",
                "startedAt": _TIME,
                "finishedAt": _TIME,
                "containerID": _CONTAINER,
            }
        },
        "Running": {"running": {"startedAt": _TIME}},
    }
    status = {
        "observedGeneration": 1,
        "phase": phase,
        "conditions": [
            _condition("PodReadyToStartContainers", ready),
            _condition("Initialized", "True"),
            _condition("Ready", ready, *why),
            _condition("ContainersReady", ready, *why),
            _condition("PodScheduled", "True"),
        ],
        "hostIP": "192.168.1.10",
        "hostIPs": [{"ip": "192.168.1.10"}],
        "podIP": "10.244.1.144",
        "podIPs": [{"ip": "10.244.1.144"}],
        "startTime": _TIME,
        "containerStatuses": [
            {
                "name": "main",
                "state": states[phase],
                "lastState": states["Failed"] if phase == "Failed" else {},
                "ready": phase == "Running",
                "restartCount": 0,
                "image": "docker.io/library/nginx:1.27",
                "imageID": f"docker.io/library/nginx@sha256:{_IMAGE_HASH}",
                "containerID": _CONTAINER,
                "started": phase == "Running",
            }
        ],
        "qosClass": "BestEffort" if phase == "Running" else "Burstable",
    }
    metadata = _metadata("web-7c86f7d595-khkbp", "ReplicaSet")
    return _object("Pod", metadata, spec=_pod_spec(placed=True), status=status)


def _event(kind: str, reason: str, message: str, component: str) -> dict[str, Any]:
    metadata = {
        "name": "web-7c86f7d595-khkbp.c4ee3497847ba904",
        "namespace": "default",
        "uid": _UID,
        "resourceVersion": "300",
        "creationTimestamp": _TIME,
    }
    about = {
        "kind": kind,
        "namespace": "default",
        "name": "web-7c86f7d595-khkbp",
        "uid": _UID,
        "apiVersion": "v1" if kind == "Pod" else "apps/v1",
        "resourceVersion": "287",
        "fieldPath": "spec.containers{main}",
    }
    return _object(
        "Event",
        metadata,
        involvedObject=about,
        reason=reason,
        message=message,
        source={"component": component, "host": "w1"},
        firstTimestamp=_TIME,
        lastTimestamp=_TIME,
        count=1,
        type="Warning" if reason in ("BackOff", "Failed", "Unhealthy", "FailedScheduling") else "Normal",
    )


def _template() -> dict[str, Any]:
    labels = {"app": "web", "pod-template-hash": "7c86f7d595"}
    return {"metadata": {"labels": labels}, "spec": _pod_spec(placed=False)}


def _replica_set() -> dict[str, Any]:
    annotations = {
        "deployment.kubernetes.io/revision": "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
    }
    spec = {
        "replicas": 3,
        "selector": {"matchLabels": {"pod-template-hash": "7c86f7d595", "app": "web"}},
        "template": _template(),
    }
    status = {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "observedGeneration": 1,
    }
    metadata = _metadata("web-7c86f7d595", "Deployment", annotations=annotations)
    return _object("ReplicaSet", metadata, "apps/v1", spec=spec, status=status)


def _deployment() -> dict[str, Any]:
    spec = {
        "replicas": 3,
        "selector": {"matchLabels": {"app": "web"}},
        "template": _template(),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    }
    available = ("MinimumReplicasAvailable", "Deployment has minimum availability.")
    lacking = ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    progress = ("ReplicaSetUpdated", 'ReplicaSet "web-7c86f7d595" is progressing.')
    done = ("NewReplicaSetAvailable", 'ReplicaSet "web-7c86f7d595" has successfully progressed.')
    status = {
        "observedGeneration": 1,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "unavailableReplicas": 1,
        "conditions": [
            _condition("Available", "False", *lacking),
            _condition("Progressing", "True", *progress),
            {**_condition("Progressing", "True", *done), "lastUpdateTime": _TIME},
            {**_condition("Available", "True", *available), "lastUpdateTime": _TIME},
        ],
    }
    annotations = {"deployment.kubernetes.io/revision": "1"}
    return _object("Deployment", _metadata("web", annotations=annotations), "apps/v1", spec=spec, status=status)


def _service() -> dict[str, Any]:
    ports = [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080, "nodePort": 30080}]
    spec = {
        "selector": {"app": "web"},
        "ports": ports,
        "clusterIP": "10.96.0.10",
        "clusterIPs": ["10.96.0.10"],
        "type": "ClusterIP",
        "sessionAffinity": "None",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "internalTrafficPolicy": "Cluster",
    }
    return _object("Service", _metadata("web"), spec=spec, status={"loadBalancer": {}})


def _target() -> dict[str, Any]:
    return {"kind": "Pod", "namespace": "default", "name": "web-7c86f7d595-khkbp", "uid": _UID}


def _endpoint_slice() -> dict[str, Any]:
    labels = {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    endpoint = {
        "addresses": ["10.244.1.144"],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "targetRef": _target(),
        "nodeName": "w1",
    }
    return _object(
        "EndpointSlice",
        _metadata("web-pj62c", "Service", api="v1", labels=labels),
        "discovery.k8s.io/v1",
        addressType="IPv4",
        endpoints=[endpoint, endpoint],
        ports=[{"name": "http", "port": 8080, "protocol": "TCP"}],
    )


def _endpoints() -> dict[str, Any]:
    labels = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    address = {"ip": "10.244.1.144", "nodeName": "w1", "targetRef": _target()}
    ports = [{"name": "http", "port": 8080, "protocol": "TCP"}]
    subset = {"addresses": [address, address], "notReadyAddresses": [address], "ports": ports}
    return _object("Endpoints", _metadata("web", labels=labels), subsets=[subset])


def _config_map() -> dict[str, Any]:
    return _object("ConfigMap", _metadata("web"), data={"config.yaml": "log: info\n"})


def _node() -> dict[str, Any]:
    amounts = {"cpu": "4", "ephemeral-storage": "100Gi", "memory": "8Gi", "pods": "110"}
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": "w1",
        "kubernetes.io/os": "linux",
        "node-role.kubernetes.io/control-plane": "",
        "topology.kubernetes.io/zone": "a",
    }
    conditions = [
        _condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        _condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        _condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        _condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        _condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."),
    ]
    status = {
        "capacity": amounts,
        "allocatable": amounts,
        "conditions": [{**each, "lastHeartbeatTime": _TIME} for each in conditions],
        "addresses": [{"type": "InternalIP", "address": "192.168.1.10"}, {"type": "Hostname", "address": "w1"}],
        "images": [{"names": ["docker.io/library/nginx:1.27"], "sizeBytes": 72_000_000}],
        "nodeInfo": {"kubeletVersion": "v1.32.0", "osImage": "Debian GNU/Linux 12 (bookworm)"},
    }
    spec = {
        "podCIDR": "10.244.1.0/24",
        "podCIDRs": ["10.244.1.0/24"],
        "unschedulable": True,
        "taints": [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule", "timeAdded": _TIME}],
    }
    annotations = {"node.alpha.kubernetes.io/ttl": "0"}
    metadata = {**_metadata("w1"), "uid": _NODE_UID, "labels": labels, "annotations": annotations}
    return _object("Node", metadata, spec=spec, status=status)
