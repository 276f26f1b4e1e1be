"""How kubectl words objects and failures: ``deployment.apps/web scaled``, ``Error from server (NotFound): ...``.

Follows cli-runtime's NamePrinter and kubectl's ``cmd/util/helpers.go``. Texts only; nobody is told anything here.
"""

import json
from collections.abc import Sequence

from engine.errors import ApiError, Invalid, K9liteError
from engine.kinds import KINDS, Object, Ref
from engine.kinds.frozen import frozen
from k9lite.verb import Args, Run, Say


@frozen
class Failure:
    """An error and what was being done: ``error when creating "web.yaml": ``, or nothing."""

    error: K9liteError
    doing: str = ""


def slashed(thing: Object | Ref) -> str:
    """``deployment.apps/web``, ``pod/web-1``."""
    return f"{KINDS[thing.kind].qualified}/{_name(thing)}"


def quoted(text: str) -> str:
    """Go's %q for what occurs in names and file names."""
    return json.dumps(text, ensure_ascii=False)


def dry_run_suffix(args: Args) -> str:
    """Empty where the verb is to write; nothing is ever written otherwise."""
    return {"client": " (dry run)", "server": " (server dry run)"}.get(args.flags.get("dry-run", ""), "")


def error_text(failure: Failure | K9liteError) -> str:
    """The line kubectl ends with when this is all that failed."""
    error, doing = _parts(failure)
    match error:
        case Invalid():
            head = str(error).partition(" is invalid: ")[0]
            kind, _, name = head.partition(" ")
            causes = [str(cause) for cause in error.errors]
            start = f"The {kind.partition('.')[0]} {name} is invalid: "
            return start + causes[0] if len(causes) == 1 else "\n".join([start, *(f"* {each}" for each in causes)])
        case ApiError():
            return f"Error from server ({error.reason}): {doing}{error}"
        case _:
            text = f"{doing}{error}"
            return text if text.startswith("error: ") else f"error: {text}"


def tell(failures: Sequence[Failure | K9liteError]) -> Run:
    """Says what failed, one line each; the exit code of a verb that did the rest."""
    if len(failures) == 1:
        yield Say(error_text(failures[0]), error=True)
    else:
        for failure in failures:
            error, doing = _parts(failure)
            server = f"Error from server ({error.reason}): " if isinstance(error, ApiError) else ""
            yield Say(f"{server}{doing}{error}", error=True)
    return 1 if failures else 0


def _parts(failure: Failure | K9liteError) -> tuple[K9liteError, str]:
    return (failure.error, failure.doing) if isinstance(failure, Failure) else (failure, "")


def _name(thing: Object | Ref) -> str:
    return thing.name if isinstance(thing, Ref) else thing.metadata.name
