"""A new namespace comes with its service account ``default``, and a new pod is refused for one that is not there.

Differs from Kubernetes, where a controller makes it a moment later and pods wait for it; here the controller makes
it anew when it is deleted.
"""

from hashlib import blake2b

from engine.accounts import DEFAULT_ACCOUNT, has_access_control
from engine.api.answers import forbidden
from engine.api.draft import Draft
from engine.kinds import ObjectMeta, Ref
from engine.kinds.access import ServiceAccount


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


def check_account(draft: Draft, pod: Ref, name: str) -> None:
    """Raises Forbidden unless the pod's namespace has the service account. Follows the admission plugin."""
    if has_access_control(draft) and draft.get(Ref(ServiceAccount.kind, pod.namespace, name)) is None:
        why = f'error looking up service account {pod.namespace}/{name}: serviceaccount "{name}" not found'
        raise forbidden(pod, why)


def _uid(text: str) -> str:
    """Looks like a version 4 UUID."""
    digits = blake2b(text.encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
