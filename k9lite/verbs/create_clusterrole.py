"""create clusterrole: as a role, for the whole cluster, for paths, or gathered by labels. Follows ``cmd/create``."""

from typing import Any

from engine.errors import UsageError
from k9lite.arguments.access import RBAC, RULE_OPTIONS, odd_verbs, rules_of, verbs_of
from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_PATH_VERBS = ("*", "get", "post", "put", "delete", "patch", "head", "options")


def run(view: View, args: Args) -> Run:
    name, verbs, urls = one_name(args, "create clusterrole"), verbs_of(args), args.listed("non-resource-url")
    labels = dict(each.partition("=")[::2] for each in args.listed("aggregation-rule"))
    head = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    if labels:
        if urls or verbs or args.listed("resource") or args.every("resource-name"):
            raise UsageError(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            )
        gathered = {"clusterRoleSelectors": [{"matchLabels": labels}]}
        return (yield from create_generated(view, args, {**head, "rules": None, "aggregationRule": gathered}))
    if not verbs:
        raise UsageError("at least one verb must be specified")
    if not args.listed("resource") and not urls:
        raise UsageError("one of resource or nonResourceURL must be specified")
    if args.listed("resource"):
        for warning in odd_verbs(verbs):
            view = yield Say(warning, error=True)
    rules: list[dict[str, Any]] = rules_of(view.state, args, verbs)
    if urls:
        _check_paths(urls, verbs)
        rules.append({"verbs": verbs, "nonResourceURLs": list(urls)})
    return (yield from create_generated(view, args, {**head, "rules": rules}))


CREATE_CLUSTERROLE = Verb(
    name="create clusterrole",
    summary="Create a cluster role",
    usage="create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename]",
    run=run,
    options=(
        *RULE_OPTIONS,
        Option(name="non-resource-url", value="strings", repeats=True, summary="A path, as in /healthz or /logs/*"),
        Option(
            name="aggregation-rule", value="strings", repeats=True, summary="Labels of the cluster roles it gathers"
        ),
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)


def _check_paths(urls: tuple[str, ...], verbs: list[str]) -> None:
    for verb in verbs:
        if verb not in _PATH_VERBS:
            raise UsageError(f"invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url == "*":
            continue
        if not url.startswith("/"):
            raise UsageError("nonResourceURL should start with /")
        if "*" in url[:-1]:
            raise UsageError("nonResourceURL only supports wildcard matches when '*' is at the end")
