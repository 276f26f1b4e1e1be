"""Which variables decide something in a loop: ``deciding(loop)``; what only gets printed does not.

In ``while true; do echo $i; i=$((i+1)); sleep $pause; done`` only ``pause`` decides.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine.kubelet.shell.syntax import (
    Arithmetic,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Literal,
    Pipeline,
    Redirected,
    Script,
    Simple,
    Substitution,
    Variable,
    While,
    Word,
)  # fmt: skip

_ONLY_PRINT = ("echo", "printf", ":", "true", "date", "logger", "export", "local", "let")
_NAME = re.compile(r"[A-Za-z_]\w*")


@lru_cache(maxsize=512)
def deciding(loop: While) -> frozenset[str]:
    return frozenset((*_all_of(loop.condition), *_deciding(loop.body)))


def _deciding(script: Script) -> Iterator[str]:
    for command in _commands(script):
        yield from _of_command(command)


def _of_command(command: Command) -> Iterator[str]:
    match command:
        case Simple():
            name = _plain(command.words[0]) if command.words else ":"
            if name not in _ONLY_PRINT:
                yield from _of_words(command.words)
        case If():
            for condition, body in command.branches:
                yield from _all_of(condition)
                yield from _deciding(body)
            yield from _deciding(command.otherwise)
        case For():
            yield from _of_words(command.words or ())
            yield from _deciding(command.body)
        case While():
            yield from _all_of(command.condition)
            yield from _deciding(command.body)
        case Case():
            yield from _of_word(command.word)
            for _, body in command.clauses:
                yield from _deciding(body)
        case Group():
            yield from _deciding(command.body)
        case Function():
            yield from _of_command(command.body)
        case Redirected():
            yield from _of_command(command.command)


def _all_of(script: Script) -> Iterator[str]:
    """Every variable a condition looks at."""
    for command in _commands(script):
        if isinstance(command, Simple):
            yield from _of_words(command.words)
            for _, word in command.assignments:
                yield from _of_word(word)
        else:
            yield from _of_command(command)


def _commands(script: Script) -> Iterator[Command]:
    for item in script:
        pipelines: Iterable[Pipeline] = (item.first, *(pipeline for _, pipeline in item.rest))
        for pipeline in pipelines:
            yield from pipeline.commands


def _of_words(words: Iterable[Word]) -> Iterator[str]:
    for word in words:
        yield from _of_word(word)


def _of_word(word: Word) -> Iterator[str]:
    for part in word:
        match part:
            case Variable():
                yield part.name
                yield from _of_word(part.argument)
            case Substitution():
                yield from _all_of(part.script)
            case Arithmetic():
                yield from _of_word(part.expression)
                for inner in part.expression:
                    if isinstance(inner, Literal):
                        yield from _NAME.findall(inner.text)
            case Literal():
                pass


def _plain(word: Word) -> str:
    return "".join(part.text for part in word if isinstance(part, Literal))


_SAME_EVERY_TIME = ("echo", "printf", "sleep", ":", "true")


@lru_cache(maxsize=512)
def only_literal(loop: While) -> bool:
    """Whether the loop is made of plain commands with nothing to expand but constant words."""
    return all(
        isinstance(command, Simple)
        and not command.assignments
        and not command.redirects
        and (not command.words or _plain(command.words[0]) in _SAME_EVERY_TIME)
        and all(isinstance(part, Literal) for word in command.words for part in word)
        for command in (*_commands(loop.condition), *_commands(loop.body))
    )
