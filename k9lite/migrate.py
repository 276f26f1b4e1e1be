"""``k9lite migrate compose.yaml``: manifests to standard output, to files or into a cluster.

    k9lite migrate compose.yaml                    one YAML stream
    k9lite migrate compose.yaml -o manifests/      a file for each object: web-deployment.yaml, web-service.yaml
    k9lite migrate compose.yaml --apply [CLUSTER]  kubectl apply, to the sample cluster where none is named
"""

import io
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from engine.errors import K9liteError
from engine.kinds import dump_yaml
from k9lite.printing import print_line

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="COMPOSE-FILE", type=Path, help="or the folder it is in")
    parser.add_argument("-o", "--out", metavar="DIR", type=Path, help="write a file for each object into DIR")
    parser.add_argument("--profile", metavar="NAME", action="append", default=[], help="with the services of a profile")
    parser.add_argument(
        "--apply", metavar="CLUSTER", nargs="?", type=Path, const=Path(), default=None,
        help="apply them: to a folder's cluster, to a FILE.k9log, or to the sample's",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Raises K9liteError; what became of each key is on standard error."""
    from k9lite.migrating.project import migrate

    migrated = migrate(_found(args.file), os.environ, args.profile)
    for line in migrated.lines:
        print_line(line, sys.stderr)
    if args.out is not None:
        _write(args.out, migrated.manifests)
    stream = "---\n".join(dump_yaml(manifest) for manifest in migrated.manifests)
    if args.apply is not None:
        return _apply(args.apply if args.apply != Path() else None, stream)
    if args.out is None:
        print_line(stream.rstrip("\n"), sys.stdout)
    return 0


def _found(path: Path) -> Path:
    """Of a folder, the file Compose itself would take."""
    if not path.is_dir():
        return path
    found = next((path / name for name in _NAMES if (path / name).is_file()), None)
    if found is None:
        raise K9liteError(f"{path} has no Compose file: name one, or put a {_NAMES[0]} there")
    return found


def _write(folder: Path, manifests: tuple[dict[str, Any], ...]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for manifest in manifests:
            path = folder / f"{manifest['metadata']['name']}-{manifest['kind'].lower()}.yaml"
            path.write_text(dump_yaml(manifest), encoding="utf-8")
            print_line(f"{path} created", sys.stderr)
    except OSError as error:
        raise K9liteError(f"{error.filename} cannot be written ({error.strerror}): check its permissions") from None


def _apply(cluster: Path | None, stream: str) -> int:
    from k9lite.drive import run_command
    from k9lite.sessions import sample_folder
    from k9lite.sessions.sharing import open_headless

    session = open_headless(cluster or sample_folder(), int(time.time()), writes=True)
    try:
        for notice in session.notices:
            print_line(f"k9lite: {notice}", sys.stderr)
        return run_command(session.client, ["apply", "-f", "-"], stdin=io.StringIO(stream))
    finally:
        session.client.close()
