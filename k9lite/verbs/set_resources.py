"""set resources: what containers of pods and pod templates ask for, and their limits. Follows ``cmd/set``."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import Object, Ref
from engine.kinds.quantity import parse_quantity
from engine.store.state import State
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Verb, View
from k9lite.wording import slashed, tell
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched_and_told
from k9lite.writing.pod_templates import CONTAINERS, TEMPLATED, pod_spec, selected, spec_patch


def run(view: View, args: Args) -> Run:
    wanted = _wanted(args)
    found, printer = targets(view.state, args), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            if body := _patch(obj, args, wanted):
                view = yield from patched_and_told(view, args, printer, obj, body, "resource requirements updated")
        except ApiError as error:
            failures.append(UsageError(f"failed to patch resources update to pod template {error}"))
        except UsageError as error:
            failures.append(error)
    return (yield from tell(failures))


def form(_state: State, refs: Sequence[Ref]) -> Form:
    return Form(
        title="Set resources",
        message=f"What the containers of {naming(refs)} need, and the most they may use",
        fields=(
            Field(name="requests", label="Requests (cpu=100m,memory=128Mi)"),
            Field(name="limits", label="Limits (memory=256Mi)"),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    given = [f"--{name}={answers[name]}" for name in ("requests", "limits") if answers.get(name)]
    return ["set", "resources", *slashed_names(refs), *given]


SET_RESOURCES = Verb(
    name="set resources",
    summary="Update resource requests/limits on objects with pod templates",
    usage="set resources (-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]",
    run=run,
    kinds=("Pod", *TEMPLATED),
    options=(
        ALL, SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, CONTAINERS, LOCAL,
        Option(name="limits", value="string", summary="The most they may use, as in cpu=200m,memory=512Mi"),
        Option(name="requests", value="string", summary="What they need, as in cpu=100m,memory=256Mi"),
        *PATCH_OPTIONS,
    ),
    reads=output_files,
    form=form,
    argv=argv,
)  # fmt: skip


def _wanted(args: Args) -> dict[str, dict[str, str]]:
    if args.on("local") and args.flags.get("dry-run") == "server":
        raise UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if args.on("all") and args.flags.get("selector"):
        raise UsageError("cannot set --all and --selector at the same time")
    if not args.flags.get("limits") and not args.flags.get("requests"):
        raise UsageError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    return {name: _list(args.flags[name]) for name in ("limits", "requests") if args.flags.get(name)}


def _list(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(","):
        words = part.split("=")
        if len(words) != 2:
            raise UsageError(f"invalid argument syntax {part}, expected <resource>=<value>")
        try:
            parse_quantity(words[1])
        except ValueError as error:
            raise UsageError(str(error)) from None
        found[words[0]] = words[1]
    return found


def _patch(obj: Object, args: Args, wanted: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What really changes; empty for nothing. Raises UsageError."""
    try:
        spec = pod_spec(obj)
    except UsageError as error:
        raise UsageError(f"error: {slashed(obj)} {error}") from None
    chosen = selected(spec, args.flags["containers"])
    if not chosen:
        raise UsageError(f"error: unable to find container named {args.flags['containers']}")
    changed: dict[str, list[dict[str, Any]]] = {}
    for field, container in chosen:
        before = container.get("resources") or {}
        after = {**before, **{name: {**before.get(name, {}), **amounts} for name, amounts in wanted.items()}}
        if after != before:
            changed.setdefault(field, []).append({"name": container["name"], "resources": after})
    return spec_patch(obj.kind, changed) if changed else {}
