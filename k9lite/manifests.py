"""Manifest files and folders, read from disk: the texts that ``-f`` and ``k9lite DIR`` name."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import ManifestError
from engine.kinds import load_yaml

_SUFFIXES = (".yaml", ".yml", ".json")


def read_folder(folder: Path, *, recursive: bool = False) -> list[tuple[str, str]]:
    """(path, text) of the manifest files in a folder, by name. Raises ManifestError in one line."""
    try:
        found = sorted(_below(folder) if recursive else folder.iterdir())
        files = [path for path in found if path.suffix in _SUFFIXES and path.is_file()]
    except OSError as error:
        raise ManifestError(
            f"{error.filename or folder} cannot be read ({error.strerror}): check the name and its permissions"
        ) from None
    if not files:
        raise ManifestError(f"{folder} has no manifests: put .yaml, .yml or .json files there")
    return [(str(path), read_file(path)) for path in files]


def _below(folder: Path) -> Iterator[Path]:
    """As ``rglob``, which passes over what it may not read without a word."""

    def refuse(error: OSError) -> None:
        raise error

    for inside, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(inside, name) for name in names)


def read_file(path: Path) -> str:
    """The text of one file. Raises ManifestError in one line."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ManifestError(f'the path "{path}" does not exist') from None
    except OSError as error:
        raise ManifestError(f"{path} cannot be read ({error.strerror}): check its permissions") from None
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from None


def cluster_manifests(folder: Path) -> list[dict[str, Any]]:
    """Every manifest of a cluster's folder and the folders in it, in the order of the file names."""
    if not folder.is_dir():
        raise ManifestError(
            f"{folder} is no folder: give a folder of manifests, or no name for the sample cluster"
        )
    return [manifest for path, text in read_folder(folder, recursive=True) for manifest in load_yaml(text, path)]
