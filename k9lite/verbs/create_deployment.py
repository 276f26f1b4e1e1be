"""create deployment: a Deployment of one or several images. Follows kubectl's ``cmd/create``."""

from hashlib import blake2b
from typing import Any

from engine.errors import UsageError
from k9lite.arguments.flags import number
from k9lite.arguments.naming import one_name, require
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def run(view: View, args: Args) -> Run:
    require(args, "image")
    name, images = one_name(args, "create deployment"), args.listed("image")
    if len(images) > 1 and args.rest:
        raise UsageError("cannot specify multiple --image options and command")
    containers = [_container(image, args, view.state.revision) for image in images]
    port = number(args, "port")
    if port >= 0 and containers:
        containers[0] = _with_port(containers[0], port)
    labels = {"app": name}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": number(args, "replicas"),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
            "strategy": {},
        },
        "status": {},
    }
    return (yield from create_generated(view, args, manifest, doing="failed to create deployment: "))


CREATE_DEPLOYMENT = Verb(
    name="create deployment",
    summary="Create a deployment with the specified name",
    usage="create deployment NAME --image=image -- [COMMAND] [args...]",
    run=run,
    options=(
        Option(name="image", value="strings", repeats=True, summary="Image to run; several make several containers"),
        Option(name="port", value="int", default="-1", summary="The port its first container listens on"),
        Option(name="replicas", short="r", value="int", default="1", summary="Number of replicas"),
        *CREATE_OPTIONS,
    ),
    takes_command=True,
    reads=output_files,
)


def _container(image: str, args: Args, revision: int) -> dict[str, Any]:
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if "_" in name or "." in name:
        name = f"{name.replace('_', '-').replace('.', '-')}-{_suffix(f'{image}/{revision}')}"
    command = {"command": list(args.rest)} if args.rest else {}
    return {"name": name, "image": image, **command, "resources": {}}


def _with_port(container: dict[str, Any], port: int) -> dict[str, Any]:
    resources = container.pop("resources")
    return {**container, "ports": [{"containerPort": port}], "resources": resources}


def _suffix(seed: str) -> str:
    """Five letters, where kubectl draws them."""
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in blake2b(seed.encode(), digest_size=5).digest())
