"""``--append-hash``: a name that changes with what a ConfigMap or Secret holds. Follows kubectl's ``util/hash``."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_LETTERS = str.maketrans("013ae", "ghkmt")


def with_hash(kind: str, name: str, content: Mapping[str, Any]) -> str:
    held = {"kind": kind, "name": name, **content}
    text = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:10].translate(_LETTERS)}"
