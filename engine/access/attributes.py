"""What is asked for: a verb on a resource or on a path, and how a refusal words it.

Follows ``k8s.io/apiserver``: ``pkg/authorization/authorizer`` and ``endpoints/handlers/responsewriters/errors.go``.
"""

from engine.errors import Forbidden
from engine.kinds import KINDS, Kind, Ref
from engine.kinds.frozen import frozen

METRICS_GROUP = "metrics.k8s.io"
"""What pods and nodes use: of no kind here, and asked for as an aggregated API is."""


@frozen(kw_only=True)
class Attributes:
    """Of a request. ``path`` is asked for instead of a resource where it is not ""; no namespace: the cluster's scope.

    ``name`` is "" for lists and for what is created.
    """

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def full_resource(self) -> str:
        """``pods/log``, as rules name it."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def of_object(verb: str, ref: Ref, subresource: str = "", kind: Kind | None = None) -> Attributes:
    """A namespace is asked for in itself, as the path of its URL has it.

    ``kind`` is what a definition says of a custom one; its name alone does not tell its plural.
    """
    kind = kind or KINDS[ref.kind]
    namespace = ref.name if ref.kind == "Namespace" and verb != "create" else ref.namespace
    name = "" if verb == "create" and not subresource else ref.name
    return Attributes(
        verb=verb,
        group=kind.group,
        resource=kind.plural,
        subresource=subresource,
        namespace=namespace,
        name=name,
    )


def of_kind(verb: str, kind_name: str, namespace: str = "", kind: Kind | None = None) -> Attributes:
    """All objects of a kind in a namespace, or everywhere."""
    kind = kind or KINDS[kind_name]
    return Attributes(
        verb=verb, group=kind.group, resource=kind.plural, namespace=namespace if kind.namespaced else ""
    )


def refusal(user: str, asked: Attributes, reason: str = "") -> Forbidden:
    if asked.path:
        return Forbidden(f'forbidden: {_quoted_user(user)} cannot {asked.verb} path "{asked.path}"')
    qualified = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    named = f'{qualified} "{asked.name}"' if asked.name else qualified
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    what = f'cannot {asked.verb} resource "{asked.full_resource}" in API group "{asked.group}" {where}'
    more = f": {reason}" if reason else ""
    return Forbidden(f"{named} is forbidden: {_quoted_user(user)} {what}{more}")


def _quoted_user(user: str) -> str:
    return f'User "{user}"'
