"""YAML as Kubernetes reads and kubectl prints it; what it means is not known here.

Follows Go's yaml.v2 and sigs.k8s.io/yaml: what JSON has no value for is refused, text that would be read as
something else is quoted. Imported when there is YAML to be read or printed.
"""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

import yaml

from engine.errors import ManifestError


def dumped(data: Any) -> str:
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=True, default_flow_style=False, allow_unicode=True, width=2**30
    )
    return text


def loaded(text: str, source: str) -> Iterator[dict[str, Any]]:
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
