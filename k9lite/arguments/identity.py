"""``--as`` and ``--as-group``: as whom a line is run. Follows client-go's ``rest.ImpersonationConfig``."""

from engine.access.identity import Identity, impersonated
from engine.errors import UsageError
from k9lite.verb import Args, Option

AS_OPTIONS = (
    Option(name="as", value="string", summary="As whom to ask: a user, or system:serviceaccount:<namespace>:<name>"),
    Option(name="as-group", value="stringArray", repeats=True, summary="A group to ask as a member of, with --as"),
)


def identity_given(args: Args) -> Identity | None:
    """None for the operator himself. Raises UsageError for groups of nobody."""
    name, groups = args.flags.get("as", ""), args.every("as-group")
    if not name:
        if groups:
            raise UsageError("requesting uid, groups or user-extra without impersonating a user")
        return None
    return impersonated(name, groups)
