"""The words of a command line -> the objects they mean: ``pods``, ``pod a b``, ``pod/a deploy/b``, ``-l app=web``.

Follows cli-runtime's ``resource.Builder``: its grammar, its order (as written; lists in key order) and its
refusals. Pure: it reads a State and a parsed command line, never a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field

from engine.api.selectors import parse_label_selector
from engine.errors import BadRequest, Forbidden, K9liteError, NotFound, UsageError
from engine.kinds import Kind, LabelSelector, Object, Ref, from_manifest, to_manifest
from engine.kinds.frozen import frozen
from engine.serving import kind_meant, kinds_in_category, served_kind
from engine.store.state import State
from k9lite.arguments.documents import documents_of
from k9lite.verb import Args


@frozen(kw_only=True)
class Targets:
    """What was found, and what was named but is not there. ``single``: the words mean exactly one object."""

    objects: tuple[Object, ...] = ()
    errors: tuple[K9liteError, ...] = ()
    single: bool = False
    kinds: tuple[Kind, ...] = ()
    listed: bool = False
    """Kinds were asked for, not names: each has a table, of nothing too."""
    sources: Mapping[Ref, str] = field(factory=dict)
    """The file an object was named in."""


_OWN_KINDS = State()
"""For words that mean no custom kind, whatever is defined."""

MISSING = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


def targets(state: State, args: Args, words: Sequence[str] | None = None, *, everything: bool = False) -> Targets:
    """What ``words`` (the verb's own unless given) mean. Raises UsageError for words that mean nothing.

    ``everything`` lets a kind alone stand for all its objects, as ``get`` does; otherwise that takes ``--all``
    or a selector.
    """
    words = args.words if words is None else words
    selected = bool(args.flags.get("selector") or args.flags.get("field-selector") or args.on("all"))
    if args.files:
        return _in_files(state, args, words)
    pairs, kinds = split_words(words, state)
    if not pairs and not kinds:
        raise UsageError(MISSING)
    if kinds and not pairs:
        if not selected and not everything:
            raise UsageError("resource(s) were provided, but no name was specified")
        return _listed(state, kinds, args)
    if selected:
        raise UsageError(
            "name cannot be provided when a selector is specified"
            if kinds
            else "selectors and the all flag cannot be used when passing resource/name arguments"
        )
    return _named(state, pairs, args)


def split_words(words: Sequence[str], state: State) -> tuple[list[tuple[Kind, str]], tuple[Kind, ...]]:
    """(kind, name) pairs, and the kinds that stand first without a slash. Raises UsageError."""
    if len(words) > 1 and "," in words[0] and "/" not in "".join(words):
        kinds = kinds_of(words[0], state)
        return [(kind, name) for kind in kinds for name in words[1:]], kinds
    with_slash = [word for word in words if "/" in word]
    if with_slash and len(with_slash) < len(words):
        raise UsageError(
            "there is no need to specify a resource type as a separate argument when passing arguments in "
            "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
            "resource/<resource_name>'"
        )
    if with_slash:
        return [split_pair(word, state) for word in words], ()
    if not words:
        return [], ()
    kinds = kinds_of(words[0], state)
    return [(kinds[0], name) for name in words[1:]], kinds


def split_pair(word: str, state: State = _OWN_KINDS) -> tuple[Kind, str]:
    """``deploy/web`` -> its kind and name."""
    kind, _, name = word.partition("/")
    if "/" in name:
        raise UsageError("arguments in resource/name form may not have more than one slash")
    if not kind or not name or "," in kind:
        raise UsageError("arguments in resource/name form must have a single resource and name")
    return resource_type(kind, state), name


def kinds_of(word: str, state: State) -> tuple[Kind, ...]:
    """``po,svc`` -> two kinds, each once; ``all`` as kubectl's category."""
    found: list[Kind] = []
    for part in word.split(","):
        custom = kinds_in_category(state, part)
        names = _ALL if part == "all" else () if custom else (part,)
        found += [*(resource_type(name, state) for name in names), *custom]
    return tuple(dict.fromkeys(found))


_ALL = (
    "pods", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "statefulsets",
    "horizontalpodautoscalers", "cronjobs", "jobs",
)  # fmt: skip


def resource_type(word: str, state: State = _OWN_KINDS) -> Kind:
    kind = kind_meant(state, word)
    if kind is None:
        raise UsageError(f'the server doesn\'t have a resource type "{word.partition(".")[0]}"')
    return kind


def not_found(kind: Kind, name: str) -> NotFound:
    return NotFound(f'{kind.resource} "{name}" not found')


def kind_served(state: State, ref: Ref) -> Kind:
    """The kind of a document, which was looked up when it was read."""
    kind = served_kind(state, ref.kind)
    assert kind is not None, "only documents of served kinds are taken"
    return kind


def selector_of(args: Args) -> LabelSelector:
    return parse_label_selector(args.flags.get("selector", ""))


def namespace_of(kind: Kind, args: Args) -> str:
    """Where objects of a kind are looked for; "" is everywhere."""
    return args.namespace if kind.namespaced and not args.all_namespaces else ""


def _listed(state: State, kinds: Sequence[Kind], args: Args) -> Targets:
    """A kind that may not be listed is told, and the others are listed nevertheless."""
    objects: list[Object] = []
    errors: list[K9liteError] = []
    for kind in kinds:
        try:
            objects += _selected(state, (kind,), args)
        except Forbidden as error:
            errors.append(error)
    return Targets(objects=tuple(objects), errors=tuple(errors), kinds=tuple(kinds), listed=True)


def _selected(state: State, kinds: Sequence[Kind], args: Args) -> Iterator[Object]:
    labels = selector_of(args)
    fields = _field_requirements(args.flags.get("field-selector", ""))
    for kind in kinds:
        for path, _, _ in fields:
            if path not in ("metadata.name", "metadata.namespace", *_FIELDS.get(kind.name, ())):
                raise BadRequest(
                    f'Unable to find "{kind.api_version}, Resource={kind.plural}" that match label selector '
                    f'"{args.flags.get("selector", "")}", field selector "{args.flags["field-selector"]}": '
                    f"field label not supported: {path}"
                )
        namespace = namespace_of(kind, args)
        found = state.select(kind.name, namespace, labels) if namespace else state.objects(kind.name)
        for obj in found:
            if labels.matches(obj.metadata.labels) and (not fields or _fields_match(obj, fields)):
                yield obj


def _named(state: State, pairs: Sequence[tuple[Kind, str]], args: Args) -> Targets:
    objects: list[Object] = []
    errors: list[K9liteError] = []
    for kind, name in pairs:
        if kind.namespaced and args.all_namespaces:
            raise UsageError("a resource cannot be retrieved by name across all namespaces")
        if not name:
            errors.append(UsageError("resource name may not be empty"))
            continue
        try:
            found = state.get(Ref(kind.name, args.namespace if kind.namespaced else "", name))
        except Forbidden as error:
            errors.append(error)
            continue
        if found is None:
            errors.append(not_found(kind, name))
        else:
            objects.append(found)
    kinds = tuple(dict.fromkeys(kind for kind, _ in pairs))
    return Targets(objects=tuple(objects), errors=tuple(errors), single=len(pairs) == 1, kinds=kinds)


def _in_files(state: State, args: Args, words: Sequence[str]) -> Targets:
    if words:
        raise UsageError(
            "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
        )
    documents, errors = documents_of(args, state)
    labels = selector_of(args)
    objects: list[Object] = []
    sources: dict[Ref, str] = {}
    for document in documents:
        if not labels.matches(document.labels):
            continue
        found = from_manifest(document.data) if args.on("local") else state.get(document.ref)
        if found is None:
            errors.append(not_found(kind_served(state, document.ref), document.ref.name))
        else:
            objects.append(found)
            sources[document.ref] = document.source
    return Targets(
        objects=tuple(objects), errors=tuple(errors), single=len(documents) == 1 and not errors, sources=sources
    )


_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Pod": (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
        "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
    ),
    "Node": ("spec.unschedulable",),
    "Namespace": ("status.phase",),
    "ReplicationController": ("status.replicas",),
    "ReplicaSet": ("status.replicas",),
    "Secret": ("type",),
    "Event": (
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.fieldPath", "reason", "type",
    ),
}  # fmt: skip
"""What the API server can select by, besides name and namespace; anything else it refuses."""


def _field_requirements(text: str) -> list[tuple[str, bool, str]]:
    """(path, wanted equal, value) of ``a.b=c,d!=e``."""
    requirements = []
    for term in filter(None, text.split(",")):
        for sign, wanted in (("!=", False), ("==", True), ("=", True)):
            path, found, value = term.partition(sign)
            if found:
                requirements.append((path.strip(), wanted, value.strip()))
                break
        else:
            raise UsageError(f"invalid field selector: '{text}'; can't understand '{term}'")
    return requirements


def _fields_match(obj: Object, requirements: Sequence[tuple[str, bool, str]]) -> bool:
    manifest = to_manifest(obj)
    return all((_text_at(manifest, path) == value) == wanted for path, wanted, value in requirements)


def _text_at(value: Any, path: str) -> str:
    for step in path.split("."):
        value = value.get(step, "") if isinstance(value, Mapping) else ""
    if isinstance(value, bool) or value == "":
        return "true" if value is True else "false" if path.endswith(("hostNetwork", "unschedulable")) else ""
    return str(value)
