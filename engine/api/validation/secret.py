"""Secrets. Follows ``ValidateSecret`` and ``ValidateSecretUpdate`` of ``pkg/apis/core/validation``."""

import json
from base64 import b64decode
from collections.abc import Mapping

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, required, too_long
from engine.api.validation.metadata import immutable
from engine.errors import FieldError
from engine.kinds import Secret

MOST_BYTES = 1048576
_REDACTED = "<secret contents redacted>"


def secret_errors(secret: Secret, old: Secret | None) -> list[FieldError]:
    errors = []
    if old is not None:
        if secret.type != old.type:
            errors += immutable("type", secret.type, old.type)
        why = "field is immutable when `immutable` is set"
        if old.immutable and not secret.immutable:
            errors.append(forbidden("immutable", why))
        if old.immutable and secret.data != old.data:
            errors.append(forbidden("data", why))
    for key in secret.data:
        errors += each_invalid(f"data[{key}]", key, names.config_key(key))
    if sum(len(value) * 3 // 4 for value in secret.data.values()) > MOST_BYTES:
        errors.append(too_long("data", MOST_BYTES))
    return errors + _typed_secret_errors(secret)


_NEEDED_KEYS: Mapping[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_ACCOUNT = "kubernetes.io/service-account.name"


def _typed_secret_errors(secret: Secret) -> list[FieldError]:
    """What a Secret of its type must hold."""
    data = secret.data
    if secret.type == "kubernetes.io/service-account-token":
        named = secret.metadata.annotations.get(_ACCOUNT)
        return [] if named else [required(f"metadata.annotations[{_ACCOUNT}]", "")]
    if secret.type == "kubernetes.io/basic-auth":
        keys = ("username", "password")
        return [] if any(key in data for key in keys) else [required(f"data[{key}]", "") for key in keys]
    needed = _NEEDED_KEYS.get(secret.type, ())
    errors = [required(f"data[{key}]", "") for key in needed if key not in data]
    if not errors and secret.type.startswith("kubernetes.io/dockerc"):
        try:
            json.loads(b64decode(data[needed[0]]))
        except ValueError as error:
            errors.append(invalid(f"data[{needed[0]}]", _REDACTED, str(error)))
    return errors
