"""What the operator likes, between sessions: small YAML files in ``$XDG_CONFIG_HOME/k9lite``, one for each matter.

They may be written by hand. What cannot be read is told in one line and never written over.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from engine.errors import UsageError
from engine.kinds import dump_yaml


def config_folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "k9lite"


@define
class Preferences:
    """``folder`` None keeps them in memory."""

    folder: Path | None = None
    _known: dict[str, Mapping[str, Any]] = field(factory=dict, init=False)

    def load(self, matter: str) -> Mapping[str, Any]:
        """What is kept about ``matter``, read once; empty where nothing is. Raises UsageError with file and line."""
        if matter not in self._known:
            path = self._path(matter)
            self._known[matter] = {} if path is None or not path.exists() else _read(path)
        return self._known[matter]

    def save(self, matter: str, content: Mapping[str, Any]) -> None:
        """All of it or nothing. Raises UsageError where it cannot be written, or what is there cannot be read."""
        self.load(matter)
        path = self._path(matter)
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                new = path.with_suffix(".new")
                new.write_text(dump_yaml(content))
                new.replace(path)
            except OSError as error:
                raise UsageError(f"{path} cannot be written: {(error.strerror or '').lower()}") from None
        self._known[matter] = content

    def _path(self, matter: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{matter}.yaml"


@define
class Named:
    """Things of one matter that were kept under names; ``what`` is what one of them is called."""

    preferences: Preferences
    matter: str
    what: str

    @property
    def names(self) -> list[str]:
        return sorted(map(str, self.preferences.load(self.matter)))

    def get(self, name: str) -> Any:
        """Raises UsageError that says which there are."""
        found = self.preferences.load(self.matter)
        if name not in found:
            there = ", ".join(self.names) or f"none (:{self.what} save NAME keeps one)"
            raise UsageError(f'there is no {self.what} "{name}"; kept: {there}')
        return found[name]

    def keep(self, name: str, plain: Mapping[str, Any]) -> None:
        """Raises UsageError where it cannot be kept."""
        self.preferences.save(self.matter, {**self.preferences.load(self.matter), name: plain})

    def drop(self, name: str) -> None:
        """Raises UsageError where there is none of that name."""
        self.get(name)
        rest = {each: plain for each, plain in self.preferences.load(self.matter).items() if each != name}
        self.preferences.save(self.matter, rest)


def _read(path: Path) -> Mapping[str, Any]:
    import yaml  # not before there is a file

    try:
        found = yaml.safe_load(path.read_text())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or '').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text: remove it, or repair it") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path}, line {line}: {error.problem}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise UsageError(f"{path}, line 1: names with what is kept under each were expected")
    return found
