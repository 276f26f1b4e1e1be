"""States made by admitting writes one call at a time, without a cluster around them."""

from typing import Any

import pytest

from engine.api.admit import admit
from engine.api.writes import Create, Write
from engine.errors import Invalid
from engine.kinds import Object, from_manifest
from engine.store.commit import Commit
from engine.store.state import State, fold
from tests.builders import namespace

NOW = 1_780_000_000


def submitted(state: State, *writes: Write, now: int = NOW, seed: str = "test") -> State:
    """The State after one call; the same State if nothing changed."""
    admitted = admit(state, writes, now=now, seed=seed)
    if not admitted.puts and not admitted.removes:
        return state
    commit = Commit(
        revision=state.revision + 1,
        time=now,
        actor="user",
        puts=admitted.puts,
        removes=admitted.removes,
    )
    return fold(state, commit)


def holding(*objects: Object, now: int = NOW) -> State:
    """A State with namespace default and ``objects``, each created in a call of its own."""
    state = submitted(State(), Create(namespace("default")), now=now)
    for obj in objects:
        state = submitted(state, Create(obj), now=now)
    return state


def manifest(kind: str, name: str, api_version: str = "v1", **body: Any) -> Object:
    """An object of any kind; ``metadata`` may be given besides."""
    metadata = {"name": name, **body.pop("metadata", {})}
    return from_manifest({"apiVersion": api_version, "kind": kind, "metadata": metadata, **body})


def refusal(obj: Object) -> str:
    """What the API server says when ``obj`` is created; fails if it is not refused as invalid."""
    with pytest.raises(Invalid) as refused:
        submitted(holding(), Create(obj))
    return str(refused.value)
