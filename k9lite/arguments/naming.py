"""What a generator's line must have: exactly one name, and the flags without which it means nothing.

Follows kubectl's ``NameFromCommandArgs`` and cobra's required flags.
"""

from engine.errors import UsageError
from k9lite.verb import Args


def one_name(args: Args, verb: str) -> str:
    """Raises UsageError, with where to read more."""
    if len(args.words) != 1:
        raise UsageError(
            f"exactly one NAME is required, got {len(args.words)}\nSee 'kubectl {verb} -h' for help and examples"
        )
    if not args.words[0]:
        raise UsageError("name must be specified")
    return args.words[0]


def require(args: Args, *flags: str) -> None:
    """Raises UsageError for flags that were not typed."""
    missing = ", ".join(f'"{flag}"' for flag in flags if flag not in args.given)
    if missing:
        raise UsageError(f"required flag(s) {missing} not set")


def int_or_text(text: str) -> int | str:
    """``80`` and ``http``, ``1`` and ``50%``: what Kubernetes calls IntOrString."""
    return int(text) if text.lstrip("+-").isdigit() else text
