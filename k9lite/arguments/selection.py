"""The rows an operator selected -> how a dialog names them, and the words kubectl would be given.

A kubectl line speaks of one namespace; ``grouped`` splits a selection so that each part fits one line. Words
never name an object outside the namespace they give: of a mixed selection only the first part is named.
"""

from collections.abc import Sequence

from engine.kinds import KINDS, Ref
from engine.kinds.registry import is_custom

_NAMED = 5


def grouped(refs: Sequence[Ref]) -> list[list[Ref]]:
    """By kind and namespace, in the order they first occur."""
    groups: dict[tuple[str, str], list[Ref]] = {}
    for ref in refs:
        groups.setdefault((ref.kind, ref.namespace), []).append(ref)
    return list(groups.values())


def naming(refs: Sequence[Ref]) -> str:
    """``pod default/web-1``; ``pods default/a, default/b and 7 more``."""
    kinds = list(dict.fromkeys(ref.kind for ref in refs))
    names = [f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name for ref in refs]
    kind = KINDS[kinds[0]] if len(kinds) == 1 else None
    word = "objects" if kind is None else kind.singular if len(refs) == 1 else kind.plural
    if len(names) > _NAMED + 1:
        return f"{word} {', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return f"{word} {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"


def kind_and_names(refs: Sequence[Ref]) -> list[str]:
    """``["pods", "a", "b", "-n", "default"]``, of the first group."""
    part = grouped(refs)[0]
    return [_word(part[0]), *(ref.name for ref in part), *in_namespace(part)]


def slashed_names(refs: Sequence[Ref]) -> list[str]:
    """``["deployment/web", "-n", "default"]``, of the first group."""
    part = grouped(refs)[0]
    kind = _word(part[0]) if is_custom(part[0].kind) else KINDS[part[0].kind].singular
    return [*(f"{kind}/{ref.name}" for ref in part), *in_namespace(part)]


def _word(ref: Ref) -> str:
    """A custom kind's plural is told by its definition alone; the kind with its group names it as well."""
    kind = KINDS[ref.kind]
    return kind.qualified if is_custom(ref.kind) else kind.resource


def in_namespace(refs: Sequence[Ref]) -> list[str]:
    return ["-n", refs[0].namespace] if refs[0].namespace else []
