"""A start is all making and no garbage: what it does not need before the first frame waits until that is shown."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Later = Callable[[], Iterator[None]]
"""What is left for later: the first bit runs at once, each of the others when nothing else is to be done."""


@contextmanager
def starting() -> Iterator[Later]:
    """Nothing looks for garbage until what this gives has begun: it would take a tenth of the start to find none."""
    gc.disable()
    try:
        yield _later
    finally:
        gc.enable()


def _later() -> Iterator[None]:
    """What there is when the first frame is shown mostly stays to the end: it is never looked through again."""
    gc.freeze()
    gc.enable()
    yield
    from k9lite.verbs import VERBS

    for name in VERBS:
        VERBS[name]  # imported, so that the first line typed does not wait for it
        yield
