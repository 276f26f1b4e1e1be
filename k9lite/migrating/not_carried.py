"""Keys of a service that Kubernetes has nothing for, or that are a node's own matter: why each is left out."""

from collections.abc import Mapping
from types import MappingProxyType

_NODE = "that is a matter of the node and its container runtime"
_BLOCK = "Kubernetes has no limits of a container's disk traffic"
_CPU = "a container has requests and limits of cpu and memory only"
_DOCKER = "that is Docker's own"

NOT_CARRIED: Mapping[str, str] = MappingProxyType({
    "annotations": _DOCKER,
    "attach": "there is nobody to attach to; see kubectl logs -f",
    "blkio_config": _BLOCK,
    "cgroup": _NODE, "cgroup_parent": _NODE,
    "cpu_count": _CPU, "cpu_percent": _CPU, "cpu_period": _CPU, "cpu_quota": _CPU, "cpu_rt_period": _CPU,
    "cpu_rt_runtime": _CPU, "cpu_shares": _CPU, "cpuset": _CPU, "mem_swappiness": _CPU, "memswap_limit": _CPU,
    "oom_kill_disable": _CPU, "oom_score_adj": "the kubelet sets it by the pod's class of service", "pids_limit": _CPU,
    "credential_spec": _NODE,
    "develop": "Compose Watch builds and syncs where the sources are",
    "device_cgroup_rules": _NODE, "devices": "devices of a node are given out by device plugins",
    "dns_opt": "see dnsConfig.options",
    "external_links": "what is outside is found by its own name, or by a Service of type ExternalName",
    "gpus": "GPUs are asked for by the name their plugin gives them, nvidia.com/gpu",
    "init": "a container's own first process reaps its children",
    "isolation": _NODE,
    "label_file": "put its labels under labels",
    "logging": "a node collects what containers write; see kubectl logs",
    "mac_address": "addresses are given by the pod network",
    "models": _DOCKER, "provider": _DOCKER,
    "post_start": "see lifecycle.postStart", "pre_stop": "see lifecycle.preStop",
    "platform": "a nodeSelector of kubernetes.io/arch chooses nodes",
    "runtime": "see runtimeClassName",
    "stop_signal": "the image's own STOPSIGNAL is sent",
    "storage_opt": _NODE,
    "sysctls": "see securityContext.sysctls; a kubelet has to allow them",
    "ulimits": _NODE,
    "use_api_socket": _DOCKER,
    "userns_mode": _NODE,
    "uts": _NODE,
    "volume_driver": "a StorageClass says how volumes are made",
    "volumes_from": "two pods share what both mount: name a volume and mount it in both",
})  # fmt: skip

NOT_CARRIED_DEPLOY: Mapping[str, str] = MappingProxyType({
    "endpoint_mode": "a Service balances by itself; see clusterIP: None for one that only resolves",
    "placement": "see nodeSelector, affinity and topologySpreadConstraints",
    "rollback_config": "see kubectl rollout undo",
    "update_config": "see the Deployment's strategy.rollingUpdate",
})  # fmt: skip
