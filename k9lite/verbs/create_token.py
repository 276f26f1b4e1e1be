"""create token: a token of a service account, for who wants to see what is in one. Follows kubectl's ``cmd/create``.

It has a token's three parts and claims; its signature is a hash, and nobody looks at it.
"""

import base64
import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.errors import Forbidden, UsageError
from engine.kinds import Ref, format_time
from k9lite.arguments.flags import seconds
from k9lite.arguments.naming import one_name
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Say, Verb, View

_ISSUER = "https://kubernetes.default.svc.cluster.local"
_BOUND = {"Node": "v1", "Pod": "v1", "Secret": "v1"}
_SECONDS = 3600


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create token")
    _check(args)
    ref = Ref("ServiceAccount", args.namespace, name)
    try:
        require(view.state, of_object("create", ref, "token"))
    except Forbidden as error:
        raise UsageError(f"failed to create token: {error}") from None
    found = view.server.get(ref)
    if found is None:
        raise UsageError(f'failed to create token: serviceaccounts "{name}" not found')
    audiences = list(args.every("audience")) or [_ISSUER]
    lasts = int(seconds(args, "duration")) or _SECONDS
    if lasts < 600:
        raise UsageError(
            "failed to create token: TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: "
            f"Invalid value: {lasts}: may not specify a duration less than 10 minutes"
        )
    token = token_of(name, args.namespace, found.metadata.uid, audiences, view.now, lasts)
    output = output_of(args)
    if not output.name:
        yield Say(token)
        return 0
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "metadata": {"name": name, "namespace": args.namespace, "creationTimestamp": format_time(view.now)},
        "spec": {"audiences": audiences, "expirationSeconds": lasts, "boundObjectRef": None},
        "status": {"token": token, "expirationTimestamp": format_time(view.now + lasts)},
    }
    for line in Printer(output).lines(request, ordered=True):
        yield Say(line)
    return 0


CREATE_TOKEN = Verb(
    name="create token",
    summary="Request a service account token",
    usage="create token SERVICE_ACCOUNT_NAME",
    run=run,
    options=(
        Option(name="audience", value="stringArray", repeats=True, summary="Whom the token is for"),
        Option(name="duration", value="duration", default="0s", summary="How long it is good"),
        Option(name="bound-object-kind", value="string", summary="Kind of the object it is bound to"),
        Option(name="bound-object-name", value="string", summary="Name of the object it is bound to"),
        Option(name="bound-object-uid", value="string", summary="UID of the object it is bound to"),
        *OUTPUT_OPTIONS,
    ),
    writes=False,
    reads=output_files,
)


def _check(args: Args) -> None:
    kind = args.flags.get("bound-object-kind", "")
    if seconds(args, "duration") < 0:
        raise UsageError("--duration must be greater than or equal to 0")
    if seconds(args, "duration") % 1:
        raise UsageError("--duration cannot be expressed in units less than seconds")
    if "" in args.every("audience"):
        raise UsageError("--audience must not be an empty string")
    for other in ("name", "uid"):
        if not kind and args.flags.get(f"bound-object-{other}"):
            raise UsageError(f"--bound-object-{other} can only be set if --bound-object-kind is provided")
    if kind and kind not in _BOUND:
        raise UsageError(f"supported --bound-object-kind values are {', '.join(sorted(_BOUND))}")
    if kind and not args.flags.get("bound-object-name"):
        raise UsageError("--bound-object-name is required if --bound-object-kind is provided")


def token_of(name: str, namespace: str, uid: str, audiences: list[str], now: int, lasts: int) -> str:
    account = {"name": name, "uid": uid}
    claims = {
        "aud": audiences, "exp": now + lasts, "iat": now, "iss": _ISSUER,
        "kubernetes.io": {"namespace": namespace, "serviceaccount": account},
        "nbf": now, "sub": f"system:serviceaccount:{namespace}:{name}",
    }  # fmt: skip
    text = f"{_part({'alg': 'RS256', 'kid': 'k9lite'})}.{_part(claims)}"
    return f"{text}.{_encoded(blake2b(text.encode()).digest())}"


def _part(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
