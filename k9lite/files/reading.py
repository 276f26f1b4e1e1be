"""What a command line names, read before its verb runs: manifests of ``-f`` and ``-k``, standard input, other files.

The only place of the command line that reads files. A URL is waited for, at most as long as ``downloading`` says.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from attrs import evolve

from engine.errors import UsageError
from k9lite.files.downloading import downloaded, is_url
from k9lite.files.local import read_path
from k9lite.files.manifests import files_in, read_file
from k9lite.verb import Args, Run, Say, Verb, View

_WARNING = "# Warning: "


Download = Callable[[str], str]


def read_files(verb: Verb, args: Args, stdin: TextIO, download: Download = downloaded) -> Mapping[str, str]:
    """The texts a command line names, and standard input under "-" where it is to be read. Raises K9liteError."""
    files: dict[str, str] = {}
    names = [name for name in args.flags.get("filename", "").split("\n") if name]
    if folder := _kustomized(verb, args):
        if names:
            raise UsageError("only one of -f or -k can be specified")
        return {folder: _built(folder, download)}
    if names.count("-") > 1:
        raise UsageError("standard input cannot be used for multiple arguments")
    for name in (part for each in names for part in each.split(",")):
        if name == "-":
            files["-"] = _read_stdin(stdin)
        elif is_url(name):
            files[name] = download(name)
        else:
            for path in files_in(Path(name), recursive=args.on("recursive")):
                files[str(path)] = read_file(path)
    if args.on("stdin") and not stdin.isatty() and "-" not in files:
        files["-"] = _read_stdin(stdin)
    return files


def read_named(verb: Verb, args: Args) -> Mapping[str, Mapping[str, bytes]]:
    """What the verb reads besides ``-f``: path -> file name -> bytes. Raises UsageError."""
    return {} if verb.reads is None else {path: read_path(path) for path in verb.reads(args)}


def warned(verb: Verb, args: Args) -> Verb:
    """The same verb, with what a kustomization warns of before all it says."""
    warnings = [
        line for text in args.files.values() for line in _head(text) if _kustomized(verb, args)
    ]
    if not warnings:
        return verb

    def run(view: View, args: Args) -> Run:
        for line in warnings:
            view = yield Say(line, error=True)
        return (yield from verb.run(view, args))

    return evolve(verb, run=run)


def _kustomized(verb: Verb, args: Args) -> str:
    """The folder of a kustomization that the line is about; "" for none."""
    return args.flags.get("kustomize", "") if verb.builds is None else verb.builds(args)


def _built(folder: str, download: Download) -> str:
    """Warnings first: to a reader of YAML they are comments."""
    from k9lite.kustomizing.build import built  # few lines need it

    found = built(folder, download)
    return "".join(f"{line}\n" for line in found.warnings) + found.text


def _head(text: str) -> list[str]:
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines) if not line.startswith(_WARNING)), len(lines))
    return lines[:end]


def _read_stdin(stdin: TextIO) -> str:
    try:
        text = stdin.read()
        text.encode()  # some locales let bytes that are no text through
    except UnicodeError:
        raise UsageError("standard input is not UTF-8 text") from None
    return text
