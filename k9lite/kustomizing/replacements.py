"""``replacements``: a value of one resource copied into fields of others. Follows kustomize's ``filters/replacement``.

Differs in that nothing is replaced inside a text that is itself YAML or JSON.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import UsageError
from k9lite.kustomizing.patches import is_selected
from k9lite.kustomizing.resource import Data, Resource, with_data

_DEFAULT = "metadata.name"


def replaced(resources: Sequence[Resource], entry: Data) -> list[Resource]:
    """Raises UsageError where the source or a field of a target is not there."""
    value = _value(resources, entry)
    found = list(resources)
    for target in entry.get("targets") or ():
        select = target.get("select")
        if not isinstance(select, Mapping):
            raise UsageError("target must specify resources to select")
        rejects = target.get("reject") or ()
        found = [
            _with_value(each, value, target)
            if is_selected(each, select) and not any(is_selected(each, reject) for reject in rejects)
            else each
            for each in found
        ]
    return found


def _value(resources: Sequence[Resource], entry: Data) -> Any:
    source = entry.get("source")
    if entry.get("sourceValue") is not None:
        if source is not None:
            raise UsageError("value and resource selectors are mutually exclusive")
        return str(entry["sourceValue"])
    if not isinstance(source, Mapping):
        raise UsageError("a replacement needs a source or a sourceValue")
    exact = {key: re.escape(str(source[key])) for key in _NAMED if source.get(key)}
    shown = f"{source.get('kind', '[noKind]')}.{source.get('version') or '[noVer]'}.{source.get('group') or '[noGrp]'}"
    shown = f"{shown}/{source.get('name') or '[noName]'}.{source.get('namespace') or '[noNs]'}"
    found = [each for each in resources if is_selected(each, exact)]
    if len(found) != 1:
        raise UsageError(f"multiple matches for selector {shown}" if found else f"nothing selected by {shown}")
    path = str(source.get("fieldPath") or _DEFAULT)
    value = _at(found[0].data, _steps(path))
    if value is None or value in ("", [], {}):
        raise UsageError(f"fieldPath `{path}` is missing for replacement source {shown}")
    options = source.get("options") or {}
    if not options.get("delimiter"):
        return value
    parts, index = str(value).split(options["delimiter"]), int(options.get("index") or 0)
    if not 0 <= index < len(parts):
        raise UsageError(f"options.index {index} is out of bounds for value {value}")
    return parts[index]


_NAMED = ("group", "version", "kind", "name", "namespace")


def _steps(path: str) -> list[str]:
    r"""``a.b``, ``a.[name=x].b``, ``a.*.b``, ``a.with\.dots``; what is in brackets may hold dots."""
    found = re.findall(r"(\[[^\]]*\]|(?:\\.|[^.\\])+)", path)
    return [each if each.startswith("[") and "=" in each else _unescaped(each) for each in found]


def _unescaped(step: str) -> str:
    return step.strip("[]").replace("\\.", ".")


def _at(value: Any, steps: Sequence[str]) -> Any:
    """The first of what stands there; None for nothing."""
    if not steps:
        return value
    if isinstance(value, Mapping):
        return _at(value.get(steps[0]), steps[1:])
    if isinstance(value, list):
        return next((_at(each, steps[1:]) for at, each in enumerate(value) if _is_meant(each, at, steps[0])), None)
    return None


def _is_meant(element: Any, at: int, step: str) -> bool:
    """``[name=x]``, ``[=x]``, ``*`` or a place in the list."""
    if not step.startswith("["):
        return step in ("*", str(at))
    key, _, wanted = step.strip("[]").partition("=")
    held = element if not key else element.get(key) if isinstance(element, Mapping) else None
    return held is not None and str(held) == wanted


def _with_value(resource: Resource, value: Any, target: Data) -> Resource:
    options = target.get("options") or {}
    data: Any = resource.data
    for path in target.get("fieldPaths") or (_DEFAULT,):
        data, count = _set(data, _steps(str(path)), value, options)
        if not count:
            how = "find or create" if options.get("create") else "find"
            raise UsageError(f'unable to {how} field "{path}" in replacement target')
    return with_data(resource, data)


def _set(found: Any, steps: Sequence[str], value: Any, options: Data) -> tuple[Any, int]:
    """(with the value, in how many places)."""
    if not steps:
        return _joined(found, value, options), 1
    if isinstance(found, list):
        pairs = [
            _set(each, steps[1:], value, options) if _is_meant(each, at, steps[0]) else (each, 0)
            for at, each in enumerate(found)
        ]
        return [each for each, _ in pairs], sum(count for _, count in pairs)
    if found is None and options.get("create"):
        found = {}
    if not isinstance(found, Mapping) or (steps[0] not in found and not options.get("create")):
        return found, 0
    inner, count = _set(found.get(steps[0]), steps[1:], value, options)
    return ({**found, steps[0]: inner} if count else found), count


def _joined(old: Any, value: Any, options: Data) -> Any:
    """What was a text stays one."""
    if options.get("delimiter") and isinstance(old, str):
        parts, index = old.split(options["delimiter"]), int(options.get("index") or 0)
        if index < 0:
            parts = [str(value), *parts]
        elif index >= len(parts):
            parts = [*parts, str(value)]
        else:
            parts[index] = str(value)
        return options["delimiter"].join(parts)
    return str(value) if isinstance(old, str) and not isinstance(value, dict | list) else value
