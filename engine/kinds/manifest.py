"""An object <-> its manifest: the JSON-shaped mapping with apiVersion and kind, and YAML text of it.

This is the one format: the log, ``get -o yaml`` and files that are applied all carry it.
"""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import yaml

from engine.errors import BadRequest, ManifestError
from engine.kinds.cluster_objects import Unmodelled
from engine.kinds.codec import Classes, DecodeError, decode, encode
from engine.kinds.conversion import converted
from engine.kinds.meta import Object, ObjectMeta
from engine.kinds.registry import KINDS, custom_name


def to_manifest(obj: Object, shared: Classes = frozenset()) -> dict[str, Any]:
    """Its own to change; with parts of the ``shared`` classes encoded once, for who only reads it."""
    head: dict[str, Any] = {"apiVersion": obj.api_version, "kind": obj.kind}
    if isinstance(obj, Unmodelled):
        head["kind"] = obj.kind.partition(".")[0]
        return {**head, "metadata": encode(obj.metadata, shared), **obj.body}
    return {**head, **encode(obj, shared)}


def from_manifest(data: Mapping[str, Any]) -> Object:
    """The object a manifest describes. Raises BadRequest in the API server's words."""
    data = converted(data)
    kind_name, version = data.get("kind"), data.get("apiVersion")
    if not isinstance(kind_name, str) or not kind_name:
        raise BadRequest("Object 'Kind' is missing in the manifest")
    if not isinstance(version, str) or not version:
        raise BadRequest(f"Object 'apiVersion' is missing in the manifest of a {kind_name}")
    kind = KINDS.get(kind_name)
    if kind is None or kind.api_version != version:
        if custom := custom_name(kind_name, version):
            return _custom_object(custom, version, data)
        raise BadRequest(
            f'no matches for kind "{kind_name}" in version "{version}"'
            + (f" (this cluster serves it as {kind.api_version})" if kind else "")
        )
    body = {key: value for key, value in data.items() if key not in ("kind", "apiVersion")}
    try:
        if kind.cls is Unmodelled:
            metadata = decode(ObjectMeta, body.pop("metadata", None) or {})
            return Unmodelled(kind=kind_name, api_version=version, metadata=metadata, body=body)
        body.setdefault("metadata", {})
        return decode(kind.cls, body)  # type: ignore[no-any-return]  # each cls in KINDS is an Object
    except DecodeError as error:
        error.path.append(kind_name)
        short = version.rpartition("/")[2]
        raise BadRequest(f'{kind_name} in version "{short}" cannot be handled as a {kind_name}: {error}') from None


def _custom_object(name: str, version: str, data: Mapping[str, Any]) -> Unmodelled:
    """An object of a custom kind, whose definition need not be known to read it."""
    body = {key: value for key, value in data.items() if key not in ("kind", "apiVersion", "metadata")}
    try:
        metadata = decode(ObjectMeta, data.get("metadata") or {})
        return Unmodelled(kind=name, api_version=version, metadata=metadata, body=body)
    except DecodeError as error:
        error.path.append("metadata")
        raise BadRequest(f"{data['kind']} in version \"{version}\" cannot be handled: {error}") from None


def to_yaml(obj: Object) -> str:
    """YAML with sorted keys, as ``kubectl get -o yaml`` prints it."""
    return dump_yaml(to_manifest(obj))


def dump_yaml(data: Any) -> str:
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=True, default_flow_style=False, allow_unicode=True, width=2**30
    )
    return text


def load_yaml(text: str, source: str) -> Iterator[dict[str, Any]]:
    """The manifests in a YAML or JSON stream; a List gives its items. Raises ManifestError naming ``source``."""
    try:
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise ManifestError(f"error parsing {source}: {_yaml_mistake(error)}") from None
    except RecursionError:
        raise ManifestError(f"error parsing {source}: nested too deeply") from None
    for document in documents:
        if document is None:
            continue
        if not isinstance(document, dict):
            raise ManifestError(f"error parsing {source}: a manifest is a mapping with apiVersion and kind")
        if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
            for item in document["items"]:
                if not isinstance(item, dict):
                    raise ManifestError(
                        f"error parsing {source}: an item of the {document['kind']} is no manifest"
                    )
                yield item
        else:
            yield document


def _yaml_mistake(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"yaml: line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return "yaml: " + " ".join(str(error).split())


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DumperBase: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(_Base):  # type: ignore[misc]  # the C loader has no stubs
    """Dates stay strings, keys become strings and a key given twice is a mistake: Kubernetes' rules."""


class _Dumper(_DumperBase):  # type: ignore[misc]  # the C dumper has no stubs
    """Multi-line text as a literal block, no aliases: what kubectl prints."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML's signature
        return True


def _construct_mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key_node.start_mark)
        key = str(key_node.value)
        if key in mapping:
            raise yaml.constructor.ConstructorError(
                None, None, f'key "{key}" already set in map', key_node.start_mark
            )
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _construct_integer(loader: Any, node: yaml.ScalarNode) -> int | float:
    """What needs more than 64 bits is a float, as where Kubernetes reads JSON."""
    value: int = loader.construct_yaml_int(node)
    return value if -(1 << 63) <= value < 1 << 64 else float(value)


def _construct_float(loader: Any, node: yaml.ScalarNode) -> float:
    value: float = loader.construct_yaml_float(node)
    if not isfinite(value):
        raise yaml.constructor.ConstructorError(None, None, f"unsupported value: {node.value}", node.start_mark)
    return value


def _refuse(_loader: Any, node: yaml.Node) -> None:
    raise yaml.constructor.ConstructorError(None, None, f"a {node.tag} is no JSON value", node.start_mark)


_READ_AS_OTHER = re.compile(
    r"|~|null|Null|NULL|<<|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE"
    r"|[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)"
    r"|[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?"
    r"|\d{4}-\d\d?-\d\d?(?:[Tt ]\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)?)?"
)
"""Text that would be a boolean, null, number or time without quotes, as Go's yaml.v2 reads it."""
_SIGNS_AND_DIGITS = ("+", "-", *"0123456789")


def _represent_text(dumper: Any, text: str) -> Any:
    """As yaml.v2: double quotes keep text from being read as something else, single ones from being syntax."""
    plain = text.replace("_", "") if text.startswith(_SIGNS_AND_DIGITS) else text
    style = "|" if "\n" in text else '"' if _READ_AS_OTHER.fullmatch(plain) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: str(node.value))
_Loader.add_constructor("tag:yaml.org,2002:int", _construct_integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _construct_float)
for _tag in ("binary", "set", "omap", "pairs"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _refuse)
_Dumper.add_representer(str, _represent_text)
_Dumper.add_multi_representer(Mapping, lambda dumper, data: dumper.represent_dict(dict(data)))
