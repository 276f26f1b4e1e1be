"""``--from-literal``, ``--from-file`` and ``--from-env-file``: what keys and values they mean.

Follows kubectl's ``pkg/cmd/create`` and ``pkg/util``.
"""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from engine.api.validation.names import config_key
from engine.errors import UsageError
from k9lite.verb import Args, Option

SOURCE_OPTIONS = (
    Option(name="from-file", value="strings", repeats=True, summary="[key=]file, or a folder of files"),
    Option(name="from-literal", value="stringArray", repeats=True, summary="key=value"),
    Option(name="from-env-file", value="strings", repeats=True, summary="File of lines key=value"),
)


_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_VARIABLE_RULE = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not "
    "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
    "'[-._a-zA-Z][-._a-zA-Z0-9]*')"
)


@frozen
class Source:
    """One value; ``literal`` if it was typed."""

    key: str
    value: bytes
    literal: bool = False


def source_files(args: Args) -> list[str]:
    """The paths to be read for the flags above."""
    return [*(_key_and_path(each)[1] for each in args.listed("from-file")), *args.listed("from-env-file")]


def sources_of(args: Args, *, kind: str) -> list[Source]:
    """Literals, files, lines of env files. ``kind`` is ``ConfigMap`` or ``Secret``."""
    if args.every("from-env-file") and (args.every("from-file") or args.every("from-literal")):
        raise UsageError("from-env-file cannot be combined with from-file or from-literal")
    literals = [Source(*_literal(each), literal=True) for each in args.every("from-literal")]
    files = [source for each in args.listed("from-file") for source in _of_file(args, each)]
    lines = [source for each in args.listed("from-env-file") for source in _of_env_file(args, each)]
    found = [*literals, *files, *lines]
    for source in found:
        if mistakes := ",".join(config_key(source.key)):
            how = f"not a valid key name for a {kind}:" if kind == "ConfigMap" else f"not valid key name for a {kind}"
            raise UsageError(f'"{source.key}" is {how} {mistakes}')
    return found


def _literal(text: str) -> tuple[str, bytes]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"invalid literal source {text}, expected key=value")
    return key, value.encode()


def _key_and_path(text: str) -> tuple[str, str]:
    """The key is "" where the file's name is to be it."""
    key, equals, path = text.rpartition("=")
    if not equals:
        return "", text
    if "=" in key:
        raise UsageError("key names or file paths cannot contain '='")
    if not key:
        raise UsageError(f"key name for file path {path} missing")
    if not path:
        raise UsageError(f"file path for key name {key} missing")
    return key, path


def _of_file(args: Args, text: str) -> Iterator[Source]:
    key, path = _key_and_path(text)
    files = args.read.get(path, {})
    if key and list(files) != [path.rstrip("/").rpartition("/")[2]]:
        raise UsageError("cannot give a key name for a directory path")
    for name, content in files.items():
        if key or not config_key(name):
            yield Source(key or name, content)


def _of_env_file(args: Args, path: str) -> Iterator[Source]:
    for name, content in args.read.get(path, {}).items():
        if name != path.rstrip("/").rpartition("/")[2]:
            raise UsageError("env config file cannot be a directory")
        yield from (Source(key, value.encode()) for key, value in env_lines(content.decode(errors="replace")))


def variable_mistakes(name: str) -> str:
    """kubectl is stricter than the API server."""
    return "" if _VARIABLE.fullmatch(name) else _VARIABLE_RULE


def env_lines(text: str) -> Sequence[tuple[str, str]]:
    """``KEY=value`` lines; empty ones and comments say nothing. Raises UsageError."""
    found = []
    for line in text.removeprefix("\ufeff").splitlines():
        stripped = line.lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        key, _, value = stripped.partition("=")
        if mistakes := variable_mistakes(key):
            raise UsageError(f'"{key}" is not a valid key name: {mistakes}')
        found.append((key, value))
    return found
