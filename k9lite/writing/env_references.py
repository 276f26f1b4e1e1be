"""Where a variable's value comes from: how kubectl says so, and the value itself. Follows ``cmd/set/env``."""

import base64
from collections.abc import Mapping
from typing import Any

from engine.kinds import Ref, to_manifest
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at


def reference_text(source: Mapping[str, Any]) -> str:
    """``configmap settings, key color``, ``field path metadata.name``."""
    match next(iter(source), ""):
        case "configMapKeyRef" as field:
            return f"configmap {source[field].get('name', '')}, key {source[field].get('key', '')}"
        case "secretKeyRef" as field:
            return f"secret {source[field].get('name', '')}, key {source[field].get('key', '')}"
        case "fieldRef" as field:
            return f"field path {source[field].get('fieldPath', '')}"
        case "resourceFieldRef" as field:
            container = source[field].get("containerName", "")
            where = f"{container}/" if container else ""
            return f"resource field {where}{source[field].get('resource', '')}"
        case _:
            return "invalid valueFrom"


def referenced(state: State, namespace: str, source: Mapping[str, Any]) -> str | None:
    """The value in a configmap or secret; None for what is not there or depends on a pod."""
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if field in source:
            found = state.get(Ref(kind, namespace, str(source[field].get("name", ""))))
            value = None if found is None else mapping_at(to_manifest(found), "data").get(source[field].get("key"))
            if value is not None and kind == "Secret":
                return base64.b64decode(value).decode(errors="replace")
            return None if value is None else str(value)
    return None
