"""``-o kyaml``: YAML in braces and brackets, with every text quoted. Follows sigs.k8s.io/yaml's ``kyaml``.

    ---
    {
      kind: "List",
      items: [{
        a: "b",
      }],
    }
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_READ_AS_OTHER = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def kyaml_lines(value: Any) -> list[str]:
    """One document with its head."""
    return ["---", *_shown(value, "").split("\n")]


def _shown(value: Any, indent: str) -> str:
    inner = indent + "  "
    match value:
        case Mapping() if value:
            lines = [f"{inner}{_key(key)}: {_shown(value[key], inner)},\n" for key in sorted(value)]
            return "{\n" + "".join(lines) + indent + "}"
        case list() | tuple() if value and all(isinstance(each, (Mapping, list)) and each for each in value):
            return "[" + ", ".join(_shown(each, indent) for each in value) + "]"
        case list() | tuple() if value:
            return "[\n" + "".join(f"{inner}{_shown(each, inner)},\n" for each in value) + indent + "]"
        case Mapping():
            return "{}"
        case list() | tuple():
            return "[]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    plain = _PLAIN_KEY.fullmatch(key) and key.lower() not in _READ_AS_OTHER
    return key if plain else json.dumps(key, ensure_ascii=False)
