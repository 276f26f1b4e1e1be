"""patch: changes parts of an object, as a strategic, merge or JSON patch. Follows kubectl's ``cmd/patch``."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from attrs import evolve

from engine.errors import BadRequest, K9liteError, NotFound, UnsupportedMediaType, UsageError
from engine.kinds import Ref, to_manifest
from engine.kinds.registry import is_custom
from engine.store.state import State
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.selection import kind_and_names, naming
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Verb, View
from k9lite.wording import quoted, tell
from k9lite.writing import result_lines
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched, recorded
from k9lite.writing.subresources import SUBRESOURCE, scale_manifest, subresource_of

_TYPES = ("json", "merge", "strategic")
_NO_STRATEGY = (
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
    "application/merge-patch+json, application/apply-patch+yaml, application/apply-patch+cbor"
)


def run(view: View, args: Args) -> Run:
    _check(args)
    body, type_, part = _body(args), args.flags["type"].lower(), subresource_of(args)
    found, printer = targets(view.state, args), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    if not found.objects and not failures:
        raise UsageError("no objects passed to patch")
    for obj in found.objects:
        try:
            if type_ == "strategic" and is_custom(obj.kind):
                raise UnsupportedMediaType(_NO_STRATEGY)
            before = to_manifest(obj)
            wanted = _of_scale(body, scale_manifest(obj, view.server)) if part == "scale" else body
            if type_ != "json" and isinstance(wanted, dict):
                wanted = recorded(args, wanted)
            subresource = part if part == "status" or is_custom(obj.kind) else ""
            view, manifest = yield from patched(view, args, obj, wanted, type_, subresource)
            if part == "scale":
                manifest = {**manifest, "kind": "Scale", "apiVersion": "autoscaling/v1"}
            word = "patched (no change)" if manifest == before else "patched"
            for line in result_lines(args, printer, manifest, word):
                view = yield Say(line)
        except BadRequest as error:
            local = args.on("local") or args.flags.get("dry-run") == "client"
            failures.append(UsageError(str(error)) if local else error)
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


def reads(args: Args) -> Sequence[str]:
    file = args.flags.get("patch-file", "")
    return [*([file] if file and not args.flags.get("patch") else []), *output_files(args)]


PATCH = Verb(
    name="patch",
    summary="Update fields of a resource",
    usage="patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    run=run,
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE, LOCAL, SUBRESOURCE,
        Option(name="patch", short="p", value="string", summary="The patch, as JSON or YAML"),
        Option(name="patch-file", value="string", summary="A file with the patch"),
        Option(name="type", value="string", default="strategic", summary="json, merge or strategic", choices=_TYPES),
        *PATCH_OPTIONS,
    ),
    reads=reads,
)  # fmt: skip


def form(state: State, refs: Sequence[Ref]) -> Form:
    """The other way round than it is."""
    held = {bool(getattr(getattr(state.get(ref), "spec", None), "suspend", None)) for ref in refs}
    choices = (("true", "Suspend: it starts nothing more"), ("false", "Go on"))
    default = "false" if held == {True} else "true"
    asked = Field(name="suspend", label="It shall", kind="choice", default=default, choices=choices)
    return Form(title="Suspend or go on", message=naming(refs), fields=(asked,))


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    return ["patch", *kind_and_names(refs), "-p", f'{{"spec":{{"suspend":{answers.get("suspend", "true")}}}}}']


SUSPEND = evolve(
    PATCH,
    name="patch --suspend",
    summary="Suspend a CronJob or Job, or let it go on",
    kinds=("CronJob", "Job"),
    form=form,
    argv=argv,
)


def _check(args: Args) -> None:
    patch, file = args.flags.get("patch"), args.flags.get("patch-file")
    if patch and file:
        raise UsageError("cannot specify --patch and --patch-file together")
    if not patch and not file:
        raise UsageError("must specify --patch or --patch-file containing the contents of the patch")
    if args.on("local") and args.words:
        raise UsageError("cannot specify --local and server resources")
    if args.on("local") and args.flags.get("dry-run") == "server":
        raise UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if args.flags["type"].lower() not in _TYPES:
        raise UsageError(f"--type must be one of [{' '.join(_TYPES)}], not {quoted(args.flags['type'])}")


def _body(args: Args) -> Any:
    text = args.flags.get("patch", "")
    if not text:
        text = b"".join(args.read.get(args.flags["patch-file"], {}).values()).decode(errors="replace")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        what = str(error)
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
            what = f"line {error.problem_mark.line + 1}: {error.problem}"
        raise UsageError(f"unable to parse {quoted(args.flags.get('patch', ''))}: yaml: {what}") from None


def _of_scale(body: Any, scale: dict[str, Any]) -> dict[str, Any]:
    """A patch of a Scale changes the number of replicas."""
    replicas = body.get("spec", {}).get("replicas") if isinstance(body, dict) else None
    if not isinstance(replicas, int):
        if scale["spec"]["replicas"] is None:
            raise NotFound("the server could not find the requested resource")
        return {}
    return {"spec": {"replicas": replicas}}
