"""How pods reach the API server: the volume with their token, and the certificate of every namespace."""

from typing import Any

from engine.api.writes import Create, Delete, Patch, RunLine, Update
from engine.api_access import ROOT_CERTIFICATES, with_api_access
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.kinds import ConfigMap, Pod, Ref, from_manifest, to_manifest
from engine.kinds.access import ServiceAccount
from engine.printers.describe import describe
from engine.store.frames import Header
from tests.builders import START, namespace, node

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"
P = Ref("Pod", "default", "p")


def cluster(**spec: Any) -> Cluster:
    """With pod p in "default"."""
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    made.submit("user", [Create(node("w1"))])
    container = {"name": "main", "image": "busybox:1.36", "command": ["sleep", "10000"]}
    body = {"metadata": {"name": "p", "namespace": "default"}, "spec": {"containers": [container], **spec}}
    made.submit("user", [Create(from_manifest({"apiVersion": "v1", "kind": "Pod", **body}))])
    made.advance(START + 30)
    return made


def stored(made: Cluster) -> Pod:
    pod = made.state.find(Pod, "p", "default")
    assert pod is not None
    return pod


def shown(made: Cluster) -> Pod:
    return with_api_access(made.state, stored(made))


def typed(made: Cluster, line: str) -> str:
    made.submit("user", [RunLine(ref=P, container="main", session="s", line=line)])
    return list(made.state.execs_of(stored(made).metadata.uid))[-1].stdout


def test_every_namespace_has_the_certificate_of_the_api_server_from_the_start() -> None:
    made = cluster()
    made.submit("user", [Create(namespace("shop"))])
    found = made.state.find(ConfigMap, ROOT_CERTIFICATES, "shop")
    assert found is not None and found.data["ca.crt"].startswith("-----BEGIN CERTIFICATE-----\n")
    before = made.state.find(ConfigMap, ROOT_CERTIFICATES, "kube-system")
    assert before is not None and before.data == found.data


def test_a_deleted_or_changed_certificate_comes_back_but_for_a_namespace_that_goes() -> None:
    made = cluster()
    ref = Ref("ConfigMap", "default", ROOT_CERTIFICATES)
    before = made.state.get(ref)
    made.submit("user", [Delete(ref=ref)])
    made.settle()
    made.submit("user", [Patch(ref, {"data": {"ca.crt": "mine", "more": "x"}})])
    made.settle()
    after = made.state.get(ref)
    assert isinstance(before, ConfigMap) and isinstance(after, ConfigMap) and before.data == after.data
    made.submit("user", [Create(namespace("shop"))])
    made.submit("user", [Delete(ref=Ref("Namespace", "", "shop"))])
    made.advance(START + 120)
    assert made.state.find(ConfigMap, ROOT_CERTIFICATES, "shop") is None


def test_a_pod_is_shown_with_the_volume_of_its_token() -> None:
    made = cluster()
    volume = shown(made).spec.volumes[0]
    mount = shown(made).spec.containers[0].volume_mounts[0]
    assert volume.name.startswith("kube-api-access-") and len(volume.name) == 21
    assert (mount.name, mount.mount_path, mount.read_only) == (volume.name, TOKEN, True)
    assert "volumes" not in to_manifest(stored(made))["spec"]
    lines = describe(stored(made), made.state, made.now)
    assert f"      {TOKEN} from {volume.name} (ro)" in lines
    assert any(line.startswith("    Type:") and "Projected (a volume that contains inj" in line for line in lines)
    assert "    TokenExpirationSeconds:  3607" in lines
    assert "    ConfigMapName:           kube-root-ca.crt" in lines


def test_a_pod_that_comes_back_as_it_was_shown_is_the_pod_that_is_stored() -> None:
    made = cluster()
    revision = made.state.revision
    made.submit("user", [Update(from_manifest(to_manifest(shown(made))))])
    assert made.state.revision == revision


def test_the_files_of_the_token_are_in_the_container() -> None:
    made = cluster()
    assert typed(made, f"cd {TOKEN}; ls; cat namespace").split() == ["ca.crt", "namespace", "token", "default"]


def test_a_pod_made_of_what_was_shown_has_the_same_files() -> None:
    made = cluster()
    manifest = to_manifest(shown(made))
    manifest = {**manifest, "metadata": {"name": "q", "namespace": "default"}, "status": {}}
    made.submit("user", [Delete(ref=P, grace_seconds=0)])
    copied = {**manifest, "metadata": {"name": "p", "namespace": "default"}}
    made.submit("user", [Create(from_manifest(copied))])
    made.advance(START + 60)
    assert with_api_access(made.state, stored(made)) == stored(made)
    assert typed(made, f"ls {TOKEN}").split() == ["ca.crt", "namespace", "token"]


def test_a_pod_or_its_service_account_may_do_without() -> None:
    made = cluster(automountServiceAccountToken=False)
    assert shown(made) == stored(made)
    assert typed(made, f"ls {TOKEN} || echo none") == "none\n"
    made = cluster()
    account = made.state.find(ServiceAccount, "default", "default")
    assert account is not None
    made.submit("user", [Patch(Ref("ServiceAccount", "default", "default"), {"automountServiceAccountToken": False})])
    assert shown(made) == stored(made)
    assert typed(made, f"ls {TOKEN} || echo none") == "none\n"


def test_what_the_pod_says_goes_before_what_its_account_says() -> None:
    made = cluster(automountServiceAccountToken=True)
    made.submit("user", [Patch(Ref("ServiceAccount", "default", "default"), {"automountServiceAccountToken": False})])
    assert shown(made) != stored(made)
