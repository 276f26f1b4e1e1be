"""What the API server refuses, in Kubernetes' words and field paths (rules 15): one file a family of kinds.

Pure: an object and the stored one it replaces go in, FieldErrors come out. Parts that are the very ones of
the stored object are not checked again, so that a controller's scaling never re-reads a pod template.
"""

from engine.api.validation.metadata import metadata_errors
from engine.errors import Invalid
from engine.kinds import KINDS, Object


def validate(obj: Object, old: Object | None = None) -> None:
    """Raises Invalid with every mistake."""
    errors = metadata_errors(obj, old)
    if errors:
        kind = KINDS[obj.kind]
        raise Invalid(f"{kind.name}.{kind.group}" if kind.group else kind.name, obj.metadata.name, errors)
