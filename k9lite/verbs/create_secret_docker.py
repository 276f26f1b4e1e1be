"""create secret docker-registry: how to log in where images come from. Follows kubectl's ``cmd/create``."""

import base64
import json
from collections.abc import Sequence

from engine.errors import UsageError
from k9lite.arguments.content_hash import with_hash
from k9lite.arguments.naming import one_name
from k9lite.arguments.sources import source_files, sources_of
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_KEY, _TYPE = ".dockerconfigjson", "kubernetes.io/dockerconfigjson"


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create secret docker-registry")
    if args.every("from-file"):
        data = {each.key: base64.b64encode(each.value).decode() for each in sources_of(args, kind="Secret")}
    else:
        data = {_KEY: base64.b64encode(_login(args).encode()).decode()}
    if args.on("append-hash"):
        name = with_hash("Secret", name, {"type": _TYPE, "data": data})
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data, "type": _TYPE}
    return (yield from create_generated(view, args, manifest, doing="failed to create secret "))


def reads(args: Args) -> Sequence[str]:
    return [*source_files(args), *output_files(args)]


CREATE_SECRET_DOCKER = Verb(
    name="create secret docker-registry",
    summary="Create a secret for use with a Docker registry",
    usage="create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email",
    run=run,
    options=(
        Option(name="docker-username", value="string", summary="Who logs in"),
        Option(name="docker-password", value="string", summary="With what password"),
        Option(name="docker-email", value="string", summary="Whose address"),
        Option(
            name="docker-server", value="string", default="https://index.docker.io/v1/", summary="Where the registry is"
        ),
        Option(name="from-file", value="strings", repeats=True, summary="[key=]file with a Docker configuration"),
        Option(name="append-hash", summary="End the name with a hash"),
        *CREATE_OPTIONS,
    ),
    reads=reads,
)


def _login(args: Args) -> str:
    server, user, password = (args.flags.get(f"docker-{each}", "") for each in ("server", "username", "password"))
    if not (server and user and password):
        raise UsageError(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is "
            "required"
        )
    entry = {"username": user, "password": password}
    if email := args.flags.get("docker-email", ""):
        entry["email"] = email
    entry["auth"] = base64.b64encode(f"{user}:{password}".encode()).decode()
    return json.dumps({"auths": {server: entry}}, separators=(",", ":"), ensure_ascii=False)
