"""What a shell script says once it is parsed: words made of parts, commands made of words.

Follows the grammar of POSIX sh (Shell Command Language, 2.10) as far as busybox's ash is used by hand:
lists, pipelines, redirections, here-documents, if, for, while, until, case, groups, subshells, functions.
"""

from engine.kinds.frozen import frozen


@frozen
class Literal:
    """Text as typed; ``quoted`` text is neither split into fields nor taken as a pattern."""

    text: str
    quoted: bool = False


@frozen(kw_only=True)
class Variable:
    """``$name`` or ``${name<operator>argument}``; operator "" is a plain expansion, "#" alone the length."""

    name: str
    operator: str = ""
    argument: "Word" = ()
    quoted: bool = False


@frozen(kw_only=True)
class Substitution:
    """``$(script)`` or backquotes."""

    script: "Script"
    quoted: bool = False


@frozen(kw_only=True)
class Arithmetic:
    """``$((expression))``; the expression is expanded like a word first."""

    expression: "Word"
    quoted: bool = False


ELEMENT_END = "\0"
"""Between the elements of an array, which is one variable."""
Part = Literal | Variable | Substitution | Arithmetic
Word = tuple[Part, ...]


@frozen(kw_only=True)
class Redirect:
    """``descriptor operator target``: operators ``>`` ``>>`` ``<`` ``>&`` ``<&`` ``<<``."""

    descriptor: int
    operator: str
    target: Word


@frozen(kw_only=True)
class Simple:
    assignments: tuple[tuple[str, Word], ...] = ()
    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


@frozen(kw_only=True)
class If:
    branches: tuple[tuple["Script", "Script"], ...]
    otherwise: "Script"


@frozen(kw_only=True)
class For:
    """``words`` None means the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: "Script"


@frozen(kw_only=True)
class While:
    condition: "Script"
    body: "Script"
    until: bool = False


@frozen(kw_only=True)
class Case:
    word: Word
    clauses: tuple[tuple[tuple[Word, ...], "Script"], ...]


@frozen(kw_only=True)
class Group:
    """``{ ...; }``, or ``( ... )`` when ``subshell``."""

    body: "Script"
    subshell: bool = False


@frozen(kw_only=True)
class Function:
    name: str
    body: "Command"


@frozen(kw_only=True)
class Redirected:
    """A compound command with redirections behind it."""

    command: "Command"
    redirects: tuple[Redirect, ...]


Command = Simple | If | For | While | Case | Group | Function | Redirected


@frozen(kw_only=True)
class Pipeline:
    commands: tuple[Command, ...]
    negated: bool = False


@frozen(kw_only=True)
class AndOr:
    """``first`` and what follows it behind ``&&`` or ``||``; ``text`` is what was typed, for ``ps``."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...] = ()
    background: bool = False
    text: str = ""


Script = tuple[AndOr, ...]


class SyntaxProblem(Exception):
    """The script cannot be parsed; the message is what busybox's sh says behind ``syntax error: ``."""
