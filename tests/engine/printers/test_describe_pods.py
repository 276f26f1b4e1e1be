"""``kubectl describe pod``: the layout of kubectl, to the space."""

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


POD = r"""
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  uid: pod-uid
  creationTimestamp: "2026-05-28T20:00:00Z"
  labels: {tier: front, app: web}
  annotations: {note: "two\nlines", team: red, kubectl.kubernetes.io/last-applied-configuration: "{}"}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: rs-uid, controller: true}]
spec:
  nodeName: node1
  priority: 0
  serviceAccountName: default
  nodeSelector: {disk: ssd}
  tolerations:
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  - {key: dedicated, operator: Equal, value: db}
  initContainers:
  - {name: setup, image: "busybox:1.36", command: [sh, -c, "echo a\necho b"]}
  containers:
  - name: web
    image: nginx:1.27
    ports: [{name: http, containerPort: 80, protocol: TCP}, {containerPort: 9090, protocol: TCP, hostPort: 19090}]
    resources: {limits: {memory: 1024Mi}, requests: {cpu: "0.5", memory: 64Mi}}
    livenessProbe: {httpGet: {path: /healthz, port: 80, scheme: HTTP}, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3}
    envFrom: [{configMapRef: {name: conf}}]
    env:
    - {name: MODE, value: "fast\nand safe"}
    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
    volumeMounts: [{name: tmp, mountPath: /tmp, subPath: a}, {name: conf, mountPath: /etc/conf, readOnly: true}]
  volumes: [{name: tmp, emptyDir: {}}, {name: conf, configMap: {name: conf, optional: true}}]
status:
  phase: Running
  hostIP: 192.168.0.11
  podIP: 10.244.1.5
  podIPs: [{ip: 10.244.1.5}]
  startTime: "2026-05-28T20:00:01Z"
  conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "False"}]
  initContainerStatuses:
  - name: setup
    ready: true
    restartCount: 0
    image: busybox:1.36
    imageID: sha256:1
    containerID: containerd://1
    state: {terminated: {exitCode: 0, reason: Completed, startedAt: "2026-05-28T20:00:01Z", finishedAt: "2026-05-28T20:00:02Z"}}
  containerStatuses:
  - name: web
    ready: false
    restartCount: 3
    image: nginx:1.27
    imageID: sha256:2
    containerID: containerd://2
    state: {waiting: {reason: CrashLoopBackOff, message: back-off}}
    lastState: {terminated: {exitCode: 137, reason: OOMKilled, startedAt: "2026-05-28T20:00:05Z", finishedAt: "2026-05-28T20:00:09Z"}}
---
apiVersion: v1
kind: Event
metadata: {name: web-1.a, namespace: shop}
involvedObject: {kind: Pod, namespace: shop, name: web-1, uid: pod-uid}
type: Normal
reason: Scheduled
message: Successfully assigned shop/web-1 to node1
count: 1
source: {component: default-scheduler}
firstTimestamp: "2026-05-28T20:00:00Z"
lastTimestamp: "2026-05-28T20:00:00Z"
---
apiVersion: v1
kind: Event
metadata: {name: web-1.b, namespace: shop}
involvedObject: {kind: Pod, namespace: shop, name: web-1, uid: pod-uid, fieldPath: "spec.containers{web}"}
type: Warning
reason: BackOff
message: Back-off restarting failed container
count: 4
source: {component: kubelet, host: node1}
firstTimestamp: "2026-05-28T20:05:00Z"
lastTimestamp: "2026-05-28T20:07:00Z"
"""  # noqa: E501  # manifests in flow style


def test_a_pod_is_described_as_kubectl_describes_it() -> None:
    assert described(POD, "Pod", "web-1", "shop") == """\
Name:             web-1
Namespace:        shop
Priority:         0
Service Account:  default
Node:             node1/192.168.0.11
Start Time:       Thu, 28 May 2026 20:00:01 +0000
Labels:           app=web
                  tier=front
Annotations:      note:
                    two
                    lines
                  team: red
Status:           Running
IP:               10.244.1.5
IPs:
  IP:           10.244.1.5
Controlled By:  ReplicaSet/web
Init Containers:
  setup:
    Container ID:  containerd://1
    Image:         busybox:1.36
    Image ID:      sha256:1
    Port:          <none>
    Host Port:     <none>
    Command:
      sh
      -c
      echo a
      echo b
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
      Started:      Thu, 28 May 2026 20:00:01 +0000
      Finished:     Thu, 28 May 2026 20:00:02 +0000
    Ready:          True
    Restart Count:  0
    Environment:    <none>
    Mounts:         <none>
Containers:
  web:
    Container ID:   containerd://2
    Image:          nginx:1.27
    Image ID:       sha256:2
    Ports:          80/TCP (http), 9090/TCP
    Host Ports:     0/TCP (http), 19090/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Thu, 28 May 2026 20:00:05 +0000
      Finished:     Thu, 28 May 2026 20:00:09 +0000
    Ready:          False
    Restart Count:  3
    Limits:
      memory:  1Gi
    Requests:
      cpu:     500m
      memory:  64Mi
    Liveness:  http-get http://:80/healthz delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3
    Environment Variables from:
      conf  ConfigMap  Optional: false
    Environment:
      MODE:      fast
                 and safe
      POD:       web-1 (v1:metadata.name)
      LIMIT:     node allocatable (limits.cpu)
      PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false
    Mounts:
      /etc/conf from conf (ro)
      /tmp from tmp (rw,path="a")
Conditions:
  Type          Status
  Initialized   True~
  Ready         False~
Volumes:
  tmp:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:    ~
    SizeLimit:  <unset>
  conf:
    Type:        ConfigMap (a volume populated by a ConfigMap)
    Name:        conf
    Optional:    true
QoS Class:       Burstable
Node-Selectors:  disk=ssd
Tolerations:     dedicated=db
                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  26m                default-scheduler  Successfully assigned shop/web-1 to node1
  Warning  BackOff    19m (x4 over 21m)  kubelet            spec.containers{web}: Back-off restarting failed container
"""  # kubectl's own width


def test_a_pod_that_was_just_created_has_little_to_tell() -> None:
    bare = """\
apiVersion: v1
kind: Pod
metadata: {name: bare, namespace: shop, uid: bare-uid, creationTimestamp: "2026-05-28T20:00:00Z"}
spec: {containers: [{name: main, image: busybox}]}
status: {phase: Pending}
"""
    assert described(bare, "Pod", "bare", "shop") == """\
Name:         bare
Namespace:    shop
Node:         <none>
Labels:       <none>
Annotations:  <none>
Status:       Pending
IP:          ~
IPs:          <none>
Containers:
  main:
    Image:        busybox
    Port:         <none>
    Host Port:    <none>
    Environment:  <none>
    Mounts:       <none>
Volumes:          <none>
QoS Class:        BestEffort
Node-Selectors:   <none>
Tolerations:      <none>
Events:           <none>
"""
