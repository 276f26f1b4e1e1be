"""What new EndpointSlices are called: after whom they are made for, the same whenever they are made anew."""

from collections.abc import Iterator
from hashlib import blake2b

from engine.api.draft import SUFFIX_LETTERS
from engine.kinds import EndpointSlice, Object
from engine.store.state import State


def free_names(state: State, owner: Object) -> Iterator[str]:
    """``<name>-<five letters>`` after the uid of a Service or of Endpoints."""
    number, meta = 0, owner.metadata
    while True:
        digest = blake2b(f"{meta.uid}/{number}".encode(), digest_size=5).digest()
        name = f"{meta.name}-" + "".join(SUFFIX_LETTERS[byte % 27] for byte in digest)
        if state.find(EndpointSlice, name, meta.namespace) is None:
            yield name
        number += 1
