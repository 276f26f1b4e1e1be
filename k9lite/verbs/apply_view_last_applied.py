"""apply view-last-applied: what the last apply said of an object. Follows kubectl's ``cmd/apply``."""

import json

from engine.errors import UsageError
from engine.kinds import dump_yaml
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.targets import targets
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.writing import LAST_APPLIED


def run(view: View, args: Args) -> Run:
    found = targets(view.state, args, everything=True)
    if found.errors:
        raise found.errors[0]
    records = []
    for obj in found.objects:
        record = obj.metadata.annotations.get(LAST_APPLIED)
        if record is None:
            name = obj.metadata.name
            raise UsageError(f"no last-applied-configuration annotation found on resource: {name}\n")
        records.append(json.loads(record))
    output = args.flags["output"]
    if output not in ("json", "yaml"):
        raise UsageError(
            f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json\n"
            "See 'kubectl apply view-last-applied -h' for help and examples"
        )
    for record in records:
        text = json.dumps(record, indent=2, ensure_ascii=False) if output == "json" else dump_yaml(record)
        for line in text.rstrip("\n").split("\n"):
            yield Say(line)
    return 0


VIEW_LAST_APPLIED = Verb(
    name="apply view-last-applied",
    summary="View the latest last-applied-configuration annotations of a resource/object",
    usage="apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    run=run,
    options=(
        ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR,
        Option(name="output", short="o", value="string", default="yaml", summary="yaml or json",
               choices=("json", "yaml")),
    ),
    writes=False,
)  # fmt: skip
