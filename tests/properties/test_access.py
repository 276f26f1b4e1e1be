"""Whoever has no rights changes nothing and sees nothing, whatever he types."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.access.identity import Identity, impersonated
from engine.api.writes import Create, RunLine
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.errors import ApiError, K9liteError
from engine.kinds import KINDS, Ref, from_manifest
from engine.store.frames import Header
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.impersonating import acting_as
from k9lite.forwarding.api_proxy import proxied
from k9lite.kubeconfig import first_config
from k9lite.kubectl import parse
from k9lite.verb import ApiPaths, Configure, Edit, Listen, Run, Save, Say, Step, Submit, View, Wait
from k9lite.verbs import VERBS
from k9lite.wording import error_text
from tests.builders import START, deployment, node, pod, service

SECRET = "hidden"
"""Stands in the objects, and in no line that is typed."""
FILES = {
    "f.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n",
    "role.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: view}\nrules: []\n",
}
_PATIENCE = 3


@cache
def cluster() -> Cluster:
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    image = f"nginx:{SECRET}"
    labels = {"app": "web", "x": SECRET}
    contents = {"apiVersion": "v1", "metadata": {"name": "settings"}, "data": {SECRET: SECRET}}
    made.submit("user", [
        Create(node("w1", hidden=SECRET)), Create(service("web")),
        Create(deployment("web", replicas=2, template={"containers": [{"name": "main", "image": image}]})),
        Create(pod("shell", labels=labels, nodeName="w1")),
        Create(from_manifest({**contents, "kind": "ConfigMap"})),
        Create(from_manifest({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "settings"},
                              "stringData": {"key": SECRET}})),
    ])  # fmt: skip
    made.advance(START + 60)
    line = RunLine(ref=Ref("Pod", "default", "shell"), container="main", session="s", line=f"echo {SECRET}")
    made.submit("user", [line])
    made.advance(START + 120)
    return made


def said(words: list[str], identity: Identity | None) -> list[str]:
    """What the line prints and saves, run as somebody; no connection to a container is ever opened."""
    lines: list[str] = []
    client = acting_as(EmbeddedClient(cluster()), identity)
    try:
        verb, args = parse(words)
        names = [name for name in args.flags.get("filename", "").split("\n") if name in FILES]
        config = first_config("test", cluster().state)
        args = evolve(args, files={name: FILES[name] for name in names}, config=config)
        for step in _steps(verb.run(View(client.state, client.now), args), client):
            if isinstance(step, Listen) and step.api is not None:
                return [*lines, *_served(step.api, client)]
            assert isinstance(step, Say | Save | Edit | Submit | Wait | Configure), f"nobody came as far as {step}"
            match step:
                case Say() | Edit():
                    lines.append(step.text)
                case Save():
                    lines.append(step.content.decode())
    except K9liteError as error:
        lines.append(error_text(error))
    return lines


def _served(api: ApiPaths, client: Client) -> list[str]:
    """What a proxy that somebody opened answers, each request by itself: it may listen, and lets nobody into a pod."""
    found = []
    for path in SERVED:
        request = f"GET {api.prefix.rstrip('/')}{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        answer = proxied(client.state, request, api, client.now, 0)
        assert isinstance(answer, bytes), f"{path} leads into {answer}"
        found.append(answer.decode())
    return found


SERVED = (
    "/api/v1/pods", "/api/v1/namespaces/default/secrets/settings", "/api/v1/namespaces/default/pods/shell",
    "/apis/apps/v1/deployments", "/api/v1/namespaces/default/pods/shell/proxy/",
    "/api/v1/namespaces/default/services/web:80/proxy/",
)  # fmt: skip


def _steps(run: Run, client: Client) -> Iterator[Step]:
    """Time stands still: a verb that waits is stopped after a while."""
    waits = 0
    try:
        step = next(run)
        while waits <= _PATIENCE:
            yield step
            waits += isinstance(step, Wait)
            try:
                if isinstance(step, Submit):
                    client.submit(step.writes)
            except ApiError as error:
                step = run.throw(error)
            else:
                step = run.send(View(client.state, client.now))
    except StopIteration:
        return


NAMES = [
    "web", "shell", "settings", "w1", "pod/shell", "deploy/web", "svc/web", "no/w1", "cm/settings", "secret/settings",
]  # fmt: skip
KIND_WORDS = ["po", "all", "cm,secret", *sorted(kind.plural for kind in KINDS.values())]
FLAGS = [
    "-A", "-w", "-o=yaml", "-o=json", "-o=wide", "-o=name", "-l=app=web", "--all", "--force", "-f=f.yaml",
    "-f=role.yaml", "--dry-run=client", "--dry-run=server", "--replicas=3", "--image=nginx", "--overwrite",
    "-n=default", "--previous",
    "--all-containers", "--ignore-daemonsets", "--to-revision=1", "--port=80", "--for=delete", "--timeout=1s",
    "--field-selector=metadata.name=web", "--raw=/api/v1/pods", "--raw=/api/v1/namespaces/default/secrets/settings",
    "--raw=/apis/apps/v1/deployments", "--containers", "--ignore-not-found", "--wait=false", "--subresource=scale",
    "--clusterrole=cluster-admin", "--user=nobody", "--verb=*", "--resource=*", "-it", "--", "ls", "--server-side",
]  # fmt: skip
CHANGES = [
    "a=b", "a-", "main=nginx:1", "{}", "8080:80", "shell:/etc/hosts", "here", '-p={"metadata":{"labels":{"a":"b"}}}',
]  # fmt: skip
WORDS = st.one_of(st.sampled_from([*NAMES, *KIND_WORDS]), st.sampled_from([*FLAGS, *CHANGES]))
LINES = st.builds(
    lambda verb, words: [*verb.split(), *words],
    st.sampled_from([name for name in VERBS if " -" not in name]),
    st.lists(WORDS, max_size=5),
)


@settings(max_examples=500, deadline=None)
@given(LINES)
@example(["get", "pods", "-A", "-o=yaml"])
@example(["describe", "pod", "shell"])
@example(["logs", "deploy/web"])
@example(["exec", "shell", "--", "env"])
@example(["cp", "shell:/etc/hosts", "here"])
@example(["port-forward", "shell", "8080:80"])
@example(["top", "pod", "shell"])
@example(["top", "node"])
@example(["events", "-A"])
@example(["cluster-info"])
@example(["drain", "w1", "--force", "--ignore-daemonsets"])
@example(["delete", "pod", "shell"])
@example(["delete", "-f=f.yaml"])
@example(["edit", "deploy/web"])
@example(["diff", "-f=f.yaml"])
@example(["apply", "-f=f.yaml", "--dry-run=server"])
@example(["replace", "-f=f.yaml", "--force"])
@example(["create", "clusterrolebinding", "mine", "--clusterrole=cluster-admin", "--user=nobody"])
@example(["rollout", "history", "deploy/web"])
@example(["set", "env", "deploy/web", "--list"])
@example(["get", "--raw=/api/v1/namespaces/default/secrets/settings"])
@example(["debug", "node/w1", "--image=busybox"])
@example(["run", "x", "--image=nginx", "-it"])
def test_who_has_no_rights_changes_nothing_and_sees_no_object(words: list[str]) -> None:
    before = cluster().state
    lines = said(words, impersonated("nobody"))
    assert cluster().state is before, words
    assert not any(_shows(line) for line in lines), lines


@pytest.mark.parametrize("line", ["get all -A -o yaml", "describe pod shell", "get secret -o yaml", "describe node w1"])
def test_the_operator_sees_what_is_hidden_from_others(line: str) -> None:
    assert any(_shows(each) for each in said(line.split(), None))


def _shows(line: str) -> bool:
    return SECRET in line or b64encode(SECRET.encode()).decode() in line
