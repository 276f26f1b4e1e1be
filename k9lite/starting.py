"""A start is all making and no garbage: what it does not need before the first frame waits until that is shown."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

Later = Callable[[], Iterator[None]]
"""What is left for later: the first bit runs at once, each of the others when nothing else is to be done."""

FIRST_WANTED = (
    "k9lite.looks", "k9lite.typed_lines", "k9lite.screens.hands", "k9lite.screens.form", "k9lite.screens.labels",
    "k9lite.screens.logs", "engine.kubelet.logs", "engine.kubelet.exec", "k9lite.screens.editor", "k9lite.forwarding",
)  # fmt: skip
"""What keys and lines of the first screen lead to, imported where it is first used: by their likeliness."""

_YOUNGER_COLLECTIONS = 60
"""Before one of all garbage comes in the midst of keys: most of it is found in pauses before (k9lite/pauses.py)."""


@contextmanager
def starting() -> Iterator[Later]:
    """Nothing looks for garbage until what this gives has begun: it would take a tenth of the start to find none."""
    gc.disable()
    try:
        yield _later
    finally:
        gc.enable()


def started() -> None:
    """What there is when all is imported mostly stays to the end: it is never looked through again."""
    gc.freeze()
    gc.enable()


def _later() -> Iterator[None]:
    started()
    gc.set_threshold(*gc.get_threshold()[:2], _YOUNGER_COLLECTIONS)
    yield
    for name in FIRST_WANTED:
        import_module(name)  # so that the first key does not wait for it
        yield
    from k9lite.verbs import VERBS

    for name in VERBS:
        VERBS[name]  # imported, so that the first line typed does not wait for it
        yield
