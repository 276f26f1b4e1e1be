"""What is typed after ``/``: a regular expression over a row, ``!`` for its inverse, ``-l`` for a selector."""

import re
from collections.abc import Callable

from engine.api.selectors import parse_label_selector
from engine.errors import UsageError
from engine.kinds import Object


class Filter:
    """``text`` as typed; "" lets everything through. Raises K9liteError in one line for what cannot be read."""

    def __init__(self, text: str = "") -> None:
        self.text = text.strip()
        self._accepts = _accepts(self.text)

    def matches(self, obj: Object, row: str) -> bool:
        """``row`` is the row's text as it would be shown."""
        return self._accepts(obj, row)


def _accepts(text: str) -> Callable[[Object, str], bool]:
    if text.startswith("-l"):
        selector = parse_label_selector(text[2:].strip())
        return lambda obj, _row: selector.matches(obj.metadata.labels)
    inverse = text.startswith("!")
    try:
        pattern = re.compile(text[inverse:], re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"/{text} is no regular expression: {error}") from None
    return lambda _obj, row: (pattern.search(row) is None) == inverse
