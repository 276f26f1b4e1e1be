"""The one way into the cluster: writes are authorised, then become puts and removes, or all of them are refused.

Law: each write sees those before it; nothing of a refused call remains; a write that changes nothing leaves
no trace. What is drawn (uids, name suffixes, addresses) follows from ``seed`` and the revision to come.
"""

from collections.abc import Sequence
from typing import assert_never

from engine.access.identity import ADMIN, Identity
from engine.api.apply import apply
from engine.api.authorization import ask, check_gifts
from engine.api.binding import bind
from engine.api.creation import create
from engine.api.deletion import delete
from engine.api.draft import Admitted, Draft, LeftBy
from engine.api.events import emit
from engine.api.eviction import evict
from engine.api.lines import RunLineWith, run_line_into
from engine.api.patch import patch
from engine.api.server_side import server_side_apply
from engine.api.update import update, update_status
from engine.api.writes import (
    Apply,
    Bind,
    Create,
    Delete,
    Emit,
    Evict,
    Patch,
    RunLine,
    ServerSideApply,
    Update,
    UpdateStatus,
    Write,
)
from engine.store.state import State

__all__ = ["Admitted", "admit"]


def admit(
    state: State,
    writes: Sequence[Write],
    *,
    now: int,
    seed: str,
    run_line: RunLineWith | None = None,
    left_by: LeftBy | None = None,
    identity: Identity = ADMIN,
) -> Admitted:
    """What the commit after ``state`` will hold. Raises ApiError; ``now`` is cluster time in seconds.

    What the cluster does by itself is asked no more than what the operator does.
    """
    draft = Draft(state, now, seed, left_by, identity)
    is_asked = not identity.is_master
    for write in writes:
        if is_asked:
            ask(draft, identity, write)
        _admit(draft, write, run_line)
    admitted = draft.admitted()
    if is_asked:
        check_gifts(draft, identity, admitted)
    return admitted


def _admit(draft: Draft, write: Write, run_line: RunLineWith | None) -> None:
    match write:
        case Emit():
            emit(draft, write)
        case UpdateStatus():
            update_status(draft, write.object)
        case Create():
            create(draft, write.object)
        case Bind():
            bind(draft, write)
        case Update():
            update(draft, write.object)
        case Delete():
            delete(draft, write)
        case Evict():
            evict(draft, write)
        case Patch():
            patch(draft, write)
        case Apply():
            apply(draft, write.manifest)
        case ServerSideApply():
            server_side_apply(draft, write)
        case RunLine():
            run_line_into(draft, write, run_line)
        case _:
            assert_never(write)
