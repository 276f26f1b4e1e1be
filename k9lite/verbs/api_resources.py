"""api-resources: every kind there is. Follows kubectl's ``cmd/apiresources``."""

from engine.kinds import KINDS
from engine.printers import render
from k9lite.verb import Args, Option, Run, Say, Verb, View


def run(_view: View, args: Args) -> Run:
    rows = [
        (kind.plural, ",".join(kind.short_names), kind.api_version, str(kind.namespaced).lower(), kind.name)
        for kind in sorted(KINDS.values(), key=lambda kind: (kind.group, kind.plural))
    ]
    headers = ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND")
    for line in render(() if args.on("no-headers") else headers, rows):
        yield Say(line)
    return 0


API_RESOURCES = Verb(
    name="api-resources",
    summary="Print the kinds this cluster serves",
    usage="api-resources",
    run=run,
    options=(Option(name="no-headers", summary="Leave the headers out"),),
    writes=False,
)
