"""A pod's way to the API server: the volume ``kube-api-access-xxxxx`` with its token, in the container of each pod.

Follows the ServiceAccount admission plugin, which writes the volume and its mounts into every new pod. Differs in
that they are not stored: they follow from the pod and its service account, and who shows a pod adds them. So pods of
one template share it in memory, and a pod that was shown and comes back as it was shown is the pod that is stored.
"""

from base64 import b64encode
from functools import lru_cache
from hashlib import blake2b, sha256

from engine.accounts import DEFAULT_ACCOUNT
from engine.control_plane import MIRROR
from engine.kinds import ConfigMap, Container, ObjectMeta, Pod, Ref, Volume, VolumeMount, evolve
from engine.kinds.access import ServiceAccount
from engine.store.state import State

ROOT_CERTIFICATES = "kube-root-ca.crt"
"""The ConfigMap of every namespace by which programs know the API server."""
TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"
DESCRIPTION = {
    "kubernetes.io/description": (
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
        "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of "
        "Kubernetes clusters."
    )
}
_PREFIX = "kube-api-access-"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_CERTIFICATE_BYTES = 814


@lru_cache(maxsize=1)
def root_certificate() -> str:
    """The shape of one; nobody checks it."""
    body = b"\x30\x82" + b"".join(sha256(f"kubernetes/{part}".encode()).digest() for part in range(26))
    text = b64encode(body[:_CERTIFICATE_BYTES]).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def root_certificates(namespace: str) -> ConfigMap:
    meta = ObjectMeta(name=ROOT_CERTIFICATES, namespace=namespace, annotations=DESCRIPTION)
    return ConfigMap(metadata=meta, data={"ca.crt": root_certificate()})


def gets_token(state: State, pod: Pod) -> bool:
    """What the pod says of ``automountServiceAccountToken``, or else its service account; static pods have none."""
    said = pod.spec.extra.get("automountServiceAccountToken")
    if said is None:
        account = state.find(
            ServiceAccount, pod.spec.service_account_name or DEFAULT_ACCOUNT, pod.metadata.namespace
        )
        said = None if account is None else account.automount_service_account_token
    return said is not False and MIRROR not in pod.metadata.annotations


def with_api_access(state: State, pod: Pod) -> Pod:
    """The pod as it is shown. A cluster that began before there were such volumes shows none."""
    if state.get(Ref(ConfigMap.kind, pod.metadata.namespace, ROOT_CERTIFICATES)) is None or not gets_token(state, pod):
        return pod
    spec = pod.spec
    if not any(map(_lacks, (*spec.containers, *spec.init_containers))):
        return pod
    name = _volume_name(pod)
    mount = VolumeMount(name=name, read_only=True, mount_path=TOKEN_DIRECTORY)
    shown = evolve(
        spec,
        containers=tuple(_mounting(each, mount) for each in spec.containers),
        init_containers=tuple(_mounting(each, mount) for each in spec.init_containers),
        volumes=(*spec.volumes, Volume(name=name, extra={"projected": _SOURCE})),
    )
    return evolve(pod, spec=shown)


_SOURCE = {
    "defaultMode": 420,
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": ROOT_CERTIFICATES}},
        {
            "downwardAPI": {
                "items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]
            }
        },
    ],
}


def _volume_name(pod: Pod) -> str:
    digest = blake2b(pod.metadata.uid.encode(), digest_size=5).digest()
    return _PREFIX + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)


def _lacks(container: Container) -> bool:
    return all(mount.mount_path != TOKEN_DIRECTORY for mount in container.volume_mounts)


def _mounting(container: Container, mount: VolumeMount) -> Container:
    return evolve(container, volume_mounts=(*container.volume_mounts, mount)) if _lacks(container) else container
