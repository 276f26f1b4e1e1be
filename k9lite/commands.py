"""What a line typed at the ``:`` prompt means: a kind to look at, a place, the console's own words, or a command.

pods kube-system      po -l app=web      po /restarts>3      ns shop      seek 12:30      scale deploy web --replicas=5
"""

import re

from engine.api.selectors import parse_label_selector
from engine.errors import UsageError
from engine.kinds import KINDS, Kind
from engine.kinds.frozen import frozen
from engine.serving import custom_kinds, kind_meant
from engine.store.state import State
from k9lite.bare_words import completed, verb_alone
from k9lite.files.redirection import Redirection, split_redirection
from k9lite.kubectl import split_line
from k9lite.place import Place
from k9lite.places import BY_WORD, PLACES
from k9lite.prompt import complete
from k9lite.resource import Query


@frozen
class Show:
    """Look at a kind, narrowed by what followed `` /``."""

    query: Query
    filter: str = ""


@frozen
class Kubectl:
    """Run a verb, as if its key had been pressed; ``argv`` is without "kubectl"."""

    argv: tuple[str, ...]
    into: Redirection | None = None


@frozen
class Own:
    """One of the console's own words, with what followed it."""

    word: str
    rest: str = ""


@frozen
class Go:
    """To a place, with what followed its word."""

    place: Place
    rest: str = ""


@frozen
class Press:
    """A verb without anything behind it: as its key, on the selection."""

    verb: str


Command = Show | Kubectl | Own | Go | Press

OWN_WORDS = {
    "quit": "Leave the console",
    "help": "What every key does",
    "ns": "Look at one namespace (ns shop), or all (ns all)",
    "speed": "Cluster seconds per second (speed 10)",
    "pause": "Stop or go on with cluster time",
    "step": "To the next thing that happens",
    "split": "Another pane (split svc, split svc below)",
    "close": "Close the pane",
    "layout": "Keep the arrangement of the panes (layout save NAME), or bring one back (layout NAME, layout reset)",
    "faults": "Only what is not well, or everything again",
    "sort": "By a column (sort age), the other way round (sort -age), or as kubectl lists it (sort)",
    "last": "What the pane showed before",
    "copy": "To the clipboard: the names selected (copy name), the kubectl line of what was done last (copy line)",
    "save": "The table as a file: its rows (save FILE.csv) or its objects (save FILE.yaml)",
    "screenshot": "What is on the screen as a file (Ctrl+P, screenshot FILE.svg, screenshot FILE.txt)",
    "view": "Keep this table with its filter and order (view save NAME), or bring one back (view NAME)",
    "plugin": "Run a command of yours on the selection (plugin NAME)",
    "tour": "What there is, in two minutes, or the end of it (Esc)",
    "theme": "Other colours (theme light), or those there are",
    "seek": "To a revision (seek 120) or a time (seek 12:30:00) of a recording",
}
_ALSO_VERBS = ("config", "exec", "events", "history")
"""Kinds and places that are verbs as well: alone they are looked at, with arguments they are run."""
_FILTERED = re.compile(r"(\S[^/]*?)\s+/(.*)")
"""``pods shop /restarts>3``."""
_SHORT = {
    "back": "last", "q": "quit", "q!": "quit", "Q": "quit", "qa": "quit", "exit": "quit", "h": "help", "?": "help",
    "namespace": "ns", "sd": "screenshot",
}
_CONTEXTS = ("ctx", "context", "contexts")


def understand(line: str, state: State) -> Command:
    """``state`` knows the custom kinds. Raises UsageError in one line."""
    if (show := _filtered(line.strip(), state)) is not None:
        return show
    line, into = split_redirection(line)
    words = split_line(line)
    if not words:
        raise UsageError("nothing was typed: a kind (pods), or a command (scale deploy web --replicas=3)")
    first = _SHORT.get(words[0], words[0])
    if first in OWN_WORDS and not (first == "ns" and len(words) == 1):
        return Own(first, " ".join(words[1:]))
    runs = words[0] in _ALSO_VERBS and len(words) > 1
    if (place := BY_WORD.get(words[0])) is not None and into is None and not runs:
        return Go(place, " ".join(words[1:]))
    if words[0] in _CONTEXTS:
        return Kubectl(("config", *(("use-context", *words[1:]) if len(words) > 1 else ("get-contexts",))), into)
    kind = kind_meant(state, words[0])
    if into is not None:
        return Kubectl(tuple(words), into)
    if kind is None and (verb := verb_alone(words)):
        return Press(verb)
    if kind is None or runs:
        return Kubectl(completed(words, state))
    return Show(_query(kind, words[1:]))


def _filtered(line: str, state: State) -> Show | None:
    """A kind with a filter behind it, in which a ``>`` redirects nothing."""
    found = _FILTERED.fullmatch(line)
    if found is None or kind_meant(state, found[1].split()[0]) is None:
        return None
    return Show(query_of_words(found[1], state), found[2].strip())


def completions(state: State, text: str, namespace: str, *, everywhere: bool = False) -> list[str]:
    """Whole lines ``text`` could become: kinds, the console's own words, and what kubectl's grammar allows.

    ``everywhere`` is for who looks at all namespaces: names of others than ``namespace`` come with theirs.
    """
    before, space, last = text.rpartition(" ")
    if not space:
        kinds = sorted(kind.plural for kind in _kinds(state) if state.count(kind.name))
        own = [word for word in (*kinds, *OWN_WORDS, *(place.word for place in PLACES)) if word.startswith(text)]
        return list(dict.fromkeys([*own, *complete(state, text, namespace, everywhere=everywhere)]))
    kind = kind_meant(state, before.strip())
    if before.strip() == "ns" or (kind is not None and kind.namespaced and not last.startswith("-")):
        names = [each.metadata.name for each in state.objects("Namespace")]
        return [f"{before} {name}" for name in names if name.startswith(last)]
    return [f"{before} {word}" for word in complete(state, text, namespace, everywhere=everywhere)]


def _kinds(state: State) -> list[Kind]:
    return [*KINDS.values(), *custom_kinds(state)]


def query_of_words(text: str, state: State) -> Query:
    """``pods``, ``po shop``, ``deploy -l app=web``: what a line that names a kind shows. Raises UsageError."""
    words = split_line(text)
    kind = kind_meant(state, words[0]) if words else None
    if kind is None:
        raise UsageError(f"{text} is no kind: try pods, deploy, svc")
    return _query(kind, words[1:])


def _query(kind: Kind, words: list[str]) -> Query:
    namespace, selector, title, rest = "", None, "", list(words)
    while rest:
        word = rest.pop(0)
        if word in ("-A", "--all-namespaces", "all"):
            namespace = ""
        elif word in ("-n", "--namespace") and rest:
            namespace = rest.pop(0)
        elif word in ("-l", "--selector") and rest:
            title = f"-l {rest[0]}"
            selector = parse_label_selector(rest.pop(0))
        elif word.startswith("-"):
            raise UsageError(f"unknown flag: {word}: after a kind come a namespace, -n NAMESPACE or -l SELECTOR")
        else:
            namespace = word
    if namespace and not kind.namespaced:
        raise UsageError(f"{kind.plural} are in no namespace: leave {namespace} out")
    return Query(kind=kind.name, namespace=namespace, selector=selector, title=title)
