"""What came of looking at keys, and what of it is written: all as one commit, or as much as is not refused."""

from collections.abc import Callable, Sequence

from engine.api.draft import NO_CHANGES, Admitted
from engine.api.writes import Write
from engine.errors import ApiError
from engine.kinds import Ref, evolve
from engine.reconcile import NOTHING, Result

Answers = Sequence[tuple[Ref, Result]]
Admit = Callable[[Sequence[Write]], Admitted]


def admitted(answers: Answers, admit: Admit) -> tuple[Answers, Admitted]:
    """The answers that hold, and their changes.

    Where something is refused, only those to the first key that writes: then it is tried alone, as are the next.
    """
    writes = [write for _, result in answers for write in result.writes]
    if not writes:
        return answers, NO_CHANGES
    try:
        return answers, admit(writes)
    except ApiError as error:
        first = next(at for at, (_, result) in enumerate(answers) if result.writes)
        key, result = answers[first]
        if len(result.writes) < len(writes):
            return admitted(answers[: first + 1], admit)
        instead, changed = _instead(result, error, admit)
        return [*answers[:first], (key, instead)], changed


def _instead(result: Result, error: ApiError, admit: Admit) -> tuple[Result, Admitted]:
    instead = NOTHING if result.refused is None else result.refused(error)
    try:
        return instead, admit(instead.writes) if instead.writes else NO_CHANGES
    except ApiError as again:
        if instead.refused is not None:
            return _instead(instead, again, admit)
        return evolve(instead, writes=()), NO_CHANGES
