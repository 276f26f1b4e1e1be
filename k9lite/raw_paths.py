"""``get --raw``: simple paths of the API, answered with the JSON a server would send."""

import json

from engine.errors import UsageError
from engine.kubelet.aggregator import answer_to
from engine.rest import parameters_of
from engine.store.state import State


def answer(state: State, path: str, now: int) -> list[str]:
    """The lines of the answer. Raises UsageError for what is no path, NotFound for what is not served."""
    if not path.startswith("/"):
        raise UsageError(f'--raw must be a valid URL path: parse "{path}": invalid URI for request')
    where, _, query = path.partition("?")
    found = answer_to(state, where, parameters_of(query), now)
    if isinstance(found, str):
        return found.removesuffix("\n").split("\n")
    indent = 2 if where.rstrip("/") == "/version" else None
    separators = None if indent else (",", ":")
    return json.dumps(found, indent=indent, separators=separators, ensure_ascii=False).split("\n")
