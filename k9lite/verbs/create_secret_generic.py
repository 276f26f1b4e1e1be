"""create secret generic: from files, literals and env files. Follows kubectl's ``cmd/create``."""

import base64
from collections.abc import Sequence

from engine.errors import UsageError
from k9lite.arguments.content_hash import with_hash
from k9lite.arguments.naming import one_name
from k9lite.arguments.sources import SOURCE_OPTIONS, source_files, sources_of
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name, type_ = one_name(args, "create secret generic"), args.flags.get("type", "")
    data: dict[str, str] = {}
    for source in sources_of(args, kind="Secret"):
        if source.key in data:
            raise UsageError(f"cannot add key {source.key}, another key by that name already exists")
        data[source.key] = base64.b64encode(source.value).decode()
    data = dict(sorted(data.items()))
    if args.on("append-hash"):
        name = with_hash("Secret", name, {"type": type_, "data": data or ""})
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        **({"data": data} if data else {}),
        **({"type": type_} if type_ else {}),
    }
    return (yield from create_generated(view, args, manifest, doing="failed to create secret "))


def reads(args: Args) -> Sequence[str]:
    return [*source_files(args), *output_files(args)]


CREATE_SECRET_GENERIC = Verb(
    name="create secret generic",
    summary="Create a secret from a file, a folder or literal values",
    usage="create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]",
    run=run,
    options=(
        *SOURCE_OPTIONS,
        Option(name="type", value="string", summary="The type of the secret"),
        Option(name="append-hash", summary="End the name with a hash"),
        *CREATE_OPTIONS,
    ),
    reads=reads,
)
