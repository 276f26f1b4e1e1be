"""The API server's refusals that more than one write can meet, in Kubernetes' words.

Follows apimachinery's ``pkg/api/errors``.
"""

from engine.errors import AlreadyExists, BadRequest, Conflict, Forbidden, NotFound
from engine.kinds import KINDS, Kind, Ref
from engine.kinds.registry import is_custom
from engine.serving import Holder, served_kind

STALE = "the object has been modified; please apply your changes to the latest version and try again"


def kind_of(kind: str) -> Kind:
    """The served kind, or BadRequest."""
    if kind not in KINDS and not is_custom(kind):
        raise BadRequest(f'no matches for kind "{kind}"')
    return KINDS[kind]


def kind_in(holder: Holder, kind: str) -> Kind:
    """As ``kind_of``, with all that the definition of a custom kind says; NotFound where nothing defines it."""
    found = served_kind(holder, kind) if is_custom(kind) else kind_of(kind)
    if found is None:
        raise no_such_resource()
    return found


def no_such_resource() -> NotFound:
    return NotFound("the server could not find the requested resource")


def not_found(ref: Ref) -> NotFound:
    return NotFound(f'{kind_of(ref.kind).resource} "{ref.name}" not found')


def already_exists(ref: Ref) -> AlreadyExists:
    return AlreadyExists(f'{kind_of(ref.kind).resource} "{ref.name}" already exists')


def conflict(ref: Ref, why: str = STALE) -> Conflict:
    return Conflict(f'Operation cannot be fulfilled on {kind_of(ref.kind).resource} "{ref.name}": {why}')


def forbidden(ref: Ref, why: str) -> Forbidden:
    return Forbidden(f'{kind_of(ref.kind).resource} "{ref.name}" is forbidden: {why}')


def wrong_uid(ref: Ref, wanted: str, found: str) -> Conflict:
    return conflict(ref, f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}")
