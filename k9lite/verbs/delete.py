"""delete: removes objects and waits until they are gone. Follows kubectl's ``cmd/delete``."""

from collections.abc import Generator, Mapping, Sequence

from engine.access.attributes import of_object
from engine.access.seen import behind, require
from engine.api.writes import BACKGROUND, FOREGROUND, ORPHAN, Delete
from engine.errors import ApiError, K9liteError, NotFound, UsageError
from engine.kinds import KINDS, Ref, ref_of
from engine.kinds.frozen import frozen
from engine.serving import served_kind
from engine.store.state import State
from k9lite.arguments.documents import documents_of
from k9lite.arguments.flags import FOREVER_SECONDS, number, seconds
from k9lite.arguments.options import (
    ALL,
    ALL_NAMESPACES,
    DRY_RUN,
    FIELD_SELECTOR,
    FILENAME,
    KUSTOMIZE,
    RECURSIVE,
    SELECTOR,
)
from k9lite.arguments.selection import kind_and_names, naming
from k9lite.arguments.targets import namespace_of, not_found, split_words, targets
from k9lite.verb import Args, Field, Form, Option, Run, Say, Step, Submit, Verb, View, Wait
from k9lite.wording import Failure, dry_run_suffix, tell


def run(view: View, args: Args) -> Run:
    grace_seconds, propagation = _grace_seconds(args), _propagation(args)
    if grace_seconds == 0:
        yield Say(f"Warning: {_IMMEDIATE}", error=True)
    dooms, failures = _doomed(view.state, args)
    if any(not doom.ref.namespace for doom in dooms) and "namespace" in args.flags:
        yield Say("Warning: deleting cluster-scoped resources, not scoped to the provided namespace", error=True)
    gone: list[_Doom] = []
    for doom in dooms:
        try:
            if not dry_run_suffix(args):
                view = yield Submit((Delete(ref=doom.ref, grace_seconds=grace_seconds, propagation=propagation),))
            view = yield Say(_told(doom.ref, args, force=grace_seconds == 0))
            gone.append(doom)
        except ApiError as error:
            failures.append(Failure(error, doom.doing))
    if not dooms and not failures:
        yield Say("No resources found")
    if failures:
        return (yield from tell(failures))
    if args.flags["wait"] == "true" and not dry_run_suffix(args):
        return (yield from _wait(view, gone, args))
    return 0


def form(_state: State, refs: Sequence[Ref]) -> Form:
    cascades = ((BACKGROUND, "after it"), (FOREGROUND, "before it"), (ORPHAN, "never: they are left"))
    return Form(
        title="Delete",
        dangerous=True,
        message=f"Delete {naming(refs)}?",
        fields=(
            Field(
                name="cascade", label="What it owns goes", kind="choice", default="background",
                choices=tuple((value.lower(), f"{value.lower()}: {text}") for value, text in cascades),
            ),
            Field(name="grace-period", label="Grace seconds (-1: its own)", kind="number", default="-1"),
            Field(name="force", label="Remove at once, without waiting", kind="switch", default="false"),
        ),
    )  # fmt: skip


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    """Does not wait: the console shows objects go."""
    flags = ["--wait=false"]
    if answers.get("cascade", "background") != "background":
        flags.append(f"--cascade={answers['cascade']}")
    if answers.get("force") == "true":
        flags.append("--force")
    elif answers.get("grace-period", "-1") not in ("-1", ""):
        flags.append(f"--grace-period={answers['grace-period']}")
    return ["delete", *kind_and_names(refs), *flags]


DELETE = Verb(
    name="delete",
    summary="Delete objects by file, by name or by label",
    usage="delete ([-f FILENAME] | TYPE [(NAME | -l label | --all)])",
    run=run,
    options=(
        ALL, ALL_NAMESPACES, SELECTOR, FIELD_SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, DRY_RUN,
        Option(
            name="cascade", value="string", default="background",
            summary='What becomes of owned objects: "background", "foreground" or "orphan"',
        ),
        Option(name="force", summary="Remove at once from the API, without graceful deletion"),
        Option(
            name="grace-period", value="int", default="-1",
            summary="Seconds to end gracefully; negative for the object's own, 0 only with --force",
        ),
        Option(name="now", summary="Same as --grace-period=1"),
        Option(name="ignore-not-found", summary="Exit with 0 for objects that are not there"),
        Option(name="timeout", value="duration", default="0s", summary="How long to wait; 0 for ever"),
        Option(name="wait", default="true", summary="Wait until the objects are gone"),
        Option(name="output", short="o", value="string", summary='Only "name": print resource/name', choices=("name",)),
    ),
    key="ctrl+d,x",
    dangerous=True,
    form=form,
    argv=argv,
)  # fmt: skip

_IMMEDIATE = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. The "
    "resource may continue to run on the cluster indefinitely."
)


@frozen
class _Doom:
    ref: Ref
    uid: str
    doing: str = ""


def _doomed(state: State, args: Args) -> tuple[list[_Doom], list[Failure | K9liteError]]:
    """What is to go, and what was named but is not there."""
    if args.on("all"):
        for flag in ("selector", "field-selector"):
            if args.flags.get(flag):
                raise UsageError(f"cannot set --all and --{flag} at the same time")
    if args.flags.get("output") not in (None, "", "name"):
        raise UsageError(f"unexpected -o output mode: {args.flags['output']}. We only support '-o name'")
    if args.files and not args.words:
        return _in_files(state, args)
    # To delete what is named, one need not see it.
    found = targets(state if _chooses(args) else behind(state), args)
    for kind, name in split_words(args.words, state)[0]:
        require(state, of_object("delete", Ref(kind.name, namespace_of(kind, args), name), kind=kind))
    failures: list[Failure | K9liteError] = [
        error for error in found.errors if not (args.on("ignore-not-found") and isinstance(error, NotFound))
    ]
    return [_Doom(ref_of(obj), obj.metadata.uid) for obj in found.objects], failures


def _chooses(args: Args) -> bool:
    return args.on("all") or bool(args.flags.get("selector") or args.flags.get("field-selector"))


def _in_files(state: State, args: Args) -> tuple[list[_Doom], list[Failure | K9liteError]]:
    documents, errors = documents_of(args, state)
    failures: list[Failure | K9liteError] = list(errors)
    dooms: list[_Doom] = []
    for document in documents:
        doing = f'error when deleting "{document.source}": '
        require(state, of_object("delete", document.ref, kind=served_kind(state, document.ref.kind)))
        found = behind(state).get(document.ref)
        if found is not None:
            dooms.append(_Doom(document.ref, found.metadata.uid, doing))
        elif not args.on("ignore-not-found"):
            failures.append(Failure(not_found(KINDS[document.ref.kind], document.ref.name), doing))
    return dooms, failures


def _grace_seconds(args: Args) -> int | None:
    """None for the object's own. A bare --grace-period=0 is made 1, kubectl's guard against lost data."""
    grace, force = number(args, "grace-period"), args.on("force")
    if args.on("now"):
        if grace != -1:
            raise UsageError("--now and --grace-period cannot be specified together")
        grace = 1
    if force and grace < 0:
        grace = 0
    elif grace == 0 and not force:
        grace = 1
    if force and grace > 0:
        raise UsageError("--force and --grace-period greater than 0 cannot be specified together")
    return grace if grace >= 0 else None


def _propagation(args: Args) -> str:
    cascade = args.flags["cascade"]
    known = {
        "background": BACKGROUND,
        "foreground": FOREGROUND,
        "orphan": ORPHAN,
        "true": BACKGROUND,
        "false": ORPHAN,
    }
    if cascade not in known:
        raise UsageError(f'invalid cascade value ({cascade}). Must be "background", "foreground", or "orphan"')
    return known[cascade]


def _told(ref: Ref, args: Args, *, force: bool) -> str:
    kind = KINDS[ref.kind].qualified
    if args.flags.get("output") == "name":
        return f"{kind}/{ref.name}"
    where = f" from {ref.namespace} namespace" if ref.namespace else ""
    return f'{kind} "{ref.name}" {"force deleted" if force else "deleted"}{where}{dry_run_suffix(args)}'


def _wait(view: View, dooms: Sequence[_Doom], args: Args) -> Generator[Step, View, int]:
    """A new object of the same name counts as gone."""
    limit = seconds(args, "timeout")
    deadline = view.now + (int(limit) if limit else FOREVER_SECONDS)
    left = list(dooms)
    while left := [doom for doom in left if _still_there(view.state, doom)]:
        if view.now >= deadline:
            for doom in left:
                kind = KINDS[doom.ref.kind]
                text = f"error: timed out waiting for the condition on {kind.plural}/{doom.ref.name}"
                yield Say(text, error=True)
            return 1
        view = yield Wait(1, f"{len(left)} objects to go", done=len(dooms) - len(left), total=len(dooms))
    return 0


def _still_there(state: State, doom: _Doom) -> bool:
    found = behind(state).get(doom.ref)
    return found is not None and found.metadata.uid == doom.uid
