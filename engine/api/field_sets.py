"""Which fields a manifest sets, as ``metadata.managedFields`` writes them down. Pure functions over JSON.

    {"f:spec": {"f:replicas": {}, "f:containers": {"k:{\\"name\\":\\"web\\"}": {".": {}, "f:image": {}}}}}

A path is the row of these keys. Follows ``sigs.k8s.io/structured-merge-diff``; lists that merge do so by the one key
that strategic patches know, so that a container's port goes by its number alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.api.patching.merge_keys import PRIMITIVE, key_of, merge_key

Path = tuple[str, ...]
ITSELF = "."
_SERVERS_OWN = frozenset({
    ("f:apiVersion",), ("f:kind",), ("f:status",), ("f:metadata", "f:name"), ("f:metadata", "f:namespace"),
    ("f:metadata", "f:uid"), ("f:metadata", "f:resourceVersion"), ("f:metadata", "f:generation"),
    ("f:metadata", "f:creationTimestamp"), ("f:metadata", "f:managedFields"), ("f:metadata", "f:selfLink"),
    ("f:metadata", "f:annotations", "f:kubectl.kubernetes.io/last-applied-configuration"),
})  # fmt: skip
"""What nobody owns."""


def leaves(manifest: Mapping[str, Any], *, keyed: bool) -> dict[Path, Any]:
    """Path -> value of every field that is set. ``keyed``: lists merge as those of Kubernetes' own kinds do."""
    return dict(_leaves(manifest, (), (), keyed))


def _leaves(value: Any, path: Path, names: tuple[str, ...], keyed: bool) -> Iterator[tuple[Path, Any]]:
    if path in _SERVERS_OWN:
        return
    by = merge_key(names) if keyed and names and isinstance(value, list) else None
    if isinstance(value, Mapping) and (value or not path):
        for key, each in value.items():
            if each is not None:
                yield from _leaves(each, (*path, f"f:{key}"), (*names, key), keyed)
    elif by is not None and all(by == PRIMITIVE or key_of(each, by) is not None for each in value):
        for each in value:
            below = (*path, step_of(each, by))
            yield (*below, ITSELF), True
            if by != PRIMITIVE:
                yield from _leaves(each, below, names, keyed)
    else:
        yield path, value


def step_of(element: Any, by: str) -> str:
    """How an element of a list that merges stands in a path."""
    named = element if by == PRIMITIVE else {by: element[by]}
    return f"{'v' if by == PRIMITIVE else 'k'}:{json.dumps(named, separators=(',', ':'), ensure_ascii=False)}"


def tree_of(paths: Iterable[Path]) -> dict[str, Any]:
    """The paths as ``fieldsV1``."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        at = tree
        for step in path:
            at = at.setdefault(step, {})
    return tree


def paths_in(tree: Any, path: Path = ()) -> Iterator[Path]:
    """The inverse of ``tree_of``; what is no tree has none."""
    if not isinstance(tree, Mapping):
        return
    if not tree and path:
        yield path
    for step, below in tree.items():
        yield from paths_in(below, (*path, str(step)))


def only(value: Any, tree: Mapping[str, Any], names: tuple[str, ...] = ()) -> Any:
    """What ``tree`` names of a manifest; of an element of a list nothing where the element itself is not named."""
    if isinstance(value, Mapping) and tree:
        named = ((key, each, tree.get(f"f:{key}")) for key, each in value.items())
        return {key: only(each, below, (*names, key)) for key, each, below in named if below is not None}
    by = merge_key(names) if names and tree and isinstance(value, list) else None
    if by is None:
        return value
    found = ((each, tree.get(step_of(each, by))) for each in value if by == PRIMITIVE or key_of(each, by) is not None)
    return [
        each if by == PRIMITIVE else {by: each[by], **only(each, below, names)}
        for each, below in found
        if below is not None and ITSELF in below
    ]


def shown(path: Path) -> str:
    """``.spec.containers[name="web"].image``."""
    return "".join(_shown_step(step) for step in path if step != ITSELF)


def _shown_step(step: str) -> str:
    kind, _, text = step.partition(":")
    if kind == "f":
        return f".{text}"
    if kind == "v":
        return f"[={text}]"
    pairs = json.loads(text)
    return "[" + ",".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in pairs.items()) + "]"
