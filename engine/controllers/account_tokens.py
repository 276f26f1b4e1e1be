"""Fills Secrets of the type service-account-token, and deletes them with their account.

Follows kube-controller-manager's tokens controller (``pkg/controller/serviceaccount/tokens_controller.go``). The token
has the claims of a real one; its signature is a hash, and nobody looks at it.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from engine.accounts import has_access_control
from engine.api.writes import Delete, Update
from engine.api_access import root_certificate
from engine.kinds import Ref, Secret, evolve, ref_of, with_metadata
from engine.kinds.access import ServiceAccount
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_TYPE = "kubernetes.io/service-account-token"
_NAME = "kubernetes.io/service-account.name"
_UID = "kubernetes.io/service-account.uid"


def _reconcile(state: State, ref: Ref, _now: int) -> Result:
    secret = state.find(Secret, ref.name, ref.namespace)
    if secret is None or secret.type != _TYPE or not has_access_control(state):
        return NOTHING
    account = state.find(ServiceAccount, secret.metadata.annotations.get(_NAME, ""), ref.namespace)
    if account is None or secret.metadata.annotations.get(_UID, account.metadata.uid) != account.metadata.uid:
        return Result(writes=(Delete(ref=ref, uid=secret.metadata.uid),))
    wanted = _filled(secret, account)
    return NOTHING if wanted == secret else Result(writes=(Update(wanted),))


def _filled(secret: Secret, account: ServiceAccount) -> Secret:
    """With what is missing of it; a token that is there stays."""
    made = {"ca.crt": root_certificate(), "namespace": account.metadata.namespace, "token": _token(secret, account)}
    data = {key: b64encode(text.encode()).decode() for key, text in made.items()}
    annotations = {**secret.metadata.annotations, _UID: account.metadata.uid}
    kept = {**data, **secret.data}
    if kept == secret.data and annotations == secret.metadata.annotations:
        return secret
    return with_metadata(evolve(secret, data=kept), annotations=annotations)


def _token(secret: Secret, account: ServiceAccount) -> str:
    meta = account.metadata
    claims = {
        "iss": "kubernetes/serviceaccount",
        "kubernetes.io/serviceaccount/namespace": meta.namespace,
        "kubernetes.io/serviceaccount/secret.name": secret.metadata.name,
        "kubernetes.io/serviceaccount/service-account.name": meta.name,
        "kubernetes.io/serviceaccount/service-account.uid": meta.uid,
        "sub": f"system:serviceaccount:{meta.namespace}:{meta.name}",
    }
    text = f"{_part({'alg': 'RS256', 'kid': 'k9lite'})}.{_part(claims)}"
    return f"{text}.{_encoded(blake2b(text.encode()).digest())}"


def _part(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    ref = change.ref
    if ref.kind == Secret.kind:
        return (ref,) if isinstance(change.new, Secret) and change.new.type == _TYPE else ()
    if change.new is not None and change.old is not None:
        return ()
    return tuple(
        ref_of(each)
        for each in state.all(Secret, ref.namespace)
        if each.type == _TYPE and each.metadata.annotations.get(_NAME) == ref.name
    )


ACCOUNT_TOKENS = Controller(
    name="serviceaccount-token-controller",
    watches=(Secret.kind, ServiceAccount.kind),
    wakes=_wakes,
    reconcile=_reconcile,
)
