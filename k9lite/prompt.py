"""What may follow what has been typed at the prompt: verbs, kinds, names, flags and their values. Pure.

Each completion stands for the whole last word of the text. Follows kubectl's ``pkg/util/completion``.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from engine.kinds import KINDS, Kind, Pod, to_manifest
from engine.kinds.frozen import frozen
from engine.serving import custom_kinds, kind_meant
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.kubectl import GLOBAL_OPTIONS
from k9lite.verb import Option, Verb
from k9lite.verbs import VERBS

MOST = 200
"""More names than this help nobody, and cost time; the rest come as soon as another letter is typed."""

_KIND_FIRST = (
    "get", "describe", "delete", "label", "annotate", "scale", "set image", "set env", "set resources", "set selector",
    "set serviceaccount", "set subject", "edit", "patch", "expose", "autoscale", "taint", "wait", "explain",
    "apply view-last-applied",
)  # fmt: skip
_POD_FIRST = ("exec", "logs", "attach", "port-forward", "debug")
_NODE_VERBS = ("cordon", "uncordon", "drain", "top node")


@frozen
class _Where:
    """The namespace a line means, and whether those of others are offered too, with the ``-n`` they need."""

    namespace: str
    everywhere: bool = False


def complete(state: State, text: str, namespace: str, *, everywhere: bool = False) -> list[str]:
    """Sorted; empty where nothing fits. ``text`` may begin with ``kubectl``.

    A line means ``namespace``; ``everywhere`` offers the names of others as well (``web -n shop``).
    """
    words = text.split(" ")
    before, last = [word for word in words[:-1] if word], words[-1]
    if before[:1] in (["kubectl"], ["k"]):
        before = before[1:]
    candidates = _candidates(state, before, last, _Where(namespace, everywhere))
    fitting = (each for each in candidates if each.startswith(last))
    return sorted(dict.fromkeys(islice(fitting, MOST)))


def _candidates(state: State, before: Sequence[str], last: str, where: _Where) -> Iterable[str]:
    verb, words = _verb(before)
    if verb is None:
        return _verb_words(before)
    where = _named_where(verb, words, where)
    if last.startswith("-") and "=" in last:
        flag = last.partition("=")[0]
        return (f"{flag}={each}" for each in _flag_values(state, verb, flag, words, where))
    if last.startswith("-"):
        return (f"--{option.name}" for option in (*verb.options, *GLOBAL_OPTIONS))
    if words and (values := _pending_flag(state, verb, words, where)) is not None:
        return values
    return (*_verb_words(before), *_arguments(state, verb, _plain(verb, words), last, where))


def _verb(before: Sequence[str]) -> tuple[Verb | None, Sequence[str]]:
    for length in (3, 2, 1):
        verb = VERBS.get(" ".join(before[:length])) if len(before) >= length else None
        if verb is not None:
            return verb, before[length:]
    return None, before


def _verb_words(before: Sequence[str]) -> Iterable[str]:
    """The next word of every verb that begins with the words so far."""
    for name in VERBS:
        words = name.split()
        if words[: len(before)] == list(before) and len(words) > len(before) and not words[-1].startswith("-"):
            yield words[len(before)]
    if not before:
        yield "help"


def _option(verb: Verb, word: str) -> Option | None:
    for option in (*verb.options, *GLOBAL_OPTIONS):
        if word in (f"--{option.name}", f"-{option.short}" if option.short else ""):
            return option
    return None


def _plain(verb: Verb, words: Sequence[str]) -> list[str]:
    """The words that are neither flags nor their values."""
    plain: list[str] = []
    taken = False
    for word in words:
        if taken:
            taken = False
        elif word.startswith("-"):
            option = _option(verb, word)
            taken = option is not None and bool(option.value)
        else:
            plain.append(word)
    return plain


def _named_where(verb: Verb, words: Sequence[str], where: _Where) -> _Where:
    for at, word in enumerate(words):
        if word in ("-n", "--namespace") and at + 1 < len(words):
            return _Where(words[at + 1])
        if word.startswith("--namespace="):
            return _Where(word.partition("=")[2])
        if word in ("-A", "--all-namespaces") and any(each.short == "A" for each in verb.options):
            return _Where("")
    return where


def _pending_flag(state: State, verb: Verb, words: Sequence[str], where: _Where) -> Iterable[str] | None:
    """The values of the flag that stands last, None where that is no flag with a value."""
    option = _option(verb, words[-1])
    if option is None or not option.value:
        return None
    return _flag_values(state, verb, words[-1], words, where)


def _flag_values(state: State, verb: Verb, flag: str, words: Sequence[str], where: _Where) -> Iterable[str]:
    option = _option(verb, flag)
    match option.name if option is not None else "":
        case "namespace":
            return _names(state, KINDS["Namespace"], where)
        case "container":
            return _containers(state, _plain(verb, words), where.namespace)
        case "dry-run":
            return ("client", "none", "server")
        case "cascade":
            return ("background", "foreground", "orphan")
        case "sort-by" if verb.name.startswith("top "):
            return ("cpu", "memory")
        case "for":
            return _slashed(state, "", where)
        case _:
            return option.choices if option is not None else ()


def _arguments(state: State, verb: Verb, plain: Sequence[str], last: str, where: _Where) -> Iterable[str]:
    if verb.name in _NODE_VERBS:
        return (name for name in _names(state, KINDS["Node"], where) if name not in plain)
    if verb.name in _POD_FIRST:
        if plain:
            return ()
        return _slashed(state, last, where) if "/" in last else _names(state, KINDS["Pod"], where)
    if verb.name == "cp":
        return (f"{name}:" for name in _names(state, KINDS["Pod"], _Where(where.namespace)))
    if verb.name == "listen":
        return _names(state, KINDS["Service"], where)
    if verb.name == "top pod":
        return _names(state, KINDS["Pod"], where)
    if not verb.name.startswith("rollout ") and verb.name not in _KIND_FIRST:
        return ()
    kinds = [KINDS[name] for name in verb.kinds] or [*KINDS.values(), *custom_kinds(state)]
    if "/" in last or (plain and "/" in plain[0]):
        return _slashed(state, last, where)
    kind = kind_meant(state, plain[0]) if plain else None
    if kind is None:
        return (kind.plural for kind in kinds) if not plain else ()
    if verb.name == "explain":
        return ()
    return (name for name in _names(state, kind, where) if name not in plain[1:])


def _names(state: State, kind: Kind, where: _Where) -> Iterator[str]:
    searched = where.namespace if kind.namespaced and not where.everywhere else ""
    for obj in state.objects(kind.name, searched):
        name, namespace = obj.metadata.name, obj.metadata.namespace
        yield f"{name} -n {namespace}" if where.everywhere and namespace not in ("", where.namespace) else name


def _slashed(state: State, last: str, where: _Where) -> Iterable[str]:
    """``deploy/`` -> ``deploy/web``, with the kind as it was typed."""
    typed = last.partition("/")[0]
    kind = kind_meant(state, typed) if typed else None
    if kind is not None:
        return (f"{typed}/{name}" for name in _names(state, kind, where))
    return (f"{kind.singular}/" for kind in (*KINDS.values(), *custom_kinds(state)))


def _containers(state: State, plain: Sequence[str], namespace: str) -> Iterable[str]:
    pod = state.find(Pod, plain[0].removeprefix("pod/"), namespace) if plain else None
    if pod is not None:
        spec = pod.spec
        return (each.name for each in (*spec.containers, *spec.init_containers, *spec.ephemeral_containers))
    kind = kind_meant(state, plain[0].partition("/")[0]) if plain else None
    if kind is None:
        return ()
    name = plain[0].partition("/")[2]
    for obj in state.objects(kind.name, namespace):
        if obj.metadata.name == name:
            listed = mapping_at(to_manifest(obj), "spec", "template", "spec").get("containers")
            containers = listed if isinstance(listed, list) else []
            return (str(each["name"]) for each in containers if isinstance(each, dict) and "name" in each)
    return ()
