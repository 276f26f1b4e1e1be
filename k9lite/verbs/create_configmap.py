"""create configmap: from files, literals and env files. Follows kubectl's ``cmd/create``."""

import base64
from collections.abc import Sequence
from typing import Any

from engine.errors import UsageError
from k9lite.arguments.content_hash import with_hash
from k9lite.arguments.naming import one_name
from k9lite.arguments.sources import SOURCE_OPTIONS, source_files, sources_of
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create configmap")
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    for source in sources_of(args, kind="ConfigMap"):
        for held, place in ((data, "Data"), (binary, "BinaryData")):
            if source.key in held:
                raise UsageError(
                    f'cannot add key "{source.key}", another key by that name already exists in {place} for '
                    f'ConfigMap "{name}"'
                )
        try:
            data[source.key] = source.value.decode()
        except UnicodeDecodeError:
            binary[source.key] = base64.b64encode(source.value).decode()
    content: dict[str, Any] = {
        **({"data": dict(sorted(data.items()))} if data else {}),
        **({"binaryData": dict(sorted(binary.items()))} if binary else {}),
    }
    if args.on("append-hash"):
        name = with_hash("ConfigMap", name, {"data": data or "", **({"binaryData": binary} if binary else {})})
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **content}
    return (yield from create_generated(view, args, manifest, doing="failed to create configmap: "))


def reads(args: Args) -> Sequence[str]:
    return [*source_files(args), *output_files(args)]


CREATE_CONFIGMAP = Verb(
    name="create configmap",
    summary="Create a config map from a file, a folder or literal values",
    usage="create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1]",
    run=run,
    options=(*SOURCE_OPTIONS, Option(name="append-hash", summary="End the name with a hash"), *CREATE_OPTIONS),
    reads=reads,
)
