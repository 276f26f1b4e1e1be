"""``--overrides``: JSON laid over what a generator made. Follows kubectl's ``cmd/util/override_options.go``."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

from engine.api.patch import patched_manifest
from engine.errors import BadRequest, UsageError
from k9lite.verb import Args, Option

OVERRIDE_OPTIONS = (
    Option(name="overrides", value="string", summary="JSON that is laid over the generated object"),
    Option(name="override-type", value="string", default="merge", summary="How: json, merge or strategic"),
)


def overridden(manifest: Mapping[str, Any], args: Args) -> Mapping[str, Any]:
    """Raises UsageError."""
    text = args.flags.get("overrides", "")
    if not text:
        return manifest
    type_ = args.flags["override-type"]
    if type_ not in ("json", "merge", "strategic"):
        raise UsageError(f"invalid override type: {type_}")
    try:
        return patched_manifest(manifest, _parsed(text), type_)
    except BadRequest as error:
        raise UsageError(str(error)) from None


def _parsed(text: str) -> Any:
    """JSON, or the YAML that kubectl makes JSON of."""
    try:
        return json.loads(text)
    except ValueError:
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            raise UsageError(f"invalid character in the JSON of --overrides: {text}") from None
