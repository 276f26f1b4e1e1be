"""``get --raw``: simple paths of the API, answered with the JSON a server would send."""

import json

from engine.errors import UsageError
from engine.rest import answer_to
from engine.store.state import State


def answer(state: State, path: str) -> list[str]:
    """The lines of the answer. Raises UsageError for what is no path, NotFound for what is not served."""
    if not path.startswith("/"):
        raise UsageError(f'--raw must be a valid URL path: parse "{path}": invalid URI for request')
    where = path.partition("?")[0]
    found = answer_to(state, where)
    if isinstance(found, str):
        return found.split("\n")
    indent = 2 if where.rstrip("/") == "/version" else None
    separators = None if indent else (",", ":")
    return json.dumps(found, indent=indent, separators=separators, ensure_ascii=False).split("\n")
