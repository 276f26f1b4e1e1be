"""Who a bearer token speaks for. Follows ``k8s.io/apiserver/pkg/authentication``.

Differs in that a token's signature is not looked at: what counts is that its service account exists and that its time
is not up.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from engine.access.identity import Identity, account_of, impersonated
from engine.kinds.access import ServiceAccount
from engine.store.state import State


def bearer(state: State, token: str, now: int) -> Identity | None:
    """None for a token of nobody, or one whose time is up."""
    claims = _claims(token.strip())
    name, expires = claims.get("sub"), claims.get("exp")
    account = account_of(name) if isinstance(name, str) else None
    if account is None or not isinstance(name, str) or (isinstance(expires, int) and expires <= now):
        return None
    return impersonated(name) if state.find(ServiceAccount, account[1], account[0]) is not None else None


def _claims(token: str) -> Mapping[str, Any]:
    _, _, rest = token.partition(".")
    part = rest.partition(".")[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
