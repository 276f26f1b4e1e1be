"""create ingress: hosts and paths to services. Follows kubectl's ``cmd/create``."""

import re
from collections.abc import Sequence
from typing import Any

from engine.errors import UsageError
from k9lite.arguments.naming import int_or_text, one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_RULE = re.compile(r"[A-Za-z0-9\-*.]*/[^=,]*=[A-Za-z0-9-]+:[A-Za-z0-9-]+(,tls(=[A-Za-z0-9.-]+)?)?")
_BACKEND = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9-]+")
_ANNOTATION = re.compile(r"[^=]+=.*", re.DOTALL)


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create ingress")
    rules, backend, annotations = args.every("rule"), args.flags.get("default-backend", ""), args.every("annotation")
    _check(rules, backend, annotations)
    spec: dict[str, Any] = {}
    if ingress_class := args.flags.get("class", ""):
        spec["ingressClassName"] = ingress_class
    if backend:
        spec["defaultBackend"] = _backend(backend)
    if tls := _tls(rules):
        spec["tls"] = tls
    if rules:
        spec["rules"] = _rules(rules)
    metadata: dict[str, Any] = {"name": name}
    if annotations:
        metadata["annotations"] = dict(sorted(each.partition("=")[::2] for each in annotations))
    manifest = {
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec,
        "status": {"loadBalancer": {}},
    }  # fmt: skip
    return (yield from create_generated(view, args, manifest, doing="failed to create ingress: "))


CREATE_INGRESS = Verb(
    name="create ingress",
    summary="Create an ingress with the specified name",
    usage="create ingress NAME --rule=host/path=service:port[,tls[=secret]]",
    run=run,
    options=(
        Option(name="rule", value="stringArray", repeats=True, summary="host/path=service:port[,tls=secret]"),
        Option(name="class", value="string", summary="The ingress class"),
        Option(name="default-backend", value="string", summary="service:port for all that no rule catches"),
        Option(name="annotation", value="stringArray", repeats=True, summary="annotation=value"),
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)


def _check(rules: Sequence[str], backend: str, annotations: Sequence[str]) -> None:
    if not rules and not backend:
        raise UsageError(
            "not enough information provided: every ingress has to either specify a default-backend (which catches "
            "all traffic) or a list of rules (which catch specific paths)"
        )
    for rule in rules:
        if not _RULE.fullmatch(rule):
            raise UsageError(f"rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
    for annotation in annotations:
        if not _ANNOTATION.fullmatch(annotation):
            raise UsageError(f"annotation {annotation} is invalid and should be in format key=[value]")
    if backend and not _BACKEND.fullmatch(backend):
        raise UsageError("default-backend should be in format servicename:serviceport")


def _rules(rules: Sequence[str]) -> list[dict[str, Any]]:
    """One for each host, with its paths in the order they were given."""
    paths: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        host, _, rest = rule.partition(",")[0].partition("/")
        path, _, service = rest.partition("=")
        is_prefix = path.endswith("*")
        entry = {
            "path": f"/{path.removesuffix('*')}",
            "pathType": "Prefix" if is_prefix else "Exact",
            "backend": _backend(service),
        }
        paths.setdefault(host, []).append(entry)
    return [{**({"host": host} if host else {}), "http": {"paths": found}} for host, found in paths.items()]


def _tls(rules: Sequence[str]) -> list[dict[str, Any]]:
    """One for each secret; a host is in one only."""
    secrets: dict[str, list[str]] = {}
    seen: set[str] = set()
    for rule in rules:
        rest, comma, tls = rule.partition(",")
        host = rest.partition("/")[0]
        if not comma or host in seen:
            continue
        seen.add(host)
        hosts = secrets.setdefault(tls.partition("=")[2], [])
        hosts += [host] if host else []
    return [
        {**({"hosts": hosts} if hosts else {}), **({"secretName": secret} if secret else {})}
        for secret, hosts in secrets.items()
        if hosts or secret
    ]


def _backend(text: str) -> dict[str, Any]:
    name, _, port = text.partition(":")
    number = int_or_text(port)
    return {"service": {"name": name, "port": {"number" if isinstance(number, int) else "name": number}}}
