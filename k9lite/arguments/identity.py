"""As whom a line is run: its ``--as``, ``--user`` or ``--token``, or else the user of the context.

Follows client-go's ``rest.ImpersonationConfig`` and ``clientcmd``. A flag that a verb has for a purpose of its own
(``create rolebinding --user``) says nothing here.
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from engine.access.identity import NOBODY, Identity, impersonated
from engine.access.tokens import bearer
from engine.access.x509 import CERTIFICATE, NoCertificate, subject_of
from engine.errors import UsageError
from engine.store.state import State
from k9lite.kubeconfig import context_named, is_the_operators, server_of, user_named
from k9lite.verb import Args, Option, Verb

AS_OPTIONS = (
    Option(name="as", value="string", summary="As whom to ask: a user, or system:serviceaccount:<namespace>:<name>"),
    Option(name="as-group", value="stringArray", repeats=True, summary="A group to ask as a member of, with --as"),
)
CONNECTION_OPTIONS = (
    Option(name="as-uid", value="string", summary="The uid to ask with, with --as; nothing here looks at it"),
    Option(name="as-user-extra", value="stringArray", repeats=True, summary="More about whom to ask as; not looked at"),
    Option(name="cache-dir", value="string", summary="Not used: nothing is cached"),
    Option(name="certificate-authority", value="string", summary="Not used: the cluster is in this process"),
    Option(name="context", value="string", summary="The context of the kubeconfig to use"),
    Option(name="disable-compression", summary="Not used: the cluster is in this process"),
    Option(name="insecure-skip-tls-verify", summary="Not used: the cluster is in this process"),
    Option(name="log-flush-frequency", value="duration", summary="Not used: nothing is logged"),
    Option(name="match-server-version", summary="Not used: client and server have one version"),
    Option(name="profile", value="string", summary="Not used: nothing is profiled"),
    Option(name="profile-output", value="string", summary="Not used: nothing is profiled"),
    Option(name="request-timeout", value="string", default="0", summary="How long to watch at most; 0 for ever"),
    Option(name="server", short="s", value="string", summary="The address of the API server: the cluster's own"),
    Option(name="tls-server-name", value="string", summary="Not used: the cluster is in this process"),
    Option(name="token", value="string", summary="The token of a service account to ask with"),
    Option(name="user", value="string", summary="The user of the kubeconfig to ask as"),
    Option(name="v", short="v", value="int", summary="Not used: nothing is logged"),
    Option(name="vmodule", value="string", summary="Not used: nothing is logged"),
)  # fmt: skip

_ASK_NOBODY = ("__complete", "completion", "config", "help", "kustomize", "options")
"""Verbs that need no cluster: a kubeconfig that names what does not exist can be mended."""


def identity_given(verb: Verb, args: Args, state: State, now: int) -> Identity | None:
    """None for the operator himself. Raises UsageError in kubectl's words."""
    if verb.name.partition(" ")[0] in _ASK_NOBODY:
        return None
    given = _given(verb, args)
    _check_server(given, state)
    name, groups = given.get("as", ""), args.every("as-group")
    if name:
        return impersonated(name, groups)
    if groups or given.get("as-uid"):
        raise UsageError("requesting uid, groups or user-extra without impersonating a user")
    if token := given.get("token"):
        return _of_token(state, token, now)
    return _of_user(_user(given, args.config), args.config, state, now)


def namespace_given(verb: Verb, args: Args) -> str:
    """What a line without ``-n`` means by its ``--context``; "" where it names none. Raises UsageError."""
    name = _given(verb, args).get("context", "")
    return "" if not name else str(_context(name, args.config).get("namespace") or "default")


def _given(verb: Verb, args: Args) -> Mapping[str, str]:
    own = {option.name for option in verb.options}
    return {name: value for name, value in args.flags.items() if name not in own}


def _check_server(given: Mapping[str, str], state: State) -> None:
    server = given.get("server", "")
    if server and server.rstrip("/") != server_of(state):
        host = server.partition("://")[2] or server
        raise UsageError(
            f"The connection to the server {host.rstrip('/')} was refused - did you specify the right host or port?"
        )


def _context(name: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    found = context_named(config, name)
    if found is None:
        raise UsageError(f'context "{name}" does not exist')
    return found


def _user(given: Mapping[str, str], config: Mapping[str, Any]) -> str:
    if name := given.get("user"):
        return name
    chosen = given.get("context") or config.get("current-context", "")
    return str(_context(chosen, config).get("user", "")) if chosen else ""


def _of_user(name: str, config: Mapping[str, Any], state: State, now: int) -> Identity | None:
    if not name:
        return None  # a context without a user, and no config at all: nobody else is meant
    user = user_named(config, name)
    if user is None:
        raise UsageError(f'auth info "{name}" does not exist')
    if is_the_operators(user):
        return None
    if token := user.get("token"):
        return _of_token(state, str(token), now)
    if certificate := user.get("client-certificate-data"):
        return _of_certificate(str(certificate))
    if user.get("username"):
        raise UsageError("You must be logged in to the server (Unauthorized)")
    return NOBODY


def _of_certificate(coded: str) -> Identity:
    """Its common name is the user, its organizations are the groups."""
    try:
        return subject_of(b64decode(coded).decode("utf-8", "replace"), CERTIFICATE).identity
    except (NoCertificate, ValueError):
        raise UsageError("tls: failed to find any PEM data in certificate input") from None


def _of_token(state: State, token: str, now: int) -> Identity:
    found = bearer(state, token, now)
    if found is None:
        raise UsageError("You must be logged in to the server (Unauthorized)")
    return found
