"""taint: marks nodes so that pods keep away. Follows kubectl's ``cmd/taint``."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from engine.api.validation.names import label_value, qualified_name
from engine.errors import K9liteError, UsageError
from engine.kinds import Node, Ref, Taint, to_manifest
from engine.store.state import State
from k9lite.arguments.options import ALL, SELECTOR
from k9lite.arguments.selection import naming
from k9lite.arguments.targets import resource_type, targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Verb, View
from k9lite.wording import tell
from k9lite.writing import VALIDATE, result_lines
from k9lite.writing.patching import PATCH_OPTIONS, patched

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def run(view: View, args: Args) -> Run:
    words, changes = _split(args.words)
    new, removed = _parsed(changes)
    _check(args, words, new, removed)
    everything = args.on("all") or bool(args.flags.get("selector"))
    found = targets(view.state, args, words[:1] if everything else words)
    printer = Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        assert isinstance(obj, Node), "only nodes are tainted"
        try:
            word, taints = _retainted(obj, new, removed, overwrite=args.on("overwrite"))
            listed = to_manifest(evolve(obj, spec=evolve(obj.spec, taints=taints)))["spec"].get("taints")
            view, manifest = yield from patched(view, args, obj, {"spec": {"taints": listed}}, "merge")
            for line in result_lines(args, printer, manifest, word):
                view = yield Say(line)
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    nodes = [node for ref in refs if (node := state.find(Node, ref.name)) is not None]
    held = sorted({f"{each.key}={each.value}:{each.effect}" for node in nodes for each in node.spec.taints})
    shown = "\n  ".join(held) or "<none>"
    return Form(
        title="Taint",
        message=f"Taints of {naming(refs)}:\n  {shown}",
        fields=(
            Field(name="key", label="Key, or key=value"),
            Field(
                name="effect", label="Effect", kind="choice", default=_EFFECTS[0],
                choices=(*((effect, effect) for effect in _EFFECTS), ("", "none: the taint is taken away")),
            ),
        ),
    )  # fmt: skip


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    key, effect = answers.get("key", ""), answers.get("effect", "")
    change = [f"{key}:{effect}", "--overwrite"] if effect else [f"{key.partition('=')[0]}-"]
    return ["taint", "nodes", *(ref.name for ref in refs), *change]


TAINT = Verb(
    name="taint",
    summary="Update the taints on one or more nodes",
    usage="taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    run=run,
    kinds=("Node",),
    options=(
        ALL,
        SELECTOR,
        VALIDATE,
        Option(name="overwrite", summary="Let a taint that is there have another value"),
        *(option for option in PATCH_OPTIONS if option.name != "record"),
    ),
    reads=output_files,
    form=form,
    argv=argv,
)


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    objects: list[str] = []
    changes: list[str] = []
    for word in words:
        if "=" in word or ":" in word or word.endswith("-"):
            changes.append(word)
        elif changes:
            raise UsageError(f"all resources must be specified before taint changes: {word}")
        else:
            objects.append(word)
    if not objects:
        raise UsageError("one or more resources must be specified as <resource> <name>")
    if not changes:
        raise UsageError("at least one taint update is required")
    return objects, changes


def _parsed(changes: Sequence[str]) -> tuple[list[Taint], list[Taint]]:
    new: list[Taint] = []
    removed: list[Taint] = []
    more = "\nSee 'kubectl taint -h' for help and examples"
    for change in changes:
        taint = _taint(change.removesuffix("-"), more)
        if change.endswith("-"):
            removed.append(evolve(taint, value=""))
        elif not taint.effect:
            raise UsageError(f"invalid taint spec: {change}{more}")
        elif any((each.key, each.effect) == (taint.key, taint.effect) for each in new):
            shown = f"{{{taint.key} {taint.value} {taint.effect} <nil>}}"
            raise UsageError(f"duplicated taints with the same key and effect: {shown}{more}")
        else:
            new.append(taint)
    return new, removed


def _taint(text: str, more: str) -> Taint:
    """``key=value:Effect``, ``key:Effect`` or ``key``."""
    parts = text.split(":")
    if len(parts) > 2:
        raise UsageError(f"invalid taint spec: {text}{more}")
    key, value, effect = parts[0], "", ""
    if len(parts) == 2:
        effect = parts[1]
        if effect not in _EFFECTS:
            raise UsageError(f"invalid taint effect: {effect}, unsupported taint effect{more}")
        words = key.split("=")
        if len(words) > 2:
            raise UsageError(f"invalid taint spec: {text}{more}")
        key, value = words[0], words[1] if len(words) > 1 else ""
        if mistakes := label_value(value):
            raise UsageError(f"invalid taint spec: {text}, {'; '.join(mistakes)}{more}")
    if mistakes := qualified_name(key):
        raise UsageError(f"invalid taint spec: {text}, {'; '.join(mistakes)}{more}")
    return Taint(key=key, value=value, effect=effect)


def _check(args: Args, words: Sequence[str], new: Sequence[Taint], removed: Sequence[Taint]) -> None:
    word = words[0].partition("/")[0].lower()
    if resource_type(word).name != "Node":
        raise UsageError(f"invalid resource type {word}, only node types are supported")
    both = [
        f"{gone.key}={gone.effect}"
        for taint in new
        for gone in removed
        if taint.key == gone.key and gone.effect in ("", taint.effect)
    ]
    if both:
        shown = ", ".join(both)
        raise UsageError(f"can not both modify and remove the following taint(s) in the same command: {shown}")
    if args.on("all") and args.flags.get("selector"):
        raise UsageError("setting 'all' parameter with a non empty selector is prohibited")
    if not args.on("all") and not args.flags.get("selector") and len(words) < 2 and "/" not in words[0]:
        raise UsageError("at least one resource name must be specified since 'all' parameter is not set")


def _retainted(
    node: Node, new: Sequence[Taint], removed: Sequence[Taint], *, overwrite: bool
) -> tuple[str, tuple[Taint, ...]]:
    """What was done, and the taints the node has then: new ones first."""
    before = node.spec.taints
    held = [each.key for each in new if any((each.key, each.effect) == (old.key, old.effect) for old in before)]
    if held and not overwrite:
        keys = ",".join(held)
        raise UsageError(
            f"node {node.metadata.name} already has {keys} taint(s) with same effect(s) and --overwrite is false"
        )
    kept = [old for old in before if not any((old.key, old.effect) == (each.key, each.effect) for each in new)]
    taints = [*new, *kept]
    added, deleted = len(taints) != len(before), False
    for gone in removed:
        left = [each for each in taints if not (each.key == gone.key and gone.effect in ("", each.effect))]
        deleted = len(left) != len(taints)
        if not deleted:
            raise UsageError(f'taint "{gone}" not found' if gone.effect else f'taint "{gone.key}" not found')
        taints = left
    word = "modified" if (added and deleted) or overwrite else "tainted" if added else "untainted"
    return word, tuple(taints)
