"""create poddisruptionbudget: how many pods an eviction must leave. Follows kubectl's ``cmd/create``."""

import re

from engine.errors import UsageError
from k9lite.arguments.naming import int_or_text, one_name
from k9lite.arguments.selectors import selector_manifest
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_AMOUNT = re.compile(r"[0-9]+%?")


def run(view: View, args: Args) -> Run:
    name, selector = one_name(args, "create poddisruptionbudget"), args.flags.get("selector", "")
    least, most = args.flags.get("min-available", ""), args.flags.get("max-unavailable", "")
    if not selector:
        raise UsageError("a selector must be specified")
    if not least and not most:
        raise UsageError("one of min-available or max-unavailable must be specified")
    if least and most:
        raise UsageError("min-available and max-unavailable cannot be both specified")
    for flag, text in (("min-available", least), ("max-unavailable", most)):
        if text and not _AMOUNT.fullmatch(text):
            raise UsageError(f"invalid format specified for {flag}")
    manifest = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {
            **({"minAvailable": int_or_text(least)} if least else {}),
            "selector": selector_manifest(selector),
            **({"maxUnavailable": int_or_text(most)} if most else {}),
        },
        "status": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0},
    }
    return (yield from create_generated(view, args, manifest, doing="failed to create poddisruptionbudgets: "))


CREATE_PDB = Verb(
    name="create poddisruptionbudget",
    summary="Create a pod disruption budget with the specified name",
    usage="create poddisruptionbudget NAME --selector=SELECTOR --min-available=N",
    run=run,
    options=(
        Option(name="selector", value="string", summary="Label selector of the pods it protects"),
        Option(name="min-available", value="string", summary="How many pods must stay, as a number or share"),
        Option(name="max-unavailable", value="string", summary="How many pods may be gone, as a number or share"),
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)
