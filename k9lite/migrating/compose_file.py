"""Reads a Compose file: YAML with its lines, merge keys, interpolation and ``extends``. Reads files, changes none."""

import os
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from engine.errors import ManifestError
from k9lite.files.manifests import read_file
from k9lite.migrating.dotenv import read_dotenv
from k9lite.migrating.interpolation import Unreadable, interpolated
from k9lite.migrating.report import Report
from k9lite.migrating.values import At, Source
from k9lite.migrating.values import Path as KeyPath

_MOST_EXTENDS = 20


def load(file: Path, environment: Mapping[str, str], report: Report) -> At:
    """The whole file, its values interpolated, its services extended. Raises ManifestError with file and line."""
    project = _read(file, environment, report)
    services = project.get("services")
    if services is None:
        raise project.mistake("no services: this is no Compose file, or one that begins no container")
    if not services.mapping():
        raise services.mistake("there is no service in it")
    merged = {name: _extended(file, each, environment, report, 0) for name, each in services.mapping().items()}
    return At({**project.value, "services": merged}, (), project.source)


def environment_of(folder: Path, shell: Mapping[str, str]) -> dict[str, str]:
    """The variables a file may use: the shell's win over those of ``.env``."""
    path = folder / ".env"
    return {**(read_dotenv(read_file(path), str(path), shell) if path.is_file() else {}), **shell}


def _read(file: Path, environment: Mapping[str, str], report: Report) -> At:
    try:
        document = yaml.compose(read_file(file), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ManifestError(f"{file}:{line}: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ManifestError(f"{file}:1: {' '.join(str(error).split()) or 'nested too deeply'}") from None
    reader = _Reader(file, environment, report)
    value = reader.value(document, ()) if document is not None else None
    if not isinstance(value, dict):
        raise ManifestError(f"{file}:1: a Compose file is a mapping with services")
    return At(value, (), reader.source)


class _Reader:
    """Walks the nodes of one file once."""

    def __init__(self, file: Path, environment: Mapping[str, str], report: Report) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._environment, self._report = environment, report
        self.source = Source(os.fspath(file), self._lines)
        self._open: list[yaml.Node] = []

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if node in self._open:
            raise self._mistake(node, "an anchor contains itself")
        self._open.append(node)
        try:
            match node:
                case yaml.MappingNode():
                    return self._mapping(node, path)
                case yaml.SequenceNode():
                    return [self.value(each, (*path, at)) for at, each in enumerate(node.value)]
                case _:
                    return self._scalar(node, path)
        finally:
            self._open.pop()

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        """Own keys win over merged ones, the first of several merged mappings over the next."""
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._mistake(key_node, "a key must be a plain word")
            key = str(key_node.value)
            if key == "<<":
                for each in value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]:
                    if not isinstance(each, yaml.MappingNode):
                        raise self._mistake(each, "only a mapping can be merged with <<")
                    merged = {**self.value(each, path), **merged}
                continue
            if key in own:
                raise self._mistake(key_node, f'key "{key}" is there twice')
            self._lines[(*path, key)] = key_node.start_mark.line + 1
            own[key] = self.value(value_node, (*path, key))
        return {**merged, **own}

    def _scalar(self, node: yaml.Node, path: KeyPath) -> str | None:
        if node.tag == "tag:yaml.org,2002:null":
            return None
        at = At(None, path, self.source)

        def missing(name: str) -> None:
            self._report.became(at, f"the variable {name} is not set: it stands for nothing")

        try:
            return interpolated(str(node.value), self._environment, missing)
        except Unreadable as error:
            raise self._mistake(node, f"{at.name}: {error}") from None

    def _mistake(self, node: yaml.Node, what: str) -> ManifestError:
        return ManifestError(f"{self.source.file}:{node.start_mark.line + 1}: {what}")


def _extended(file: Path, service: At, environment: Mapping[str, str], report: Report, depth: int) -> Any:
    extends = service.get("extends")
    if extends is None:
        return service.value if service.mapping() else {}
    if depth > _MOST_EXTENDS:
        raise extends.mistake("services extend each other in a circle")
    wanted = extends.text() if not extends.is_mapping else _required(extends, "service").text()
    other = extends.get("file") if extends.is_mapping else None
    path = file.parent / other.text() if other else file
    services = _read(path, environment, report).get("services")
    found = services.mapping().get(wanted) if services else None
    if found is None:
        raise extends.mistake(f'service "{wanted}" is not in {path}')
    report.became(extends, f'taken over from the service "{wanted}"' + (f" of {other.text()}" if other else ""))
    base = _extended(path, found, environment, report, depth + 1)
    return _merged(base, {key: each for key, each in service.value.items() if key != "extends"})


def _required(at: At, key: str) -> At:
    found = at.get(key)
    if found is None:
        raise at.mistake(f"needs {key}")
    return found


_REPLACED = ("command", "entrypoint", "test")
_PAIRS = ("environment", "labels", "extra_hosts", "sysctls")


def _merged(base: Any, over: Any, key: str = "") -> Any:
    """Mappings key by key, lists one behind the other; commands are replaced."""
    if key in _PAIRS:
        base, over = _as_mapping(base), _as_mapping(over)
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{each: _merged(base.get(each), value, each) for each, value in over.items()}}
    if isinstance(base, list) and isinstance(over, list) and key not in _REPLACED:
        return [*base, *(each for each in over if not isinstance(each, Hashable) or each not in base)]
    return base if over is None else over


def _as_mapping(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return value
    pairs = (each.partition("=") for each in value)
    return {name: text if equals else None for name, equals, text in pairs}
