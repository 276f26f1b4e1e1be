"""Lines that say less than kubectl wants: a verb without its object, an object without its kind.

``:undo`` is the key U on the selection; ``:restart web`` is ``rollout restart deployment/web``, if only one thing that
can be restarted is called so. kubectl itself, and the headless one, take no such lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from engine.errors import UsageError
from engine.kinds import KINDS, Object
from engine.serving import kind_meant
from engine.store.state import State
from k9lite.verbs import VERBS

_MEANT: Mapping[str, str] = MappingProxyType(
    {
        "undo": "rollout undo", "restart": "rollout restart", "history": "rollout history",
        "status": "rollout status", "resume": "rollout resume", "image": "set image", "yaml": "get -o yaml",
        "shell": "exec", "sh": "exec", "log": "logs", "previous": "logs --previous", "forward": "port-forward",
        "rm": "delete", "remove": "delete", "trigger": "create job --trigger", "suspend": "patch --suspend",
    }
)  # fmt: skip
"""What people type, and the verb it is a part of."""
_GUESSED = ("scale", "set image", "rollout undo", "rollout restart", "rollout history", "rollout status",
            "rollout pause", "rollout resume")  # fmt: skip
"""Verbs of few kinds: a name alone may do."""
_DO_WITHOUT = ("get", "top pod", "top node")
"""Verbs that have a key, and mean something without any object."""


def verb_alone(words: Sequence[str]) -> str:
    """The verb whose key a line of nothing else stands for; "" for other lines."""
    name = _whole(words)
    wants_an_object = name in VERBS and VERBS[name].argv is not None and name not in _DO_WITHOUT
    return name if wants_an_object and not _rest(words, name) else ""


def completed(words: Sequence[str], state: State) -> tuple[str, ...]:
    """The line with the verb written out and, where it can only be one, the kind and the namespace of its object.

    Raises UsageError where several are called so, or nothing is.
    """
    name = _whole(words)
    if not name:
        return tuple(words)
    rest = _rest(words, name)
    whole = (*name.split(), *rest)
    wanting = name in _GUESSED and bool(rest) and not rest[0].startswith("-") and "/" not in rest[0]
    if not wanting or kind_meant(state, rest[0]) is not None:
        return whole
    kinds = VERBS[name].kinds or ("Deployment", "DaemonSet", "StatefulSet")
    found = [obj for obj in _called(state, rest[0], kinds) if _namespace(rest) in ("", obj.metadata.namespace)]
    if not found:
        known = ", ".join(KINDS[kind].singular for kind in kinds)
        raise UsageError(f"nothing that {name} is for is called {rest[0]} ({known}): {name} KIND/NAME")
    lines = [_line(name, obj, rest[1:]) for obj in found]
    if len(found) > 1:
        raise UsageError(f"{len(found)} are called {rest[0]}: " + ", or ".join(" ".join(line) for line in lines))
    return lines[0]


def _whole(words: Sequence[str]) -> str:
    """The verb that a line begins with; "" for none that is known."""
    for length in (2, 1):
        name = " ".join(words[:length])
        if len(words) >= length and name in VERBS:
            return name
    return _MEANT.get(words[0], "") if words else ""


def _rest(words: Sequence[str], name: str) -> Sequence[str]:
    return words[len(name.split()) if " ".join(words).startswith(name) else 1 :]


def _called(state: State, name: str, kinds: Sequence[str]) -> Iterator[Object]:
    return (obj for kind in kinds for obj in state.objects(kind) if obj.metadata.name == name)


def _namespace(rest: Sequence[str]) -> str:
    for at, word in enumerate(rest):
        if word in ("-n", "--namespace"):
            return rest[at + 1] if at + 1 < len(rest) else ""
        if word.startswith("--namespace="):
            return word.partition("=")[2]
    return ""


def _line(name: str, obj: Object, more: Sequence[str]) -> tuple[str, ...]:
    meta = obj.metadata
    where = () if _namespace(more) or not meta.namespace else ("-n", meta.namespace)
    return (*name.split(), f"{KINDS[obj.kind].singular}/{meta.name}", *more, *where)
