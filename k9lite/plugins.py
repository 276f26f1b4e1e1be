"""What a plugin is: a command of the user's own on a key, with fields of the selected object put into its words.

A field is put into a word after the line was split, so that a name with a space or a quote in it stays one argument
and no shell reads it. ``$$`` is a dollar sign. Facts only: who runs it is screens/plugin.py.
"""

import re
import shlex
from collections.abc import Mapping, Sequence

from attrs import frozen

from engine.errors import UsageError
from engine.kinds import KINDS, Object, Ref

FIELDS = ("NAME", "NAMESPACE", "KIND", "RESOURCE", "NODE", "CONTEXT")
LABEL = "LABEL_"
_FIELD = re.compile(r"\$(?:(\$)|([A-Z_]+[A-Za-z0-9_]*)|\{([^}]*)\})")


@frozen(kw_only=True)
class Plugin:
    """``kinds`` are names like Pod, empty for all; ``inside`` is a kubectl line that the console runs itself."""

    name: str
    key: str
    command: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    confirm: bool = False
    line: int = 0

    @property
    def inside(self) -> bool:
        return self.command[:1] == ("kubectl",)


def split(command: str) -> tuple[str, ...]:
    """Raises UsageError for quotes that do not end, for no word at all, and for fields there are not."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"the command cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise UsageError("the command is empty")
    for word in words:
        for match in _FIELD.finditer(word):
            name = match[2] or match[3]
            if match[1] is None and name not in FIELDS and not (name or "").startswith(LABEL):
                raise UsageError(f"there is no field ${name}: {', '.join(FIELDS)}, {LABEL}app ($$ is a dollar sign)")
    return words


def filled(words: Sequence[str], fields: Mapping[str, str]) -> list[str]:
    """A label that the object has not is empty."""
    return [_FIELD.sub(lambda match: match[1] or fields.get(match[2] or match[3], ""), word) for word in words]


def fields_of(ref: Ref, obj: Object | None, context: str) -> dict[str, str]:
    """``LABEL_app_kubernetes_io_name`` for the label app.kubernetes.io/name."""
    fields = {
        "NAME": ref.name,
        "NAMESPACE": ref.namespace,
        "KIND": ref.kind,
        "RESOURCE": KINDS[ref.kind].plural if ref.kind in KINDS else ref.kind.lower(),
        "NODE": ref.name if ref.kind == "Node" else str(getattr(getattr(obj, "spec", None), "node_name", "") or ""),
        "CONTEXT": context,
    }
    labels = {} if obj is None else obj.metadata.labels
    return {**{LABEL + re.sub(r"\W", "_", key): value for key, value in labels.items()}, **fields}
