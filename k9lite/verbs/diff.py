"""diff: what ``apply`` would change, as a unified diff of YAML. Follows kubectl's ``cmd/diff``.

Exit code 1 when there are differences; another one above 1 when something went wrong.
"""

from datetime import UTC, datetime
from typing import Any

from engine.api.admit import admit
from engine.api.writes import Apply
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, Ref, dump_yaml, to_manifest
from k9lite.arguments.documents import Document, documents_of
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.targets import selector_of
from k9lite.differences import difference, masked
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import error_text
from k9lite.writing import FIELD_MANAGER, LAST_APPLIED


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"Unexpected args: [{' '.join(args.words)}]\nSee 'kubectl diff -h' for help and examples")
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    documents, errors = documents_of(args, view.state)
    wanted = selector_of(args)
    differs = False
    failures: list[K9liteError] = list(errors)
    found: list[tuple[str, list[str]]] = []
    for document in documents:
        if not wanted.matches(document.labels):
            continue
        try:
            name, before, after = _versions(view, args, document)
        except K9liteError as error:
            failures.append(error)
            continue
        lines = difference(name, before, after, _number(view), _stamp(view.now))
        found.append((name, lines))
        differs = differs or bool(lines)
    for failure in failures:
        yield Say(error_text(failure), error=True)
    for _, lines in sorted(found):
        for line in lines:
            yield Say(line)
    return _FAILED if failures else int(differs)


_FAILED = 2

DIFF = Verb(
    name="diff",
    summary="Diff the live version against a would-be applied version",
    usage="diff -f FILENAME",
    run=run,
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR, FIELD_MANAGER,
        Option(name="concurrency", value="int", default="1", summary="Taken and not used: all is here at once"),
        Option(name="show-managed-fields", summary="Keep managedFields"),
        Option(name="show-secrets", summary="Show the values of secrets"),
    ),
    writes=False,
)  # fmt: skip


def _versions(view: View, args: Args, document: Document) -> tuple[str, str, str]:
    """(the file's name, the YAML there is, the YAML there would be)."""
    live = view.state.get(document.ref)
    admitted = admit(view.server, (Apply(document.data),), now=view.now, seed="dry run", identity=view.identity)
    merged = next(iter(admitted.puts), live)
    assert merged is not None, "an apply leaves an object"
    before: dict[str, Any] | None = None if live is None else to_manifest(live)
    after: dict[str, Any] = to_manifest(merged)
    if before is None:
        _keep_record(after, None)
        after["metadata"].pop("resourceVersion", None)
    else:
        after["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"]
        _keep_record(after, before["metadata"].get("annotations", {}).get(LAST_APPLIED))
    for each in (before, after):
        if each is not None and not args.on("show-managed-fields"):
            each["metadata"].pop("managedFields", None)
    if document.ref.kind == "Secret" and not args.on("show-secrets"):
        old, new = masked((before or {}).get("data") or {}, after.get("data") or {})
        before = {**before, "data": old} if before is not None else None
        after = {**after, "data": new}
    name = _file_name(document.ref, str(after["apiVersion"]))
    return name, "" if before is None else dump_yaml(before), dump_yaml(after)


def _keep_record(after: dict[str, Any], record: str | None) -> None:
    """kubectl's diff leaves the annotation that apply keeps its record in alone."""
    annotations = after["metadata"].get("annotations", {})
    if record is not None:
        annotations[LAST_APPLIED] = record
        return
    annotations.pop(LAST_APPLIED, None)
    if not annotations:
        after["metadata"].pop("annotations", None)


def _file_name(ref: Ref, api_version: str) -> str:
    kind = KINDS[ref.kind]
    return f"{api_version.replace('/', '.')}.{kind.shown}.{ref.namespace}.{ref.name}"


def _number(view: View) -> int:
    """Stands for the random number of a temporary folder."""
    return 1_000_000_000 + view.state.revision


def _stamp(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S.000000000 +0000")
