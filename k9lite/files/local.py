"""The operator's own files that verbs name besides manifests: read as bytes, written where a line says so."""

from collections.abc import Mapping
from pathlib import Path

from engine.errors import UsageError

EVERYTHING = "/**"
"""Behind a path: the folders in it as well, and a single file without its name."""


def read_path(path: str) -> Mapping[str, bytes]:
    """File name -> content: one file, or all the files right in a folder, by name. Raises UsageError."""
    if path.endswith(EVERYTHING):
        return _read_below(Path(path.removesuffix(EVERYTHING)))
    found = Path(path)
    try:
        if not found.is_dir():
            return {found.name: found.read_bytes()}
        return {each.name: each.read_bytes() for each in sorted(found.iterdir()) if each.is_file()}
    except OSError as error:
        raise UsageError(f"error reading {path}: {_why(error)}") from None


def _read_below(top: Path) -> Mapping[str, bytes]:
    """By the path in the folder; a file alone has the name "". Empty for what is not there."""
    try:
        if top.is_file():
            return {"": top.read_bytes()}
        files = (each for each in sorted(top.rglob("*")) if each.is_file())
        return {each.relative_to(top).as_posix(): each.read_bytes() for each in files}
    except OSError as error:
        raise UsageError(f"error reading {top}: {_why(error)}") from None


def save(path: str, content: bytes, *, append: bool = False) -> None:
    """Raises UsageError in one line."""
    try:
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("ab" if append else "wb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {_why(error)}") from None


def _why(error: OSError) -> str:
    """As Go words it: in lower case."""
    return (error.strerror or str(error)).lower()
