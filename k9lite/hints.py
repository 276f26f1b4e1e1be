"""What the footer says about a row: the keys it offers, read off VERBS, and what is wrong with the object."""

import re
from collections.abc import Sequence

from engine.kinds import Event, Object
from engine.printers.health import health
from engine.store.state import State
from k9lite.verb import Verb
from k9lite.verbs import VERBS, WITH_A_KEY
from k9lite.widgets.footer import Key


def hints(verbs: Sequence[Verb], kind: str, *, read_only: bool) -> tuple[Key, ...]:
    """What applies to a row of ``kind``: its own before what every kind has, looking before changing."""
    offered = [
        verb
        for verb in verbs
        if verb.key and (not verb.kinds or kind in verb.kinds) and not (read_only and verb.writes)
    ]
    own = sorted(offered, key=lambda verb: (verb.writes, not verb.kinds, len(verb.kinds) if verb.writes else 0))
    return (("⏎", "Open"), *((shortest(verb.key), label(verb)) for verb in own), ("E", "Events"))


def shortest(keys: str) -> str:
    """Of several keys the one quickest to read."""
    return min(keys.split(","), key=len)


def label(verb: Verb) -> str:
    """``Undo`` for rollout undo, ``YAML`` for get -o yaml: the last word tells most."""
    word = re.split("[ -]+", verb.name)[-1]
    return word.upper() if word in ("yaml", "json") else word.capitalize()


def remark(obj: Object, state: State, now: int) -> str:
    """The line about a row: what is wrong with it, or else its labels; of an Event, all it says."""
    if isinstance(obj, Event):
        about = obj.involved_object
        return f"{about.kind.lower()}/{about.name}: {' '.join(obj.message.split())}"
    found = health(obj, state, now)
    if not found.reason:
        return " ".join(f"{key}={value}" for key, value in obj.metadata.labels.items())
    from k9lite.why.line import line  # the scheduler's rules, which a first frame mostly does without

    return f"{found.glyph} {obj.metadata.name}: {line(obj, state, now)}"


def keys_of(obj: Object | None, state: State, now: int, *, read_only: bool) -> tuple[Key, ...]:
    """What can be pressed on this object: first why it is as it is, where it is not as it should be."""
    if obj is None:
        return ()
    why = (("W", "Why"),) if health(obj, state, now).level in ("warn", "bad") else ()
    verbs = tuple(VERBS[name] for name in WITH_A_KEY)
    return (*why, *hints(verbs, obj.kind, read_only=read_only))
