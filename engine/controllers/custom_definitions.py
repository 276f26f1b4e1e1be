"""CustomResourceDefinitions: their names are accepted, their kinds served; deleted, they take their objects along.

Follows ``apiextensions-apiserver``'s ``pkg/controller/{status,establish,finalizer}``, as one controller.
"""

from collections.abc import Iterable

from engine.api.writes import Delete, Update, UpdateStatus
from engine.kinds import Condition, Object, Ref, evolve, ref_of, set_condition, with_metadata
from engine.kinds.extensions import CLEANUP_FINALIZER, CustomResourceDefinition, DefinitionNames
from engine.kinds.registry import is_custom
from engine.reconcile import CUSTOM, NOTHING, Change, Controller, Result
from engine.serving import definitions, is_established, name_of
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    definition = state.find(CustomResourceDefinition, ref.name)
    if definition is None:
        return NOTHING
    if definition.metadata.deletion_timestamp is not None:
        return _cleaned_up(state, definition)
    taken = _taken(state, definition)
    names = definition.spec.names
    conflicts = [
        (reason, word)
        for reason, words in (
            ("PluralConflict", (names.plural,)),
            ("SingularConflict", (names.singular,)),
            ("ShortNamesConflict", names.short_names),
            ("KindConflict", (names.kind,)),
            ("ListKindConflict", (names.list_kind,)),
        )
        for word in words
        if word in taken
    ]
    status = definition.status
    if conflicts:
        reason, word = conflicts[0]
        accepted = _condition("NamesAccepted", False, reason, f'"{word}" is already in use', now)
        established = _condition("Established", False, "NotAccepted", "not all names are accepted", now)
    else:
        accepted = _condition("NamesAccepted", True, "NoConflicts", "no conflicts found", now)
        established = _condition(
            "Established", True, "InitialNamesAccepted", "the initial names have been accepted", now
        )
        status = evolve(status, accepted_names=names)
    conditions = set_condition(status.conditions, accepted)
    if not conflicts or not is_established(definition):
        conditions = set_condition(conditions, established)
    status = evolve(status, conditions=conditions)
    if status == definition.status:
        return NOTHING
    return Result(writes=(UpdateStatus(evolve(definition, status=status)),))


def _condition(type_: str, holds: bool, reason: str, message: str, now: int) -> Condition:
    return Condition(
        type=type_, status=str(holds), reason=reason, message=message, last_transition_time=now
    )


def _taken(state: State, own: CustomResourceDefinition) -> set[str]:
    """Names that other definitions of the group have been given."""
    words: set[str] = set()
    for each in definitions(state):
        if each.metadata.uid != own.metadata.uid and each.spec.group == own.spec.group:
            words |= _words(each.status.accepted_names)
    return words - {""}


def _words(names: DefinitionNames) -> set[str]:
    return {names.plural, names.singular, names.kind, names.list_kind, *names.short_names}


def _cleaned_up(state: State, definition: CustomResourceDefinition) -> Result:
    """First the objects go, then the definition; what has finalizers of its own is waited for."""
    if CLEANUP_FINALIZER not in definition.metadata.finalizers:
        return NOTHING
    # Of a definition that was never established there are no objects: those found are another's.
    objects = list(state.objects(name_of(definition))) if is_established(definition) else []
    if not objects:
        rest = tuple(each for each in definition.metadata.finalizers if each != CLEANUP_FINALIZER)
        return Result(writes=(Update(with_metadata(definition, finalizers=rest)),))
    going = tuple(
        Delete(ref=ref_of(each), uid=each.metadata.uid)
        for each in objects
        if each.metadata.deletion_timestamp is None
    )
    return Result(writes=going) if going else NOTHING


def _wakes(change: Change, state: State) -> Iterable[Ref]:
    """Itself and, where names may have become free, the others; or the one whose object has gone."""
    ref, _, new = change
    if is_custom(ref.kind):
        return () if new is not None else [ref_of(each) for each in definitions(state) if name_of(each) == ref.kind]
    others: list[Object] = [] if new is not None else list(definitions(state))
    return (ref, *map(ref_of, others))


CUSTOM_DEFINITIONS = Controller(
    name="customresourcedefinition-controller",
    watches=(CustomResourceDefinition.kind, CUSTOM),
    wakes=_wakes,
    reconcile=_reconcile,
)
