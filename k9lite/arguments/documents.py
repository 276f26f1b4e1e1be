"""The ``-f`` files of a command line -> manifests, in the order they stand in, each with its namespace filled in.

Follows cli-runtime's builder and mapper. Files are read by whoever drives the verb; here are only their texts.
"""

from collections.abc import Mapping
from typing import Any

from engine.api.custom.structural import unspecified
from engine.errors import K9liteError, ManifestError, UsageError
from engine.kinds import EMPTY, KINDS, Kind, Ref, load_yaml
from engine.kinds.conversion import converted
from engine.kinds.frozen import frozen
from engine.kinds.registry import custom_name, is_custom
from engine.kinds.unknown_fields import unknown_fields
from engine.serving import definition_of, kind_from, version_of
from engine.store.state import State
from k9lite.verb import Args
from k9lite.wording import quoted


@frozen(kw_only=True)
class Document:
    """One manifest and the file it came from."""

    source: str
    data: Mapping[str, Any]
    ref: Ref
    schema: Mapping[str, Any] = EMPTY
    """That of a custom kind."""

    @property
    def labels(self) -> Mapping[str, str]:
        labels = self.data["metadata"].get("labels")
        return labels if isinstance(labels, dict) else {}

    @property
    def warnings(self) -> list[str]:
        """Fields that Kubernetes would refuse; they are kept here, and do nothing."""
        unknown = [*unknown_fields(self.data), *(unspecified(self.data, self.schema) if self.schema else ())]
        return [f"Warning: unknown field {quoted(path)}" for path in unknown]


def documents_of(args: Args, state: State) -> tuple[list[Document], list[K9liteError]]:
    """What the files hold, and what in them cannot be understood: a bad document does not hide the next."""
    documents: list[Document] = []
    errors: list[K9liteError] = []
    for source, text in args.files.items():
        shown = "STDIN" if source == "-" else source
        try:
            manifests = list(load_yaml(text, shown))
        except ManifestError as error:
            errors.append(error)
            continue
        for data in manifests:
            try:
                documents.append(_document(dict(converted(data)), shown, args, state))
            except K9liteError as error:
                errors.append(error)
    return documents, errors


def _document(data: dict[str, Any], source: str, args: Args, state: State) -> Document:
    kind_name, version = data.get("kind"), data.get("apiVersion")
    for value, name in ((kind_name, "Kind"), (version, "apiVersion")):
        if not isinstance(value, str) or not value:
            raise ManifestError(f"unable to decode {quoted(source)}: Object '{name}' is missing in the manifest")
    metadata = data.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    name, namespace = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
    kind = _served(str(kind_name), str(version), state)
    if kind is None:
        known = KINDS.get(str(kind_name))
        served = f" (this cluster serves it as {known.api_version})" if known else "\nensure CRDs are installed first"
        raise ManifestError(
            f'resource mapping not found for name: "{name}" namespace: "{namespace}" from {quoted(source)}: '
            f'no matches for kind "{kind_name}" in version "{version}"{served}'
        )
    if kind.namespaced:
        if namespace and "namespace" in args.flags and namespace != args.namespace:
            raise UsageError(
                f'the namespace from the provided object "{namespace}" does not match the namespace '
                f"\"{args.namespace}\". You must pass '--namespace={namespace}' to perform this operation."
            )
        namespace = metadata["namespace"] = namespace or args.namespace
    return Document(
        source=source,
        data={**data, "metadata": metadata},
        ref=Ref(kind.name, namespace if kind.namespaced else "", name),
        schema=_schema(kind.name, str(version), state),
    )


def _schema(kind: str, api_version: str, state: State) -> Mapping[str, Any]:
    definition = definition_of(state, kind) if is_custom(kind) else None
    version = None if definition is None else version_of(definition, api_version)
    return EMPTY if version is None else version.root


def _served(kind_name: str, version: str, state: State) -> Kind | None:
    kind = KINDS.get(kind_name)
    if kind is not None and kind.api_version == version:
        return kind
    name = custom_name(kind_name, version)
    definition = definition_of(state, name) if name else None
    if definition is None or version_of(definition, version) is None:
        return None
    return kind_from(definition)
