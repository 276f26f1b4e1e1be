"""api-resources: every kind there is. Follows kubectl's ``cmd/apiresources``."""

import json
from typing import Any

from engine.errors import UsageError
from engine.kinds import KINDS, Kind, dump_yaml
from engine.printers import render
from engine.serving import custom_kinds
from k9lite.verb import Args, Option, Run, Say, Verb, View

_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_ALL = (
    "Pod", "ReplicationController", "Service", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet",
    "HorizontalPodAutoscaler", "CronJob", "Job",
)  # fmt: skip
"""The category ``all``."""


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(
            f"unexpected arguments: [{' '.join(args.words)}]\nSee 'kubectl api-resources -h' for help and examples"
        )
    if args.flags.get("sort-by", "") not in ("", "name", "kind"):
        raise UsageError("--sort-by accepts only name or kind")
    served = (*KINDS.values(), *custom_kinds(view.state))
    kinds = sorted(filter(lambda kind: _is_wanted(kind, args), served), key=lambda kind: _place(kind, args))
    for line in _lines(kinds, args):
        yield Say(line)
    return 0


API_RESOURCES = Verb(
    name="api-resources",
    summary="Print the supported API resources on the server",
    usage="api-resources",
    run=run,
    options=(
        Option(name="api-group", value="string", summary="Only this group; empty for the core"),
        Option(name="namespaced", default="true", summary="Only kinds in namespaces, or with =false only the others"),
        Option(name="verbs", value="strings", repeats=True, summary="Only kinds with all these verbs"),
        Option(name="categories", value="strings", repeats=True, summary="Only kinds of all these categories"),
        Option(name="sort-by", value="string", summary="name or kind"),
        Option(
            name="output",
            short="o",
            value="string",
            summary="json, name, wide or yaml",
            choices=("json", "name", "wide", "yaml"),
        ),
        Option(name="no-headers", summary="Leave the headers out"),
        Option(name="cached", summary="Taken and not used: there is nothing to cache"),
    ),
    writes=False,
)


def _is_wanted(kind: Kind, args: Args) -> bool:
    return (
        ("api-group" not in args.given or args.flags["api-group"] == kind.group)
        and ("namespaced" not in args.given or args.on("namespaced") == kind.namespaced)
        and set(args.listed("verbs")) <= set(_VERBS)
        and set(args.listed("categories")) <= set(_categories(kind))
    )


def _place(kind: Kind, args: Args) -> tuple[str, str]:
    match args.flags.get("sort-by", ""):
        case "name":
            return kind.plural, ""
        case "kind":
            return kind.shown, kind.plural
        case _:
            return kind.group, kind.plural


def _categories(kind: Kind) -> tuple[str, ...]:
    return ("all",) if kind.name in _ALL else kind.categories


def _lines(kinds: list[Kind], args: Args) -> list[str]:
    match args.flags.get("output", ""):
        case "name":
            return [kind.resource for kind in kinds]
        case "json":
            return json.dumps(_list(kinds), indent=4).split("\n")
        case "yaml":
            return dump_yaml(_list(kinds)).rstrip("\n").split("\n")
        case "" | "wide" as output:
            wide = output == "wide"
            headers = ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", *(("VERBS", "CATEGORIES") * wide))
            rows = [_row(kind, wide=wide) for kind in kinds]
            shown = () if args.on("no-headers") else headers
            return render(shown, rows) or (render((), [headers]) if shown else [])
        case other:
            allowed = "json,kyaml,name,wide,yaml"
            raise UsageError(
                f'unable to match a printer suitable for the output format "{other}", allowed formats are: {allowed}'
            )


def _row(kind: Kind, *, wide: bool) -> tuple[str, ...]:
    row = (kind.plural, ",".join(kind.short_names), kind.api_version, str(kind.namespaced).lower(), kind.shown)
    return (*row, ",".join(_VERBS), ",".join(_categories(kind))) if wide else row


def _list(kinds: list[Kind]) -> dict[str, Any]:
    resources = [
        {
            "name": kind.plural,
            "singularName": kind.singular,
            "namespaced": kind.namespaced,
            **({"group": kind.group} if kind.group else {}),
            "version": kind.api_version.rpartition("/")[2],
            "kind": kind.shown,
            "verbs": list(_VERBS),
            **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
            **({"categories": list(_categories(kind))} if _categories(kind) else {}),
        }
        for kind in kinds
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": resources}
