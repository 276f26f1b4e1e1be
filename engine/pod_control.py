"""What controllers that make pods share: names for new ones, and Events that tell of many at once.

Follows RealPodControl of ``pkg/controller/controller_utils.go`` and client-go's recorder.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from engine.api.draft import SUFFIX_LETTERS
from engine.api.writes import Emit
from engine.kinds import Event, Object, Ref
from engine.store.state import State

CREATED, DELETED = ("SuccessfulCreate", "Created pod: "), ("SuccessfulDelete", "Deleted pod: ")
"""The reason of an Event, and what its message says before a pod's name."""
LONGEST_BASE = 58
"""Of a name that a suffix ends."""
LONGEST_WAIT_SECONDS = 1000
"""Between two attempts to create a pod that was refused."""

_ONE_BY_ONE = 10
"""Events of one reason that are told apart; more are ``combined from similar events``, as client-go does."""


def new_names(state: State, owner: Object, bases: Sequence[str]) -> list[str]:
    """As generateName would make them of ``bases``, but known before the write: the Events name the pods."""
    meta = owner.metadata
    suffixes = _suffixes(f"{meta.uid}/{state.revision}")
    names: dict[str, None] = {}
    for base in bases:
        name = base[:LONGEST_BASE] + next(suffixes)
        while name in names or state.get(Ref("Pod", meta.namespace, name)) is not None:
            name = base[:LONGEST_BASE] + next(suffixes)
        names[name] = None
    return list(names)


def reports(
    state: State, owner: Object, said: tuple[str, str], names: Sequence[str], component: str
) -> list[Emit]:
    """An Event for each name, CREATED or DELETED; past ten of a reason one for all of them."""
    reason, text = said
    told = sum(event.reason == reason for event in state.events_of(owner))
    apart = max(0, _ONE_BY_ONE - told)
    messages = [text + name for name in names[:apart]]
    if len(names) > apart:
        messages.append(f"(combined from similar events): {text}{names[-1]}")
    return [
        Emit(subject=owner, type="Normal", reason=reason, message=message, component=component)
        for message in messages
    ]


def retry_at(events: Iterable[Event], failing_at: int = 0) -> int:
    """When pods may be asked for again: 1, 2, 4, ... seconds after the last refusal, 0 if none came since the last
    pod was made. ``failing_at`` is the time of one that is not yet reported.

    The memory of this back-off are the owner's Events FailedCreate and SuccessfulCreate.
    """
    first, last, succeeded = failing_at, failing_at, 0
    for event in events:
        if event.reason == "FailedCreate":
            began = event.first_timestamp or 0
            first = min(first, began) if first else began
            last = max(last, event.last_timestamp or 0)
        elif event.reason == "SuccessfulCreate":
            succeeded = max(succeeded, event.last_timestamp or 0)
    if not last or last < succeeded:
        return 0
    return last + max(1, min(last - max(first, succeeded), LONGEST_WAIT_SECONDS))


def _suffixes(seed: str) -> Iterator[str]:
    number = 0
    while True:
        digest = blake2b(f"{seed}/{number}".encode(), digest_size=20).digest()
        for start in range(0, 20, 5):
            yield "".join(SUFFIX_LETTERS[byte % 27] for byte in digest[start : start + 5])
        number += 1
