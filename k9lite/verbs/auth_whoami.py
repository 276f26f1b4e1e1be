"""auth whoami: as whom the cluster is asked. Follows kubectl's ``cmd/auth``."""

from engine.access.attributes import Attributes
from engine.access.seen import require
from engine.errors import Forbidden, UsageError
from engine.kinds import format_time
from engine.printers import render
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, output_files, output_of
from k9lite.verb import Args, Run, Say, Verb, View


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f'unknown command "{args.words[0]}" for "kubectl auth whoami"')
    try:
        require(
            view.state, Attributes(verb="create", group="authentication.k8s.io", resource="selfsubjectreviews")
        )
    except Forbidden:
        raise UsageError(
            "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it"
        ) from None
    identity, output = view.identity, output_of(args)
    if not output.name:
        rows = [("Username", identity.name), ("Groups", f"[{' '.join(identity.groups)}]")]
        for line in render(("ATTRIBUTE", "VALUE"), rows):
            yield Say(line)
        return 0
    review = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "SelfSubjectReview",
        "metadata": {"creationTimestamp": format_time(view.now)},
        "status": {"userInfo": {"groups": list(identity.groups), "username": identity.name}},
    }
    for line in Printer(output).lines(review):
        yield Say(line)
    return 0


WHOAMI = Verb(
    name="auth whoami",
    summary="Show as whom the cluster is asked",
    usage="auth whoami",
    run=run,
    options=OUTPUT_OPTIONS,
    writes=False,
    reads=output_files,
)
