"""``--append-hash``: a name that changes with what a ConfigMap or Secret holds. Follows kubectl's ``util/hash``."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_LETTERS = str.maketrans("013ae", "ghkmt")
_ESCAPED = str.maketrans({each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"})
"""As Go's encoder writes them."""


def with_hash(kind: str, name: str, content: Mapping[str, Any]) -> str:
    held = {"kind": kind, "name": name, **content}
    text = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{name}-{hashlib.sha256(text.translate(_ESCAPED).encode()).hexdigest()[:10].translate(_LETTERS)}"
