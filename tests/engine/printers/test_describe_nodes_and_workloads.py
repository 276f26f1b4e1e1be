"""``kubectl describe node`` and of workloads: the layout of kubectl, to the space."""

from engine.kinds import Ref, from_manifest, load_yaml, parse_time
from engine.printers.describe import describe
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


NODE = r"""
apiVersion: v1
kind: Node
metadata: {name: node1, uid: node-uid, creationTimestamp: "2026-05-01T10:00:00Z", labels: {kubernetes.io/hostname: node1, node-role.kubernetes.io/worker: ""}}
spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24], unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}, {key: dedicated, value: db, effect: NoExecute}]}
status:
  capacity: {cpu: "4", memory: 8192Mi, pods: "110", example.com/gpu: "2"}
  allocatable: {cpu: 3800m, memory: 7500Mi, pods: "110", example.com/gpu: "2"}
  conditions:
  - {type: Ready, status: "True", lastHeartbeatTime: "2026-05-28T20:26:40Z", lastTransitionTime: "2026-05-01T10:00:10Z", reason: KubeletReady, message: kubelet is posting ready status}
  addresses: [{type: InternalIP, address: 192.168.0.11}, {type: Hostname, address: node1}]
  nodeInfo: {machineID: m1, systemUUID: s1, bootID: b1, kernelVersion: 6.1.0, osImage: Debian, operatingSystem: linux, architecture: amd64, containerRuntimeVersion: containerd://2.0, kubeletVersion: v1.32.4}
---
apiVersion: v1
kind: Pod
metadata: {name: sidecars, namespace: default, uid: p2, creationTimestamp: "2026-05-28T19:00:00Z"}
spec:
  nodeName: node1
  overhead: {cpu: 10m}
  initContainers:
  - {name: proxy, image: envoy, restartPolicy: Always, resources: {requests: {cpu: 100m, memory: 64Mi}}}
  - {name: setup, image: busybox, resources: {requests: {cpu: "1", memory: 16Mi}}}
  containers:
  - {name: main, image: busybox, resources: {requests: {cpu: 200m, memory: 64Mi, example.com/gpu: "1"}, limits: {cpu: "1", memory: 100M, example.com/gpu: "1"}}}
status: {phase: Running}
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: default, uid: p3, creationTimestamp: "2026-05-28T19:00:00Z"}
spec: {nodeName: node1, containers: [{name: main, image: busybox, resources: {requests: {cpu: "3"}}}]}
status: {phase: Succeeded}
---
apiVersion: v1
kind: Event
metadata: {name: node1.a, namespace: default}
involvedObject: {kind: Node, name: node1, uid: node1}
type: Normal
reason: Starting
message: Starting kubelet.
count: 1
source: {component: kubelet, host: node1}
firstTimestamp: "2026-05-28T19:00:00Z"
lastTimestamp: "2026-05-28T19:00:00Z"
"""  # noqa: E501  # manifests in flow style

WORKLOADS = r"""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, uid: deploy-uid, creationTimestamp: "2026-05-28T18:00:00Z", labels: {app: web}, annotations: {deployment.kubernetes.io/revision: "2"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}
  template:
    metadata: {labels: {app: web}, annotations: {build: "7"}}
    spec:
      containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80, protocol: TCP}]}]
      volumes: [{name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}]
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
      - {maxSkew: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
status: {replicas: 2, updatedReplicas: 1, availableReplicas: 1, unavailableReplicas: 1, conditions: [{type: Available, status: "False", reason: MinimumReplicasUnavailable}, {type: Progressing, status: "True", reason: ReplicaSetUpdated}]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web, namespace: shop, uid: rs-uid, creationTimestamp: "2026-05-28T19:00:00Z", labels: {app: web, pod-template-hash: new}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deploy-uid, controller: true}]}
spec:
  replicas: 1
  selector: {matchLabels: {app: web, pod-template-hash: new}}
  template:
    metadata: {labels: {app: web, pod-template-hash: new}, annotations: {build: "7"}}
    spec:
      containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80, protocol: TCP}]}]
      volumes: [{name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}]
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
      - {maxSkew: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
status: {replicas: 1}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-old, namespace: shop, uid: rs-old, creationTimestamp: "2026-05-28T18:00:00Z", labels: {app: web, pod-template-hash: old}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: deploy-uid, controller: true}]}
spec:
  replicas: 1
  selector: {matchLabels: {app: web, pod-template-hash: old}}
  template: {metadata: {labels: {app: web, pod-template-hash: old}}, spec: {containers: [{name: web, image: "nginx:1.26"}]}}
status: {replicas: 1, conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate}]}
"""  # noqa: E501  # manifests in flow style


def test_a_node_is_described_with_its_pods_and_what_they_take() -> None:
    assert described(NODE, "Node", "node1") == """\
Name:               node1
Roles:              worker
Labels:             kubernetes.io/hostname=node1
                    node-role.kubernetes.io/worker=
Annotations:        <none>
CreationTimestamp:  Fri, 01 May 2026 10:00:00 +0000
Taints:             dedicated=db:NoExecute
                    node.kubernetes.io/unschedulable:NoSchedule
Unschedulable:      true
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason         Message
  ----    ------  -----------------                 ------------------                ------         -------
  Ready   True    Thu, 28 May 2026 20:26:40 +0000   Fri, 01 May 2026 10:00:10 +0000   KubeletReady   kubelet is posting ready status
Addresses:
  InternalIP:  192.168.0.11
  Hostname:    node1
Capacity:
  cpu:              4
  example.com/gpu:  2
  memory:           8Gi
  pods:             110
Allocatable:
  cpu:              3800m
  example.com/gpu:  2
  memory:           7500Mi
  pods:             110
System Info:
  Machine ID:                 m1
  System UUID:                s1
  Boot ID:                    b1
  Kernel Version:             6.1.0
  OS Image:                   Debian
  Operating System:           linux
  Architecture:               amd64
  Container Runtime Version:  containerd://2.0
  Kubelet Version:            v1.32.4
PodCIDR:                      10.244.1.0/24
PodCIDRs:                     10.244.1.0/24
Non-terminated Pods:          (1 in total)
  Namespace                   Name        CPU Requests  CPU Limits   Memory Requests  Memory Limits  Age
  ---------                   ----        ------------  ----------   ---------------  -------------  ---
  default                     sidecars    1110m (29%)   1010m (26%)  128Mi (1%)       100M (1%)      86m
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests     Limits
  --------           --------     ------
  cpu                1110m (29%)  1010m (26%)
  memory             128Mi (1%)   100M (1%)
  ephemeral-storage  0 (0%)       0 (0%)
  example.com/gpu    1            1
Events:
  Type    Reason    Age   From     Message
  ----    ------    ----  ----     -------
  Normal  Starting  86m   kubelet  Starting kubelet.
"""  # noqa: E501  # kubectl's own width


def test_a_deployment_is_described_with_its_template_and_replica_sets() -> None:
    assert described(WORKLOADS, "Deployment", "web", "shop") == """\
Name:                   web
Namespace:              shop
CreationTimestamp:      Thu, 28 May 2026 18:00:00 +0000
Labels:                 app=web
Annotations:            deployment.kubernetes.io/revision: 2
Selector:               app=web
Replicas:               2 desired | 1 updated | 2 total | 1 available | 1 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 1 max surge
Pod Template:
  Labels:       app=web
  Annotations:  build: 7
  Containers:
   web:
    Image:        nginx:1.27
    Port:         80/TCP
    Host Port:    0/TCP
    Environment:  <none>
    Mounts:       <none>
  Volumes:
   tmp:
    Type:                       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:                     Memory
    SizeLimit:                  64Mi
  Topology Spread Constraints:  kubernetes.io/hostname:ScheduleAnyway when max skew 2 is exceeded
                                zone:DoNotSchedule when max skew 1 is exceeded for selector app=web
  Node-Selectors:               <none>
  Tolerations:                  <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      False   MinimumReplicasUnavailable
  Progressing    True    ReplicaSetUpdated
OldReplicaSets:  web-old (1/1 replicas created)
NewReplicaSet:   web (1/1 replicas created)
Events:          <none>
"""


def test_a_replica_set_is_described_with_its_owner_and_conditions() -> None:
    assert described(WORKLOADS, "ReplicaSet", "web-old", "shop") == """\
Name:           web-old
Namespace:      shop
Selector:       app=web,pod-template-hash=old
Labels:         app=web
                pod-template-hash=old
Annotations:    <none>
Controlled By:  Deployment/web
Replicas:       1 current / 1 desired
Pods Status:    0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
           pod-template-hash=old
  Containers:
   web:
    Image:         nginx:1.26
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Conditions:
  Type             Status  Reason
  ----             ------  ------
  ReplicaFailure   True    FailedCreate
Events:            <none>
"""
