"""version: which kubectl and which Kubernetes this is. Follows kubectl's ``cmd/version``."""

import json
from typing import Any

from engine.errors import UsageError
from engine.kinds import dump_yaml
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.versions import CLIENT, KUSTOMIZE, SERVER


def run(_view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"extra arguments: [{' '.join(args.words)}]")
    output = args.flags.get("output", "")
    if output not in ("", "yaml", "json"):
        raise UsageError("--output must be 'yaml' or 'json'")
    versions: dict[str, Any] = {"clientVersion": dict(CLIENT), "kustomizeVersion": KUSTOMIZE}
    if not args.on("client"):
        versions["serverVersion"] = dict(SERVER)
    match output:
        case "yaml":
            lines = dump_yaml(versions).split("\n")
        case "json":
            lines = json.dumps(versions, indent=2).split("\n")
        case _:
            lines = [f"Client Version: {CLIENT['gitVersion']}", f"Kustomize Version: {KUSTOMIZE}"]
            lines += [] if args.on("client") else [f"Server Version: {SERVER['gitVersion']}"]
    for line in lines:
        yield Say(line)
    return 0


VERSION = Verb(
    name="version",
    summary="Print the client and server version information",
    usage="version",
    run=run,
    options=(
        Option(name="client", summary="Only kubectl's own"),
        Option(name="output", short="o", value="string", summary="yaml or json", choices=("json", "yaml")),
    ),
    writes=False,
)
