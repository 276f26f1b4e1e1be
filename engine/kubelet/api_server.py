"""The API server as a program in a pod reaches it: who asks follows from the token, what it gets from that one's roles.

Follows ``k8s.io/apiserver``: a request without a token is anonymous, one with a token that is none is Unauthorized.
Differs in that a token's signature is not looked at, and in that only GET is answered: what is allowed besides is told
that the method is not, and in that no list is longer than 500.
"""

import json
from collections.abc import Mapping
from typing import Any

from engine.access.attributes import Attributes
from engine.access.authorize import check
from engine.access.identity import NOBODY, Identity
from engine.access.seen import seen_by
from engine.access.tokens import bearer
from engine.errors import ApiError
from engine.kinds import KINDS
from engine.kubelet.aggregator import answer_to
from engine.network.http import Reply
from engine.rest import is_of_objects, parameters_of
from engine.store.state import State

_MOST_ITEMS = 500
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_PHRASES = {401: "Unauthorized", 405: "Method Not Allowed", 422: "Unprocessable Entity"}


def answer(state: State, method: str, path: str, authorization: str, now: int) -> Reply:
    """``path`` as it was asked for, with what stands behind a question mark."""
    identity = _authenticated(state, authorization, now)
    if identity is None:
        return refusal(401, "Unauthorized", "Unauthorized")
    return answer_to_identity(state, identity, method, path, now)


def answer_to_identity(state: State, identity: Identity, method: str, path: str, now: int) -> Reply:
    """To somebody who is known."""
    where, _, query = path.partition("?")
    try:
        if method not in ("GET", "HEAD"):
            check(state, identity, _attributes_of(_VERBS.get(method, method.lower()), where))
            return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        asked = parameters_of(query)
        found = answer_to(seen_by(state, identity), where, asked, now)
    except ApiError as error:
        return refusal(error.code, error.reason, str(error), _details(where))
    if isinstance(found, str):
        return Reply(body=found, type="text/plain; charset=utf-8")
    return _json(200, _cut(found, asked.get("limit", "")))


def _cut(found: Mapping[str, Any], limit: str) -> Mapping[str, Any]:
    """A list of as many items as were asked for: all that is answered is kept in the log."""
    most = min(int(limit) if limit.isdecimal() and int(limit) else _MOST_ITEMS, _MOST_ITEMS)
    items = found.get("items")
    if not isinstance(items, list) or len(items) <= most:
        return found
    metadata = {**found["metadata"], "remainingItemCount": len(items) - most}
    return {**found, "metadata": metadata, "items": items[:most]}


def _authenticated(state: State, authorization: str, now: int) -> Identity | None:
    """None for a token of nobody, or one whose time is up."""
    kind, _, token = authorization.partition(" ")
    if not authorization or kind.lower() != "bearer":
        return NOBODY
    return bearer(state, token, now)


def _attributes_of(verb: str, where: str) -> Attributes:
    """Of a request that changes something."""
    parts = [part for part in where.split("/") if part]
    if not is_of_objects(parts):
        return Attributes(verb=verb, path=where)
    group, rest = ("", parts[2:]) if parts[0] == "api" else (parts[1], parts[3:])
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces":
        namespace, rest = rest[1], rest[2:]
    resource, name, subresource, *_ = (*rest, "", "")
    return Attributes(
        verb=verb, group=group, resource=resource, subresource=subresource, namespace=namespace, name=name
    )


def _details(where: str) -> dict[str, str]:
    """What a refusal is about."""
    parts = [part for part in where.split("/") if part]
    if not is_of_objects(parts):
        return {}
    asked = _attributes_of("get", where)
    named = {"name": asked.name} if asked.name else {}
    group = {"group": asked.group} if asked.group else {}
    served = any((kind.group, kind.plural) == (asked.group, asked.resource) for kind in KINDS.values())
    return {**named, **group, "kind": asked.resource} if served else {}


def refusal(code: int, reason: str, message: str, details: Mapping[str, str] | None = None) -> Reply:
    """A Status, as the API server says no."""
    facts: dict[str, Any] = {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason,
    }  # fmt: skip
    if details is not None:
        facts["details"] = dict(details)
    return _json(code, {**facts, "code": code})


def _json(code: int, value: Mapping[str, Any]) -> Reply:
    return Reply(
        status=code,
        body=json.dumps(dict(value), indent=2, ensure_ascii=False),
        type="application/json",
        reason=_PHRASES.get(code, ""),
    )
