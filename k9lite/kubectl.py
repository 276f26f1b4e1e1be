"""kubectl's grammar: the words of a command line -> a Verb and its Args. Pure; knows the verbs, runs none.

Follows cobra and pflag: flags stand anywhere, ``--flag value`` and ``--flag=value``, ``-n ns``, ``-nns`` and
``-it``; what a flag's value must look like follows from its Option. Verbs of two words win over those of one.
"""

import shlex
from collections.abc import Mapping, Sequence
from itertools import takewhile

from attrs import evolve

from engine.errors import UsageError
from engine.kinds import Ref
from k9lite.arguments.flags import check_value
from k9lite.arguments.identity import AS_OPTIONS, CONNECTION_OPTIONS
from k9lite.arguments.selection import grouped
from k9lite.not_offered import check_command, check_global_flag, is_kubectls
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.verbs import ALIASES, VERBS

_OFTEN_USED = (
    Option(name="namespace", short="n", value="string", summary="The namespace of this request"),
    Option(name="help", short="h", summary="Print how the verb is used"),
    *AS_OPTIONS,
)
GLOBAL_OPTIONS = (*_OFTEN_USED, *CONNECTION_OPTIONS)
"""What every verb takes; a verb's own flag of the same name goes first."""
_GIVEN_ALONE: Mapping[str, str] = {"dry-run": "unchanged", "cascade": "background"}
"""Flags whose value must follow an ``=``, and what they mean without one."""


def parse(argv: Sequence[str], namespace: str = "default") -> tuple[Verb, Args]:
    """``argv`` without "kubectl". ``--help`` and ``help`` give HELP. Raises UsageError in kubectl's words."""
    if list(argv[:1]) == ["__complete"]:
        from k9lite.completing import COMPLETE  # it completes what is parsed here

        return COMPLETE, Args(words=tuple(argv[1:]), namespace=namespace)
    verb, words = _verb(argv)
    reader = _Reader(verb, list(words))
    parsed, rest = reader.read()
    flags = reader.flags
    if flags.get("help") == "true":
        return HELP, Args(words=tuple(verb.name.split()))
    if "dry-run" in flags:
        verb, flags["dry-run"] = _dry_run(verb, flags["dry-run"])
    if "record" in flags:
        verb = _warned(verb, "Flag --record has been deprecated, --record will be removed in the future")
    if not any(option.name == "all-namespaces" for option in verb.options):
        flags.pop("all-namespaces", None)
    return verb, Args(
        words=tuple(parsed),
        flags=_defaults(verb) | flags,
        given={name: tuple(texts) for name, texts in reader.given.items()},
        namespace=flags.get("namespace") or namespace,
        all_namespaces=flags.get("all-namespaces") == "true",
        rest=tuple(rest or ()),
        line=_recorded_line(verb, parsed, reader.given),
    )


def _dry_run(verb: Verb, text: str) -> tuple[Verb, str]:
    """The kind of dry run; a form that kubectl still takes makes the verb warn first."""
    if text in ("none", "server", "client"):
        return verb, text
    alone = text == _GIVEN_ALONE["dry-run"]
    if not alone and text.lower() not in ("true", "false", "t", "f", "1", "0"):
        raise UsageError(f'Invalid dry-run value ({text}). Must be "none", "server", or "client".')
    meant = "client" if alone or text.lower() in ("true", "t", "1") else "none"
    shown = "--dry-run is deprecated" if alone else f"--dry-run={text} is deprecated (boolean value)"
    return _warned(verb, f"Warning: {shown} and can be replaced with --dry-run={meant}."), meant


def _warned(verb: Verb, warning: str) -> Verb:
    """The same verb, with a line before all it says."""

    def run(_view: View, args: Args) -> Run:
        view = yield Say(warning, error=True)
        return (yield from verb.run(view, args))

    return evolve(verb, run=run)


def _recorded_line(verb: Verb, words: Sequence[str], given: Mapping[str, Sequence[str]]) -> str:
    """Words first, then the flags, each with its value."""
    flags = [f"--{name}={text}" for name, texts in given.items() for text in texts]
    return " ".join(["kubectl", verb.name, *words, *flags])


def split_line(line: str) -> list[str]:
    """The words of a typed line, without a leading ``kubectl``. Raises UsageError for an open quote."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise UsageError(f"a quote in {line!r} is not closed") from None
    return words[1:] if words[:1] in (["kubectl"], ["k"]) else words


def deed_of(argv: Sequence[str]) -> str:
    """The line as an operator would type it: what a commit keeps."""
    return shlex.join(["kubectl", *argv])


def argvs(verb: Verb, refs: Sequence[Ref], answers: Mapping[str, str]) -> list[list[str]]:
    """The lines that stand for a dialog's answers: one for each kind and namespace of the selection."""
    assert verb.argv is not None, f"{verb.name} is not offered on rows"
    return [verb.argv(part, answers) for part in grouped(refs)]


def help_lines() -> list[str]:
    """All verbs, in VERBS' order."""
    shown = [verb for name, verb in VERBS.items() if _is_typed(name)]
    lines = ["k9lite runs kubectl's verbs against the cluster it holds.", "", "Available Commands:"]
    lines += _listed(shown)
    return [*lines, "", "Usage:", "  kubectl [verb] [flags]", "", f"Use {_HELP_HINT} for more about a verb."]


_HELP_HINT = '"kubectl <verb> --help"'


def _listed(verbs: Sequence[Verb]) -> list[str]:
    width = max(len(verb.name) for verb in verbs)
    return [f"  {verb.name.ljust(width)}  {verb.summary}" for verb in verbs]


def verb_help(verb: Verb) -> list[str]:
    """Summary, usage and options of one verb."""
    lines = [f"{verb.summary}.", "", "Usage:", f"  kubectl {verb.usage} [flags]", "", "Options:"]
    for option in (*sorted(verb.options, key=lambda each: each.name), *_OFTEN_USED):
        lines += [option_line(option), f"        {option.summary}."]
    return lines


def option_line(option: Option) -> str:
    """``    -n, --namespace='':``."""
    short = f"-{option.short}, " if option.short else "    "
    default = option.default or ("" if option.value else "false")
    shown = f"='{default}'" if option.value in ("string", "strings") else f"={default}"
    return f"    {short}--{option.name}{shown}:"


def help_text(words: Sequence[str]) -> list[str]:
    """What ``help WORDS`` prints: a verb's own help, a group's verbs, or the list of all."""
    if not words:
        return help_lines()
    name = " ".join(words)
    group = [verb for each, verb in VERBS.items() if each.startswith(f"{name} ") and _is_typed(each)]
    named = _named(name) or (None if group else VERBS.get(words[0]))
    if named is not None:
        return [*verb_help(named), *(["", "Available Commands:", *_listed(group)] if group else [])]
    if group:
        return ["Available Commands:", *_listed(group)]
    return [f'Unknown help topic "{" ".join(words)}"', "", *help_lines()]


def _help(_view: View, args: Args) -> Run:
    for line in help_text(args.words):
        yield Say(line)
    return 0


HELP = Verb(name="help", summary="Help about any verb", usage="help [VERB]", run=_help, writes=False)


def _verb(argv: Sequence[str]) -> tuple[Verb, list[str]]:
    leading, words = _leading_flags(argv)
    if not words or words[0] in ("-h", "--help", "help"):
        return HELP, words[1:]
    check_command(words)
    named = list(takewhile(lambda word: not word.startswith("-"), words[:_MOST_WORDS]))
    for length in range(len(named), 0, -1):
        name = " ".join(named[:length])
        if verb := _named(name):
            return verb, [*leading, *words[length:]]
        if _is_group(name):
            if len(named) == length:
                return HELP, named
            more = " ".join(words[length:])
            raise UsageError(f"unknown command \"{more}\"\nSee 'kubectl {name} -h' for help and examples")
    if words[0].startswith("-"):
        check_global_flag(words[0])
        raise UsageError(f"unknown flag: {words[0]}\nSee 'kubectl --help' for usage.")
    raise UsageError(f'unknown command "{words[0]}" for "kubectl"{_suggestions(words[0])}')


_MOST_WORDS = 3


def _is_group(name: str) -> bool:
    """``rollout``, ``create secret``: nothing by itself, only with what may follow."""
    return any(each.startswith(f"{name} ") and _is_typed(each) for each in (*VERBS, *ALIASES))


def _named(name: str) -> Verb | None:
    return VERBS.get(ALIASES.get(name, name))


def _is_typed(name: str) -> bool:
    """Names with a flag in them are keys' forms of a verb."""
    return " -" not in name


def _leading_flags(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """``-n ns``, ``--context dev`` may stand before the verb."""
    words = list(argv)
    leading: list[str] = []
    while words and (option := _leading(words[0])) is not None:
        takes_next = bool(option.value) and words[0] in (f"-{option.short}", f"--{option.name}")
        if takes_next and len(words) == 1:
            shown = f"'{option.short}' in {words[0]}" if words[0].startswith(f"-{option.short}") else words[0]
            raise UsageError(f"flag needs an argument: {shown}\nSee 'kubectl --help' for usage.")
        leading += words[: 1 + takes_next]
        words = words[1 + takes_next :]
    return leading, words


def _leading(word: str) -> Option | None:
    """Which option of every verb a word is that stands before the verb; ``-h`` is a verb of its own there."""
    for option in GLOBAL_OPTIONS:
        by_letter = option.short and word.startswith(f"-{option.short}")
        if option.name != "help" and (by_letter or word.partition("=")[0] == f"--{option.name}"):
            return option
    return None


def _suggestions(word: str) -> str:
    firsts = dict.fromkeys(name.partition(" ")[0] for name in VERBS)
    near = sorted(name for name in firsts if name.startswith(word) or _distance(name, word) <= 2)
    return "\n\nDid you mean this?\n" + "\n".join(f"\t{name}" for name in near) + "\n" if near else ""


def _distance(left: str, right: str) -> int:
    """Levenshtein's, as cobra counts it."""
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(right, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (char != other))
    return row[-1]


def _defaults(verb: Verb) -> dict[str, str]:
    return {option.name: option.default for option in verb.options if option.default}


class _Reader:
    """Walks the words once; local to one parse."""

    def __init__(self, verb: Verb, words: list[str]) -> None:
        options = (*GLOBAL_OPTIONS, *verb.options)
        self._verb = verb
        self._words = words
        self._long = {option.name: option for option in options}
        self._short = {option.short: option for option in options if option.short}
        self.flags: dict[str, str] = {}
        self.given: dict[str, list[str]] = {}

    def read(self) -> tuple[list[str], list[str] | None]:
        """(the words that are no flags, those after ``--`` where they are a command of their own)."""
        plain: list[str] = []
        while self._words:
            word = self._words.pop(0)
            if word == "--":
                if self._verb.takes_command:
                    return plain, self._words
                return plain + self._words, None
            if word.startswith("--"):
                self._read_long(word)
            elif word.startswith("-") and word != "-":
                self._read_short(word)
            else:
                plain.append(word)
        return plain, None

    def _read_long(self, word: str) -> None:
        name, has_value, value = word[2:].partition("=")
        option = self._long.get(name)
        if option is None:
            raise self._unknown(name, f"unknown flag: --{name}")
        if has_value:
            self._set(option, value)
        elif not option.value:
            self._set(option, "true")
        elif name in _GIVEN_ALONE:
            self._set(option, _GIVEN_ALONE[name])
        elif self._words:
            self._set(option, self._words.pop(0))
        else:
            raise self._mistake(f"flag needs an argument: --{name}")

    def _read_short(self, word: str) -> None:
        letters = word[1:]
        while letters:
            option = self._short.get(letters[0])
            if option is None:
                raise self._unknown(letters[0], f"unknown shorthand flag: '{letters[0]}' in -{letters}")
            rest = letters[1:]
            if rest.startswith("="):
                return self._set(option, rest[1:])
            if option.value and not rest and not self._words:
                raise self._mistake(f"flag needs an argument: '{letters[0]}' in -{letters}")
            if option.value:
                return self._set(option, rest or self._words.pop(0))
            self._set(option, "true")
            letters = rest
        return None

    def _set(self, option: Option, text: str) -> None:
        try:
            value = check_value(option, text)
        except ValueError as error:
            shown = f"-{option.short}, --{option.name}" if option.short else f"--{option.name}"
            raise self._mistake(f'invalid argument "{text}" for "{shown}" flag: {error}') from None
        self.given.setdefault(option.name, []).append(value)
        if option.repeats and option.name in self.flags:
            value = f"{self.flags[option.name]}\n{value}"
        self.flags[option.name] = value

    def _unknown(self, flag: str, what: str) -> UsageError:
        verb = self._verb.name.partition(" -")[0]
        if not is_kubectls(verb, flag):
            return self._mistake(what)
        shown = f"--{flag}" if len(flag) > 1 else f"-{flag}"
        return UsageError(f'"kubectl {verb} {shown}" is not offered here yet; "kubectl {verb} --help" lists what is')

    def _mistake(self, what: str) -> UsageError:
        return UsageError(f"{what}\nSee 'kubectl {self._verb.name} --help' for usage.")
