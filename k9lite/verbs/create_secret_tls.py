"""create secret tls: a certificate and its key. Follows kubectl's ``cmd/create``; the pair itself is not proved."""

import base64
from collections.abc import Sequence

from engine.errors import UsageError
from k9lite.arguments.content_hash import with_hash
from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_TYPE = "kubernetes.io/tls"


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create secret tls")
    if not args.flags.get("cert") or not args.flags.get("key"):
        raise UsageError("key and cert must be specified")
    contents = {flag: b"".join(args.read.get(args.flags[flag], {}).values()) for flag in ("cert", "key")}
    if b"-----BEGIN CERTIFICATE-----" not in contents["cert"]:
        raise UsageError("tls: failed to find any PEM data in certificate input")
    if b"PRIVATE KEY-----" not in contents["key"]:
        raise UsageError("tls: failed to find any PEM data in key input")
    data = {f"tls.{ending}": base64.b64encode(contents[flag]).decode() for ending, flag in _ENDINGS}
    if args.on("append-hash"):
        name = with_hash("Secret", name, {"type": _TYPE, "data": data})
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data, "type": _TYPE}
    return (yield from create_generated(view, args, manifest, doing="failed to create secret "))


_ENDINGS = (("crt", "cert"), ("key", "key"))


def reads(args: Args) -> Sequence[str]:
    files = [args.flags[flag] for flag in ("cert", "key") if args.flags.get(flag)]
    return [*(files if len(files) > 1 else []), *output_files(args)]


CREATE_SECRET_TLS = Verb(
    name="create secret tls",
    summary="Create a TLS secret",
    usage="create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file",
    run=run,
    options=(
        Option(name="cert", value="string", summary="Path of the certificate, PEM encoded"),
        Option(name="key", value="string", summary="Path of the private key that belongs to it"),
        Option(name="append-hash", summary="End the name with a hash"),
        *CREATE_OPTIONS,
    ),
    reads=reads,
)
