"""Where a schema keeps its rules. Few schemas have some: the language they are in is imported when one does."""

from collections.abc import Mapping
from typing import Any

from engine.errors import FieldError

RULES = "x-kubernetes-validations"
UNCHECKED = FieldError(
    "<nil>",
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation",
    value="null",
)


def has_rules(schema: Any) -> bool:
    """Anywhere in it."""
    if isinstance(schema, Mapping):
        return bool(schema.get(RULES)) or any(has_rules(each) for each in schema.values())
    return isinstance(schema, list) and any(has_rules(each) for each in schema)
