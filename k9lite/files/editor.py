"""The operator's editor on a text: ``$KUBE_EDITOR``, ``$EDITOR`` or vi, on a file of its own. Follows kubectl's
``cmd/util/editor``. Whoever owns the terminal must have let go of it.
"""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.errors import UsageError

_DEFAULT = "vi"


def edited(text: str, suffix: str, meanwhile: Callable[[], None] | None = None) -> str:
    """What was left in the file. Raises UsageError where the editor cannot start or fails."""
    command = os.environ.get("KUBE_EDITOR") or os.environ.get("EDITOR") or _DEFAULT
    with tempfile.TemporaryDirectory(prefix="kubectl-edit-") as folder:
        file = Path(folder) / f"kubectl-edit{suffix}"
        file.write_text(text, encoding="utf-8")
        try:
            code = _run([*_words(command), str(file)], meanwhile)
        except OSError:
            raise UsageError(f"unable to launch the editor {_quoted(command)}") from None
        if code:
            raise UsageError(f"there was a problem with the editor {_quoted(command)}")
        return file.read_text(encoding="utf-8", errors="replace")


def _run(argv: list[str], meanwhile: Callable[[], None] | None) -> int:
    """The exit code. ``meanwhile`` is done again and again until the editor ends."""
    if meanwhile is None:
        return subprocess.call(argv)
    with subprocess.Popen(argv) as editor:
        try:
            while editor.poll() is None:
                meanwhile()
        except BaseException:
            editor.kill()
            raise
        return editor.returncode


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command) or [_DEFAULT]
    except ValueError:
        raise UsageError(f"unable to launch the editor {_quoted(command)}") from None


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
