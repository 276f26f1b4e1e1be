"""The one error tree. Each message is complete and in the user's words: what, where, what to do.

    K9liteError
    ├── ApiError                 what the API server answers; ``code`` and ``reason`` as Kubernetes has them
    │   ├── BadRequest           400  the request or the manifest cannot be understood
    │   ├── Forbidden            403  admission says no
    │   ├── NotFound             404
    │   ├── AlreadyExists        409
    │   ├── Conflict             409  stale resourceVersion, uid precondition
    │   ├── Expired              410  a revision that compaction has taken away
    │   ├── UnsupportedMediaType 415  a strategic patch of a custom kind
    │   ├── Invalid              422  validation, with one cause per field
    │   ├── TooManyRequests      429  a disruption budget holds an eviction back
    │   ├── ResourceVersionTooLarge 504  a revision that is not there yet, or no more after a crash
    │   └── InternalError        500
    ├── ManifestError            a file or stream is not a Kubernetes manifest
    ├── ReadOnly                 a recording, or a console opened with --readonly
    ├── UsageError               a command line that cannot be parsed
    └── LogError                 a log cannot be read or written
        ├── LogMissing           no such file
        ├── LogExists            a new log would overwrite it
        ├── NotALog              a file, but not one of ours, or without a whole header
        ├── LogTooNew            needs a newer reader
        ├── LogDamaged           bytes changed; says where, and what is whole before it
        ├── LogLocked            another process writes it
        ├── LogFull              no room; the log goes on once there is
        ├── LogUnwritable        permissions, a read-only or failing disk
        ├── LogUnreadable        permissions, a failing disk
        └── LogReplaced          removed, replaced or cut back under a reader
"""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from attrs import frozen


class K9liteError(Exception):
    """Anything a user can cause or must be told; ``str(error)`` is the whole line."""


@frozen
class FieldError:
    """One violated rule of one field, in the words of Kubernetes' ``field.Error``."""

    path: str
    detail: str
    type: str = "Invalid value"
    value: str | None = None

    def __str__(self) -> str:
        shown = "" if self.value is None else f": {self.value}"
        return f"{self.path}: {self.type}{shown}" + (f": {self.detail}" if self.detail else "")


class ApiError(K9liteError):
    """A refusal of the API server; kubectl shows it as ``Error from server (Reason): message``."""

    code = 500
    reason = "InternalError"


class BadRequest(ApiError):
    code = 400
    reason = "BadRequest"


class Forbidden(ApiError):
    code = 403
    reason = "Forbidden"


class NotFound(ApiError):
    code = 404
    reason = "NotFound"


class AlreadyExists(ApiError):
    code = 409
    reason = "AlreadyExists"


class Conflict(ApiError):
    code = 409
    reason = "Conflict"


class Expired(ApiError):
    """A follower asks for changes since a revision that the log no longer has: it must list anew."""

    code = 410
    reason = "Expired"


class Invalid(ApiError):
    """Validation failed: ``errors`` holds one cause per field, in the order the fields are checked."""

    code = 422
    reason = "Invalid"

    def __init__(self, kind: str, name: str, errors: Sequence[FieldError]) -> None:
        causes = [str(error) for error in errors]
        text = causes[0] if len(causes) == 1 else "[" + ", ".join(causes) + "]"
        super().__init__(f'{kind} "{name}" is invalid: {text}')
        self.errors = tuple(errors)


class UnsupportedMediaType(ApiError):
    """A strategic patch of a custom kind, which has no merge keys."""

    code = 415
    reason = "UnsupportedMediaType"


class TooManyRequests(ApiError):
    """An eviction that a disruption budget does not allow now; ``cause`` says what the budget lacks."""

    code = 429
    reason = "TooManyRequests"

    def __init__(self, message: str, retry_after_seconds: int = 0, cause: str = "") -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.cause = cause


class ResourceVersionTooLarge(ApiError):
    """A follower knows a revision that the log does not: one lost in a crash, or of another log."""

    code = 504
    reason = "Timeout"


class InternalError(ApiError):
    pass


class ManifestError(K9liteError):
    """Text that is not YAML or not a Kubernetes object; the message names file, line and mend."""


class ReadOnly(K9liteError):
    """A write to a recording or through a read-only client."""


class UsageError(K9liteError):
    """A command line that cannot be parsed; printed as ``error: ...``, exit code 1."""


class LogError(K9liteError):
    """A recording cannot be read or written."""


# The log's facts (engine/store/log.py). `file` is the log; offsets count bytes from its start.


class LogMissing(LogError):
    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} does not exist: check the name and the folder.")
        self.file = file


class LogExists(LogError):
    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} already exists and was left as it is: open it, or choose another name.")
        self.file = file


class NotALog(LogError):
    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} is not a k9lite log: {why}. Give a file that k9lite made (NAME.k9log).")
        self.file = file


class LogTooNew(LogError):
    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} was made by a newer k9lite: {why}. Update k9lite to open it.")
        self.file = file


class LogDamaged(LogError):
    """Bytes before the end of the log contradict their check; never raised for a tail torn by a crash.

    `last_revision` is the last whole one before `offset`, 0 for none.
    """

    def __init__(self, file: Path, offset: int, last_revision: int, part: str, *, is_commit: bool = True) -> None:
        """``is_commit`` False where the frame is known to be part of a checkpoint, which commits make anew."""
        if not is_commit:
            keep = f"No commit is there but a checkpoint, which this makes anew: k9lite log repair {quote(str(file))}"
        elif last_revision:
            keep = f"All up to revision {last_revision} is whole; this copies it: k9lite log repair {quote(str(file))}"
        else:
            keep = "No commit before that is whole: restore the file from a copy."
        super().__init__(f"{file} is damaged at byte {offset}: the frame's {part} fails its check. {keep}")
        self.file = file
        self.offset = offset
        self.last_revision = last_revision


class LogLocked(LogError):
    def __init__(self, file: Path, pid: int | None) -> None:
        who = "another process" if pid is None else f"process {pid}"
        super().__init__(f"{file} is being written by {who}: close that one first, or open it read-only.")
        self.file = file
        self.pid = pid


class LogFull(LogError):
    """No room for an append; nothing of it was kept, and the log goes on once there is room."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"No room to write {file} ({why}): nothing was changed. Make room and try again.")
        self.file = file


class LogUnwritable(LogError):
    def __init__(self, file: Path, why: str, mend: str) -> None:
        super().__init__(f"{file} cannot be written ({why}): {mend}.")
        self.file = file


class LogUnreadable(LogError):
    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} cannot be read ({why}): check its permissions and the disk.")
        self.file = file


class LogReplaced(LogError):
    """What a reader already handed out is no longer in the file under this name."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} was removed, replaced or cut back while it was being read: open it again.")
        self.file = file
