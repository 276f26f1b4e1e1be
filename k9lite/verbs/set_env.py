"""set env: variables of the containers of pods and pod templates. Follows kubectl's ``cmd/set``."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import KINDS, ConfigMap, Object, Ref, to_manifest
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.sources import variable_mistakes
from k9lite.arguments.targets import not_found, split_pair, targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Verb, View
from k9lite.wording import Failure, slashed, tell
from k9lite.writing.env_references import reference_text, referenced
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched_and_told
from k9lite.writing.pod_templates import CONTAINERS, TEMPLATED, pod_spec, selected, spec_patch

Variable = Mapping[str, Any]


def run(view: View, args: Args) -> Run:
    words, changes = _split(args.words)
    _check(args, words)
    new, removed = _parsed([*args.every("env"), *changes], args.files.get("-", ""))
    if args.flags.get("from"):
        new += _imported(view.state, args)
    new = [{**each, "name": args.flags.get("prefix", "") + each["name"]} for each in new]
    found, printer = targets(view.state, args, words), Printer(output_of(args))
    failures: list[Failure | K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            if args.on("list"):
                yield from _list(view, args, obj, new, removed)
                continue
            body = _patch(obj, args, new, removed)
            if body is None:
                yield Say(_none_fits(obj, args), error=True)
            elif body:
                if not new and not changes:
                    raise UsageError("at least one environment variable must be provided")
                view = yield from patched_and_told(view, args, printer, obj, body, "env updated")
        except ApiError as error:
            failures.append(UsageError(f"failed to patch env update to pod template: {error}"))
        except UsageError as error:
            failures.append(UsageError(f"error: {slashed(obj)} {error}"))
    return (yield from tell(failures))


def form(_state: State, refs: Sequence[Ref]) -> Form:
    changes = Field(name="changes", label="KEY=value to set, KEY- to remove")
    return Form(title="Set env", message=f"Variables of {naming(refs)}", fields=(changes,))


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    return ["set", "env", *slashed_names(refs), *answers.get("changes", "").split()]


SET_ENV = Verb(
    name="set env",
    summary="Update environment variables on a pod template",
    usage="set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    run=run,
    kinds=("Pod", *TEMPLATED),
    options=(
        ALL, SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, CONTAINERS, LOCAL,
        Option(name="env", short="e", value="stringArray", repeats=True, summary="KEY=value to set"),
        Option(name="from", value="string", summary="Import the keys of this configmap or secret"),
        Option(name="keys", value="strings", repeats=True, summary="Only these keys of --from"),
        Option(name="prefix", value="string", summary="What to put before the names"),
        Option(name="list", summary="Print the variables"),
        Option(name="resolve", summary="Print what references lead to, with --list"),
        Option(name="overwrite", default="true", summary="Let a variable that is there be changed"),
        *PATCH_OPTIONS,
    ),
    reads=output_files,
    form=form,
    argv=argv,
)  # fmt: skip


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    objects: list[str] = []
    changes: list[str] = []
    for word in words:
        if ("=" in word and not word.startswith("=")) or word.endswith("-"):
            changes.append(word)
        elif changes:
            raise UsageError(f"all resources must be specified before environment changes: {word}")
        else:
            objects.append(word)
    return objects, changes


def _check(args: Args, words: Sequence[str]) -> None:
    if args.on("local") and args.flags.get("dry-run") == "server":
        raise UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if not words and not args.flags.get("filename") and not args.flags.get("kustomize"):
        raise UsageError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if args.on("list") and args.flags.get("output"):
        raise UsageError("--list and --output may not be specified together")
    if args.listed("keys") and not args.flags.get("from"):
        raise UsageError("when specifying --keys, a configmap or secret must be provided with --from")


def _parsed(specs: Sequence[str], typed: str) -> tuple[list[dict[str, Any]], list[str]]:
    """(variables to set, names to remove); ``-`` stands for lines that are typed."""
    new: list[dict[str, Any]] = []
    removed: list[str] = []
    for spec in specs:
        name, equals, value = spec.partition("=")
        if spec == "-":
            lines = [line.partition("#")[0] for line in typed.splitlines()]
            new += [_variable(*line.split("=", 1)) for line in lines if "=" in line]
        elif equals:
            if mistakes := variable_mistakes(name):
                raise UsageError(f'"{name}" is not a valid key name: {mistakes}')
            new.append(_variable(name, value))
        elif spec.endswith("-"):
            removed.append(spec[:-1])
        else:
            raise UsageError(f"unknown environment variable: {spec}")
    if any(each["name"] in removed for each in new):
        raise UsageError("can not both modify and remove the same environment variable in the same command")
    return new, removed


def _variable(name: str, value: str) -> dict[str, Any]:
    return {"name": name, **({"value": value} if value else {})}


def _imported(state: State, args: Args) -> list[dict[str, Any]]:
    """A reference for each key of a configmap or secret."""
    kind, name = split_pair(args.flags["from"])
    found = state.get(Ref(kind.name, args.namespace if kind.namespaced else "", name))
    if found is None:
        raise not_found(kind, name)
    if kind not in (KINDS["ConfigMap"], KINDS["Secret"]):
        raise UsageError("unsupported resource specified in --from")
    field = "configMapKeyRef" if isinstance(found, ConfigMap) else "secretKeyRef"
    keys, wanted = sorted(mapping_at(to_manifest(found), "data")), args.listed("keys")
    return [
        {"name": _env_name(key), "valueFrom": {field: {"name": name, "key": key}}}
        for key in keys
        if not wanted or key in wanted
    ]


def _env_name(key: str) -> str:
    """``log.level-max`` -> ``LOG_LEVEL_MAX``."""
    return "".join(char if char.isalnum() or char == "_" else "_" for char in key).upper()


def _patch(
    obj: Object, args: Args, new: Sequence[dict[str, Any]], removed: Sequence[str]
) -> dict[str, Any] | None:
    """What really changes; empty for nothing, None where no container fits."""
    spec = pod_spec(obj)
    chosen = selected(spec, args.flags["containers"])
    changed: dict[str, list[dict[str, Any]]] = {}
    for field, container in chosen:
        before: list[dict[str, Any]] = container.get("env") or []
        if args.flags["overwrite"] != "true":
            _check_overwrites(before, new)
        after = _updated(before, new, removed)
        if after != before:
            changed.setdefault(field, []).append({"name": container["name"], "env": [{"$patch": "replace"}, *after]})
    if not chosen:
        return None
    return spec_patch(obj.kind, changed) if changed else {}


def _check_overwrites(before: Sequence[Variable], new: Sequence[Variable]) -> None:
    for each in new:
        if any(each["name"] == other["name"] and each != other for other in before):
            held = _shown(before, each["name"])
            raise UsageError(f"'{each['name']}' already has a value ({held}), and --overwrite is false")


def _shown(variables: Sequence[Variable], name: str) -> str:
    return next((str(each.get("value", "")) for each in variables if each["name"] == name), "")


def _updated(
    before: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], removed: Sequence[str]
) -> list[dict[str, Any]]:
    """A new one takes the place of the old one of its name; others come behind, in their order."""
    wanted = {each["name"]: each for each in new}
    after = []
    done = set(removed)
    for each in before:
        if each["name"] in done:
            continue
        if each["name"] in wanted:
            done.add(each["name"])
        after.append(wanted.get(each["name"], each))
    for each in new:
        if each["name"] not in done:
            done.add(each["name"])
            after.append(wanted[each["name"]])
    return after


def _none_fits(obj: Object, args: Args) -> str:
    return f'Warning: {obj.kind}/{obj.metadata.name} does not have any containers matching "{args.flags["containers"]}"'


def _list(view: View, args: Args, obj: Object, new: Sequence[dict[str, Any]], removed: Sequence[str]) -> Run:
    chosen = selected(pod_spec(obj), args.flags["containers"])
    if not chosen:
        yield Say(_none_fits(obj, args), error=True)
    for _, container in chosen:
        yield Say(f"# {obj.kind} {obj.metadata.name}, container {container['name']}")
        for each in _updated(container.get("env") or [], new, removed):
            if "valueFrom" not in each:
                yield Say(f"{each['name']}={each.get('value', '')}")
                continue
            value = referenced(view.state, args.namespace, each["valueFrom"]) if args.on("resolve") else None
            shown = f"# {each['name']} from {reference_text(each['valueFrom'])}"
            yield Say(shown if value is None else f"{each['name']}={value}")
    return 0
