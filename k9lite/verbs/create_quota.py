"""create quota: how much a namespace may use. Follows kubectl's ``cmd/create``."""

from typing import Any

from engine.errors import UsageError
from engine.kinds.quantity import parse_quantity
from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create quota")
    hard, scopes = _hard(args.flags.get("hard", "")), args.flags.get("scopes", "")
    if scopes and "" in scopes.split(","):
        raise UsageError('invalid resource quota scope ""')
    spec: dict[str, Any] = {
        **({"hard": hard} if hard else {}),
        **({"scopes": scopes.split(",")} if scopes else {}),
    }
    manifest = {
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec, "status": {},
    }  # fmt: skip
    return (yield from create_generated(view, args, manifest, doing="failed to create quota: "))


CREATE_QUOTA = Verb(
    name="create quota",
    summary="Create a quota with the specified name",
    usage="create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]",
    run=run,
    options=(
        Option(name="hard", value="string", summary="Limits, as in cpu=1,memory=1G,pods=2"),
        Option(name="scopes", value="string", summary="What it counts, as in BestEffort"),
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)


def _hard(text: str) -> dict[str, str]:
    hard = {}
    for part in text.split(",") if text else ():
        words = part.split("=")
        if len(words) != 2:
            raise UsageError(f"Invalid argument syntax {part}, expected <resource>=<value>")
        try:
            parse_quantity(words[1])
        except ValueError as error:
            raise UsageError(str(error)) from None
        hard[words[0]] = words[1]
    return dict(sorted(hard.items()))
