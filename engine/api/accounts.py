"""A new namespace comes with its service account ``default`` and its ``kube-root-ca.crt``, and a new pod is refused for
an account that is not there.

Differs from Kubernetes, where controllers make them a moment later and pods wait for them; here the controllers make
them anew when they are deleted.
"""

from hashlib import blake2b

from engine.accounts import DEFAULT_ACCOUNT, has_access_control
from engine.api.answers import forbidden
from engine.api.draft import Draft
from engine.api_access import ROOT_CERTIFICATES, root_certificates
from engine.kinds import ConfigMap, ObjectMeta, PodSpec, Ref, evolve, with_metadata
from engine.kinds.access import ServiceAccount

_PULL_SECRETS = "imagePullSecrets"


def add_default_account(draft: Draft, namespace: str) -> None:
    """Draws nothing of what the call's other objects draw: what they are called does not depend on it."""
    if not has_access_control(draft) or draft.get(Ref(ServiceAccount.kind, namespace, DEFAULT_ACCOUNT)):
        return
    meta = ObjectMeta(
        name=DEFAULT_ACCOUNT,
        namespace=namespace,
        uid=_uid(f"{draft.seed}/{draft.version}/{namespace}/{DEFAULT_ACCOUNT}"),
        resource_version=draft.version,
        creation_timestamp=draft.now,
    )
    draft.put(ServiceAccount(metadata=meta))


def add_root_certificates(draft: Draft, namespace: str) -> None:
    """By which the programs of the namespace's pods know the API server; drawn as ``add_default_account`` does."""
    if not has_access_control(draft) or draft.get(Ref(ConfigMap.kind, namespace, ROOT_CERTIFICATES)):
        return
    uid = _uid(f"{draft.seed}/{draft.version}/{namespace}/{ROOT_CERTIFICATES}")
    stamps = {"uid": uid, "resource_version": draft.version, "creation_timestamp": draft.now}
    draft.put(with_metadata(root_certificates(namespace), **stamps))


def check_account(draft: Draft, pod: Ref, name: str) -> None:
    """Raises Forbidden unless the pod's namespace has the service account. Follows the admission plugin."""
    if has_access_control(draft) and draft.get(Ref(ServiceAccount.kind, pod.namespace, name)) is None:
        why = f'error looking up service account {pod.namespace}/{name}: serviceaccount "{name}" not found'
        raise forbidden(pod, why)


def with_pull_secrets(draft: Draft, namespace: str, spec: PodSpec) -> PodSpec:
    """A pod that names none pulls its images with the secrets of its service account. Follows the admission plugin."""
    account = draft.get(Ref(ServiceAccount.kind, namespace, spec.service_account_name or DEFAULT_ACCOUNT))
    if not isinstance(account, ServiceAccount) or not account.image_pull_secrets or spec.extra.get(_PULL_SECRETS):
        return spec
    names = [{"name": each.name} for each in account.image_pull_secrets]
    return evolve(spec, extra={**spec.extra, _PULL_SECRETS: names})


def _uid(text: str) -> str:
    """Looks like a version 4 UUID."""
    digits = blake2b(text.encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
