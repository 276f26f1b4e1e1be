"""Who asks: a name and groups, as authentication leaves them. Follows ``k8s.io/apiserver/pkg/authentication/user``."""

from collections.abc import Sequence

from engine.kinds.frozen import frozen

MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
_ACCOUNT = "system:serviceaccount:"


@frozen
class Identity:
    name: str
    groups: tuple[str, ...] = ()

    @property
    def is_master(self) -> bool:
        """Nothing is refused to it, and no role is looked at."""
        return MASTERS in self.groups

    @property
    def account(self) -> tuple[str, str] | None:
        """(namespace, name) of a service account."""
        return account_of(self.name)


ADMIN = Identity("kubernetes-admin", (MASTERS, AUTHENTICATED))
"""The operator: whoever has the cluster's kubeconfig."""

NOBODY = Identity(ANONYMOUS, (UNAUTHENTICATED,))
"""Who shows nothing of himself."""


def identity_of_actor(actor: str, groups: Sequence[str] = ()) -> Identity:
    """Whose rights an actor of the log has: ``user/eve`` eve's, all others those of the cluster itself.

    ``groups`` are eve's where they are not those that everybody of that name is in.
    """
    kind, _, name = actor.partition("/")
    if kind != "user" or not name:
        return ADMIN
    return Identity(name, tuple(groups)) if groups else impersonated(name)


def actor_of(identity: Identity) -> str:
    return "user" if identity == ADMIN else f"user/{identity.name}"


def account_of(name: str) -> tuple[str, str] | None:
    """``system:serviceaccount:shop:robot`` -> (shop, robot)."""
    namespace, colon, account = name.removeprefix(_ACCOUNT).partition(":")
    return (namespace, account) if name.startswith(_ACCOUNT) and colon and ":" not in account else None


def impersonated(name: str, groups: Sequence[str] = ()) -> Identity:
    """Whom ``--as`` and ``--as-group`` mean: every user is authenticated, a service account in its own groups."""
    account = account_of(name)
    if account is not None and not groups:
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{account[0]}")
    implied = () if name == ANONYMOUS or {AUTHENTICATED, UNAUTHENTICATED} & set(groups) else (AUTHENTICATED,)
    if name == ANONYMOUS and not groups:
        implied = (UNAUTHENTICATED,)
    return Identity(name, (*groups, *implied))
