"""What controllers that make pods share: names for new ones, and Events that tell of many at once.

Follows RealPodControl of ``pkg/controller/controller_utils.go`` and client-go's recorder.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from engine.api.draft import SUFFIX_LETTERS
from engine.api.writes import Emit
from engine.kinds import Object, Ref
from engine.store.state import State

LONGEST_WAIT_SECONDS = 1000
"""Between two attempts to create a pod that was refused."""

_ONE_BY_ONE = 10
"""Events of one reason that are told apart; more are ``combined from similar events``, as client-go does."""


def new_names(state: State, owner: Object, count: int) -> list[str]:
    """As generateName would make them, but known before the write: the Events name the pods."""
    meta = owner.metadata
    prefix = f"{meta.name[:57]}-"
    names: dict[str, None] = {}
    for suffix in _suffixes(f"{meta.uid}/{state.revision}"):
        if len(names) == count:
            break
        name = prefix + suffix
        if state.get(Ref("Pod", meta.namespace, name)) is None:
            names[name] = None
    return list(names)


def reports(
    state: State, owner: Object, component: str, reason: str, text: str, names: Sequence[str]
) -> list[Emit]:
    """One Event a name, ``text`` before it; past ten of a reason one for all of them."""
    told = sum(event.reason == reason for event in state.events_of(owner))
    apart = max(0, _ONE_BY_ONE - told)
    messages = [text + name for name in names[:apart]]
    if len(names) > apart:
        messages.append(f"(combined from similar events): {text}{names[-1]}")
    return [
        Emit(subject=owner, type="Normal", reason=reason, message=message, component=component)
        for message in messages
    ]


def _suffixes(seed: str) -> Iterator[str]:
    number = 0
    while True:
        digest = blake2b(f"{seed}/{number}".encode(), digest_size=20).digest()
        for start in range(0, 20, 5):
            yield "".join(SUFFIX_LETTERS[byte % 27] for byte in digest[start : start + 5])
        number += 1
