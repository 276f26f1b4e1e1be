"""What a tutorial types, word for word, one line after the other on a fresh sample cluster, as it is promised there."""

import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from attrs import frozen

from engine.kinds import Pod
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import pass_time

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: simple, image: nginx}]}\n"
FILES = {
    "simple-pod.yaml": POD % "simple-pod",
    "Pod.yaml": POD % "applied",
    "node.yaml": (
        "apiVersion: v1\nkind: Node\nmetadata: {name: gke-kubia}\n"
        "status: {capacity: {cpu: '2', memory: 4Gi, pods: '110'}}\n"
    ),
}


@frozen
class Line:
    """``says`` are regular expressions that must be found in what it prints, in this order."""

    text: str
    says: tuple[str, ...] = ()
    code: int = 0
    wait: int = 0


ONLY_SIMPLE_POD = r"\ANAME [^\n]*\nsimple-pod [^\n]*\n\Z"

STORY = (
    Line("kubectl run nginx --image=nginx:1.19.2", (r"^pod/nginx created$",), wait=5),
    Line("kubectl run redis --image=redis --dry-run=client -o yaml > redis.yaml"),
    Line("kubectl create -f redis.yaml", (r"^pod/redis created$",)),
    Line("kubectl create deployment dpy-nginx --image=nginx", (r"^deployment.apps/dpy-nginx created$",), wait=5),
    Line("kubectl create -f simple-pod.yaml", (r"^pod/simple-pod created$",), wait=5),
    Line("kubectl create -f simple-pod.yaml", (r'pods "simple-pod" already exists$',), code=1),
    Line("kubectl apply -f Pod.yaml", (r"^pod/applied created$",)),
    Line("kubectl edit pod nginx", (r"^pod/nginx edited$",)),
    Line("kubectl get po simple-pod -o yaml", (r"^apiVersion: v1$", r"^  name: simple-pod$", r"^  phase: Running$")),
    Line("kubectl get pods -o wide", (r"^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE ", r"^nginx +1/1 +Running +0 +")),
    Line("kubectl get pods -n kube-system", (r"^NAME +READY", r"^coredns-\w+-\w+ +1/1 +Running")),
    Line("kubectl label po simple-pod creation_method=manual", (r"^pod/simple-pod labeled$",)),
    Line("kubectl label po simple-pod env=test", (r"^pod/simple-pod labeled$",)),
    Line(
        "kubectl label po simple-pod env=prd",
        (r"'env' already has a value \(test\), and --overwrite is false",),
        code=1,
    ),
    Line("kubectl label po simple-pod env=prd --overwrite", (r"^pod/simple-pod labeled$",)),
    Line("kubectl get po --show-labels", (r" LABELS$", r"^simple-pod .* creation_method=manual,env=prd$")),
    Line("kubectl get po -L creation_method,env", (r" CREATION_METHOD +ENV$", r"^simple-pod .* manual +prd$")),
    Line("kubectl get po -l creation_method=manual", (ONLY_SIMPLE_POD,)),
    Line("kubectl get po -l env", (ONLY_SIMPLE_POD,)),
    Line("kubectl get po -l '!env'", (r"^NAME", r"^applied ", r"^dpy-nginx-", r"^nginx ", r"^redis ")),
    Line(
        "kubectl get pods -o=custom-columns=NAME:.metadata.name,IP:.status.podIP,STATUS:.status.phase,"
        "NODE:.spec.nodeName",
        (r"^NAME +IP +STATUS +NODE$", r"^nginx +10\.244\.[\d.]+ +Running +[\w-]+$"),
    ),
    Line("kubectl label node gke-kubia gpu=true", (r"^node/gke-kubia labeled$",)),
    Line("kubectl logs simple-pod", (r"docker-entrypoint.sh|start worker processes",)),
    Line("kubectl logs simple-pod -c simple", (r"docker-entrypoint.sh|start worker processes",)),
    Line("kubectl exec -it nginx -- /bin/sh", ()),
    Line("kubectl describe pods/nginx", (r"^Name: +nginx$", r"^Status: +Running$", r"^Events:")),
    Line("kubectl describe deployment dpy-nginx", (r"^Name: +dpy-nginx$", r"^StrategyType: +RollingUpdate$")),
    Line("kubectl scale deployment dpy-nginx --replicas=3", (r"^deployment.apps/dpy-nginx scaled$",), wait=5),
    Line("kubectl set image deployment/dpy-nginx nginx=nginx:1.28", (r"image updated$",), wait=30),
    Line("kubectl rollout history deployment dpy-nginx", (r"^REVISION +CHANGE-CAUSE$", r"^1 ", r"^2 ")),
    Line("kubectl rollout status deployment dpy-nginx", (r'deployment "dpy-nginx" successfully rolled out$',)),
    Line("kubectl rollout undo deployment dpy-nginx --to-revision=1", (r"rolled back$",), wait=30),
    Line("kubectl cordon w3-k8s", (r"^node/w3-k8s cordoned$",)),
    Line("kubectl get nodes", (r"^w3-k8s +Ready,SchedulingDisabled ",)),
    Line("kubectl uncordon w3-k8s", (r"^node/w3-k8s uncordoned$",)),
    Line(
        "kubectl drain w3-k8s",
        (r"cannot delete DaemonSet-managed Pods \(use --ignore-daemonsets to ignore\)|cannot delete",),
        code=1,
    ),
    Line("kubectl drain w3-k8s --ignore-daemonsets --force --delete-emptydir-data", (r"^node/w3-k8s drained$",)),
    Line("kubectl uncordon w3-k8s", (r"^node/w3-k8s uncordoned$",)),
    Line("kubectl delete pod nginx", (r'^pod "nginx" deleted',)),
    Line("kubectl create deployment echo-hname --image=nginx", (r"created$",)),
    Line("kubectl delete deployment echo-hname", (r'^deployment.apps "echo-hname" deleted',)),
    Line(
        "kubectl get deploy,rs,po",
        (r"^deployment.apps/dpy-nginx ", r"^replicaset.apps/dpy-nginx-", r"^pod/applied "),
    ),
    Line("kubectl get all", (r"^pod/applied ", r"^deployment.apps/dpy-nginx ")),
    Line("kubectl get events", (r"^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$",)),
    Line("kubectl explain pods", (r"^KIND: +Pod$",)),
    Line("kubectl top node", (r"^NAME +CPU\(cores\)",)),
    Line("kubectl top pod", (r"^NAME +CPU\(cores\)",)),
    Line("kubectl config view", (r"^kind: Config$",)),
    Line("kubectl cluster-info", (r"^Kubernetes control plane is running at https://",)),
    Line("kubectl api-resources", (r"^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND$", r"^pods +po +v1 +true +Pod$")),
    Line("kubectl api-versions", (r"^apps/v1$",)),
    Line("kubectl version", (r"^Client Version: v1\.",)),
    Line("kubectl rollout restart deployment dpy-nginx", (r"restarted$",)),
    Line("kubectl rollout pause deployment dpy-nginx", (r"paused$",)),
    Line("kubectl rollout resume deployment dpy-nginx", (r"resumed$",)),
    Line("kubectl wait --for=condition=Available deployment/dpy-nginx --timeout=60s", (r"condition met$",)),
)


def said(client: EmbeddedClient, line: str) -> tuple[int, str]:
    """The exit code and all that was printed; ``> FILE`` is the shell's."""
    text, _, file = line.partition(" > ")
    out, err = StringIO(), StringIO()
    code = run_command(client, shlex.split(text)[1:], out=out, err=err, stdin=StringIO("hostname\nexit\n"))
    if file:
        Path(file).write_text(out.getvalue())
    return code, out.getvalue() + err.getvalue()


def test_a_tutorials_lines_do_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDITOR", "sed -i 's/1.19.2/1.19.3/'")
    monkeypatch.delenv("KUBE_EDITOR", raising=False)
    for name, text in FILES.items():
        Path(name).write_text(text)
    client = sample_client()
    said(client, "kubectl create -f node.yaml")
    for line in STORY:
        code, text = said(client, line.text)
        assert code == line.code, f"{line.text}\n{text}"
        for pattern in line.says:
            match = re.search(pattern, text, re.MULTILINE)
            assert match is not None, f"{line.text}: no {pattern}\n{text}"
            text = text[match.end() + 1 :]
        pass_time(client, line.wait)


def of_app(client: EmbeddedClient, app: str) -> dict[str, str]:
    """The addresses of an app's pods, by name."""
    pods = client.state.all(Pod, "default")
    return {pod.metadata.name: pod.status.pod_ip for pod in pods if pod.metadata.labels.get("app") == app}


def test_a_bare_pod_does_not_come_back_and_a_deployments_does_with_another_address() -> None:
    client = sample_client()
    for line in ("run bare --image=nginx", "create deployment web --image=nginx", "expose deployment web --port=80"):
        said(client, f"kubectl {line}")
    pass_time(client, 10)
    [(name, address)] = of_app(client, "web").items()
    said(client, f"kubectl delete pod bare {name}")
    pass_time(client, 40)
    assert client.state.find(Pod, "bare", "default") is None
    [(new_name, new_address)] = of_app(client, "web").items()
    assert new_name != name
    assert new_address != address
    assert "Welcome to nginx!" in said(client, "kubectl exec toolbox -- curl -s http://web")[1]
