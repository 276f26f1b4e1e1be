"""Manifest files and folders, read from disk: the texts that ``-f`` and ``k9lite DIR`` name."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import ManifestError
from engine.kinds import load_yaml

_SUFFIXES = (".yaml", ".yml", ".json")


def files_in(path: Path, *, recursive: bool = False) -> list[Path]:
    """A file whatever it is called; of a folder what looks like a manifest, by name. Raises ManifestError."""
    if not path.exists():
        raise ManifestError(f'the path "{path}" does not exist')
    if not path.is_dir():
        return [path]
    try:
        found = sorted(_below(path) if recursive else path.iterdir())
        return [each for each in found if each.suffix in _SUFFIXES and each.is_file()]
    except OSError as error:
        raise ManifestError(
            f"{error.filename or path} cannot be read ({error.strerror}): check the name and its permissions"
        ) from None


def _below(folder: Path) -> Iterator[Path]:
    """As ``rglob``, which passes over what it may not read without a word."""

    def refuse(error: OSError) -> None:
        raise error

    for inside, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(inside, name) for name in names)


def read_file(path: Path) -> str:
    """The text of one file. Raises ManifestError in one line."""
    try:
        return path.read_text(encoding="utf-8-sig")
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
    files = files_in(folder, recursive=True)
    if not files:
        raise ManifestError(f"{folder} has no manifests: put .yaml, .yml or .json files there")
    return [manifest for file in files for manifest in load_yaml(read_file(file), str(file))]
