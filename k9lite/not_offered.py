"""What kubectl has and this cluster does not offer yet: named, so that the answer is one clear line.

The names are those of kubectl 1.36. What comes to be offered leaves this file.
"""

from collections.abc import Mapping, Sequence

from engine.errors import UsageError

_COMMANDS = frozenset(
    (
        "alpha", "kuberc", "plugin",
        "apply edit-last-applied",
    )
)  # fmt: skip

OF_EVERY_VERB = (
    "client-certificate", "client-key", "kubeconfig", "kuberc", "password", "username", "warnings-as-errors",
)
_FLAGS: Mapping[str, tuple[str, ...]] = {
    "apply": ("applyset", "subresource"),
    "create": ("edit", "raw"),
    "replace": ("raw", "subresource", "wait"),
    "delete": ("interactive", "raw"),
    "exec": ("filename", "f"),
}  # fmt: skip
"""Verb -> flags by their long names and letters; what every verb of kubectl takes besides."""


def check_command(words: Sequence[str]) -> None:
    """Raises UsageError for a line that begins with a command of kubectl that is not here."""
    pair = " ".join(words[:2])
    for name in (pair, words[0]):
        if name in _COMMANDS:
            raise UsageError(f'"kubectl {name}" is not offered here yet; "kubectl help" lists what is')


def check_global_flag(word: str) -> None:
    """Raises UsageError for a flag before the verb that kubectl takes there."""
    name = word.lstrip("-").partition("=")[0]
    if name in OF_EVERY_VERB:
        raise UsageError(f'"kubectl --{name}" is not offered here yet')


def is_kubectls(verb: str, flag: str) -> bool:
    """Whether kubectl's verb takes a flag of this name, though it is not offered here."""
    return flag in OF_EVERY_VERB or flag in _FLAGS.get(verb, ())
