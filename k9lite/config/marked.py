"""YAML whose every value knows its line, and the list of mistakes that is gathered while it is read."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from attrs import define, field, frozen

from engine.errors import UsageError


@frozen
class Marked:
    """``value`` is a scalar, a tuple of Marked, or a Mapping of words to Marked; ``line`` counts from 1."""

    value: Any
    line: int


@define
class Mistakes:
    """Of one file, in the order of their lines."""

    file: str
    found: list[tuple[int, str]] = field(factory=list)

    def add(self, line: int, text: str) -> None:
        self.found.append((line, text))

    def check(self) -> None:
        """Raises UsageError with a line for each mistake, if there is any."""
        if self.found:
            raise UsageError("\n".join(f"{self.file}, line {line}: {text}" for line, text in sorted(self.found)))

    # What was expected of a value: None, and a mistake, where it is something else

    def text(self, marked: Marked, what: str) -> str | None:
        if isinstance(marked.value, str) and marked.value:
            return marked.value
        self.add(marked.line, f"{what} is a text, not {_said(marked)}")
        return None

    def switch(self, marked: Marked, what: str) -> bool | None:
        if isinstance(marked.value, bool):
            return marked.value
        self.add(marked.line, f"{what} is true or false, not {_said(marked)}")
        return None

    def entries(self, marked: Marked, what: str) -> Iterator[tuple[str, Marked]]:
        if isinstance(marked.value, Mapping):
            yield from marked.value.items()
        elif marked.value is not None:
            self.add(marked.line, f"{what} has names with something under each, not {_said(marked)}")

    def texts(self, marked: Marked, what: str) -> list[tuple[str, int]]:
        """A text, or a list of them, each with its line."""
        each = marked.value if isinstance(marked.value, tuple) else (marked,)
        found = [(self.text(one, what), one.line) for one in each]
        return [(text, line) for text, line in found if text is not None]


def read(text: str, mistakes: Mistakes) -> Marked:
    """Raises UsageError where it is no YAML."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{mistakes.file}, line {line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{mistakes.file}, line 1: {str(error).splitlines()[0]}") from None
    return Marked({}, 1) if node is None else _marked(node, mistakes)


def _marked(node: yaml.Node, mistakes: Mistakes) -> Marked:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Marked(tuple(_marked(each, mistakes) for each in node.value), line)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Marked] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            at = key.start_mark.line + 1
            if not name:
                mistakes.add(at, "a name is missing before the colon")
            elif name in found:
                mistakes.add(at, f"{name} is there twice, first in line {found[name].line}")
            else:
                marked = _marked(value, mistakes)
                found[name] = Marked(marked.value, at) if isinstance(value, yaml.ScalarNode) else marked
        return Marked(found, line)
    try:
        return Marked(yaml.SafeLoader("").construct_object(node), line)
    except (yaml.YAMLError, ValueError):
        return Marked(node.value, line)


def _said(marked: Marked) -> str:
    match marked.value:
        case None:
            return "nothing"
        case tuple():
            return "a list"
        case Mapping():
            return "names"
        case bool():
            return "true" if marked.value else "false"
        case _:
            return repr(marked.value)
