"""set subject: who has the role of a binding, besides those who have it already. Follows kubectl's ``cmd/set``."""

from collections.abc import Sequence
from typing import Any

from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import Object, to_manifest
from k9lite.arguments.access import RBAC, SUBJECT_OPTIONS
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Run, Verb, View
from k9lite.wording import slashed, tell
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched_and_told

_BINDINGS = ("RoleBinding", "ClusterRoleBinding")


def run(view: View, args: Args) -> Run:
    if args.on("all") and args.flags.get("selector"):
        raise UsageError("cannot set --all and --selector at the same time")
    found, printer = targets(view.state, args), Printer(output_of(args))
    wanted = _subjects(args, found.objects)
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        if obj.kind not in _BINDINGS:
            why = "setting subjects is only supported for RoleBinding/ClusterRoleBinding"
            failures.append(UsageError(f"error: {slashed(obj)} {why}"))
            continue
        there = to_manifest(obj).get("subjects") or []
        added = [subject for subject in wanted if subject not in there]
        if not added:
            continue
        try:
            body = {"subjects": [*there, *added]}
            view = yield from patched_and_told(view, args, printer, obj, body, "subjects updated")
        except ApiError as error:
            failures.append(UsageError(f"failed to patch subjects to rolebinding: {error}"))
    return (yield from tell(failures))


SET_SUBJECT = Verb(
    name="set subject",
    summary="Update the user, group, or service account in a role binding or cluster role binding",
    usage="set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] "
    "[--serviceaccount=namespace:serviceaccountname]",
    run=run,
    kinds=_BINDINGS,
    options=(ALL, SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, LOCAL, *SUBJECT_OPTIONS, *PATCH_OPTIONS),
    reads=output_files,
)


def _subjects(args: Args, objects: Sequence[Object]) -> list[dict[str, Any]]:
    """In kubectl's order, each once. Raises UsageError."""
    users, groups, accounts = (sorted(set(args.every(flag))) for flag in ("user", "group", "serviceaccount"))
    if not (users or groups or accounts):
        raise UsageError("you must specify at least one value of user, group or serviceaccount")
    found = [{"apiGroup": RBAC, "kind": "User", "name": name} for name in users]
    found += [{"apiGroup": RBAC, "kind": "Group", "name": name} for name in groups]
    for text in accounts:
        namespace, colon, name = text.partition(":")
        if not colon or not name or ":" in name:
            raise UsageError("serviceaccount must be <namespace>:<name>")
        if not namespace and any(obj.kind == "ClusterRoleBinding" for obj in objects):
            raise UsageError("serviceaccount must be <namespace>:<name>, namespace must be specified")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace or args.namespace})
    return found
