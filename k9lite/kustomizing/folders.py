"""The folders of a kustomization, as kustomize lets them be read: nothing outside a folder but another one.

The only file here that touches the disk.
"""

import os
from pathlib import Path

from attrs import frozen

from engine.errors import UsageError

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@frozen
class Folder:
    """``path`` without links; ``above`` are the folders that led here."""

    path: Path
    above: tuple[Path, ...] = ()

    def folder(self, name: str) -> "Folder":
        """Raises UsageError for what is no folder, and for one that leads back to itself."""
        found = _resolved(self.path, name)
        if not found.is_dir():
            raise UsageError(f"must build at directory: '{found}': file is not directory")
        led = (*self.above, self.path)
        if found in led:
            chain = " -> ".join(map(str, (*led, found)))
            raise UsageError(f"cycle detected: candidate root '{found}' contains visited root: {chain}")
        return Folder(found, led)

    def is_folder(self, name: str) -> bool:
        return (self.path / name).is_dir()

    def is_file(self, name: str) -> bool:
        return (self.path / name).is_file()

    def content(self, name: str) -> bytes:
        """Of a file in this folder or below it. Raises UsageError."""
        at = self.path / name
        try:
            found = at.resolve(strict=True)
            if not found.is_relative_to(self.path):
                raise UsageError(f"security; file '{found}' is not in or below '{self.path}'")
            return found.read_bytes()
        except OSError as error:
            raise UsageError(f"evalsymlink failure on '{at}' : {_lstat(at, error)}") from None

    def text(self, name: str) -> str:
        try:
            return self.content(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError(f"{self.path / name} is not UTF-8 text (byte {error.start}): save it as UTF-8") from None

    def kustomization(self) -> tuple[str, str]:
        """(the file's path, its text). Raises UsageError where there is none or more than one."""
        found = [name for name in FILE_NAMES if (self.path / name).is_file()]
        if not found:
            names = f"'{FILE_NAMES[0]}', '{FILE_NAMES[1]}' or '{FILE_NAMES[2]}'"
            raise UsageError(f"unable to find one of {names} in directory '{self.path}'")
        if len(found) > 1:
            raise UsageError(f"Found multiple kustomization files under: {self.path}")
        return str(self.path / found[0]), self.text(found[0])


def first_folder(name: str) -> Folder:
    """What a command line names. Raises UsageError."""
    found = _resolved(Path.cwd(), name, shown=name)
    if not found.is_dir():
        raise UsageError(f"must build at directory: '{found}': file is not directory")
    return Folder(found)


def _resolved(start: Path, name: str, *, shown: str = "") -> Path:
    at = start / name
    try:
        return at.resolve(strict=True)
    except OSError as error:
        what = f"evalsymlink failure on '{shown or os.path.normpath(at)}' : {_lstat(at, error)}"
        raise UsageError(f"must build at directory: not a valid directory: {what}") from None


def _lstat(at: Path, error: OSError) -> str:
    return f"lstat {os.path.normpath(at)}: {(error.strerror or str(error)).lower()}"
