"""Files of a running container, as ``cp`` reads and writes them: text, by paths relative to what was asked for.

Reading looks at what is recorded; writing types a line into the container, so that it is recorded like any other.
"""

import posixpath
import shlex
from collections.abc import Mapping

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.api.writes import RunLine
from engine.errors import UsageError
from engine.kinds import Container, Pod, ref_of
from engine.kubelet import inside as inner
from engine.kubelet.files import Files
from k9lite.verb import View

SESSION = "cp"


def files_of(view: View, pod: Pod, container: Container) -> Files:
    """Raises UsageError where it does not run, Forbidden for who may not run commands there."""
    require(view.state, of_object("create", ref_of(pod), "exec"))
    life = inner.inside(view.server, pod, container, view.now)
    if life is None:
        raise UsageError(f'unable to upgrade connection: container not found ("{container.name}")')
    if not life.entry.shell:
        raise UsageError(
            'Internal error occurred: error executing command in container: exec: "tar": executable file not found '
            "in $PATH"
        )
    return inner.files(life)


def below(files: Files, path: str) -> Mapping[str, str] | None:
    """The file itself under "", or all files in a folder by their paths in it; None for what is not there."""
    path = posixpath.normpath(path if path.startswith("/") else f"/{path}")
    if files.is_file(path):
        return {"": files.read(path)}
    if not files.is_dir(path):
        return None
    start = path if path.endswith("/") else f"{path}/"
    return {key[len(start) :]: text for key, text in files.entries.items() if key.startswith(start) and key[-1] != "/"}


def writing(pod: Pod, container: Container, path: str, content: bytes) -> RunLine:
    """The line that leaves ``content`` in a file. Raises UsageError for what is no text."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{path}: simulated containers hold text files only, and this is none") from None
    folder = posixpath.dirname(path) or "."
    line = f"mkdir -p {shlex.quote(folder)} && printf '%s' {shlex.quote(text)} > {shlex.quote(path)}"
    return RunLine(ref=ref_of(pod), container=container.name, session=SESSION, line=line)
