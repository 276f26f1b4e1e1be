"""Deletes objects to make them anew: what ``replace --force`` and ``apply --force`` begin with."""

from collections.abc import Generator, Sequence

from engine.api.writes import Delete
from engine.errors import UsageError
from engine.kinds import KINDS, Ref
from k9lite.arguments.flags import number, seconds
from k9lite.verb import Args, Option, Say, Step, Submit, View, Wait

_GONE_SECONDS = 300

GONE_OPTIONS = (
    Option(name="force", summary="Delete the objects first, and make them anew"),
    Option(name="grace-period", value="int", default="-1", summary="Seconds to end gracefully, with --force"),
    Option(name="cascade", value="string", default="background", summary="What becomes of owned objects"),
    Option(name="timeout", value="duration", default="0s", summary="How long to wait until they are gone"),
)


def gone(view: View, args: Args, refs: Sequence[Ref], *, told: bool) -> Generator[Step, View, View]:
    """Until all of them are. Raises UsageError when they do not go."""
    grace = number(args, "grace-period")
    for ref in refs:
        propagation = "Orphan" if args.flags["cascade"] in ("orphan", "false") else "Background"
        wanted = Delete(ref=ref, grace_seconds=grace if grace >= 0 else None, propagation=propagation)
        view = yield Submit((wanted,))
        where = f" from {ref.namespace} namespace" if ref.namespace else ""
        if told:
            view = yield Say(f'{KINDS[ref.kind].qualified} "{ref.name}" deleted{where}')
    deadline = view.now + (int(seconds(args, "timeout")) or _GONE_SECONDS)
    while any(view.state.get(ref) is not None for ref in refs):
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        view = yield Wait(1, f"{len(refs)} objects to go")
    return view
