"""A start is all making and no garbage: what it does not need before the first frame waits until that is shown."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def starting() -> Iterator[Callable[[], None]]:
    """Nothing looks for garbage until what this gives is called: it would take a tenth of the start to find none."""
    gc.disable()
    try:
        yield _shown
    finally:
        gc.enable()


def _shown() -> None:
    """What there is by now mostly stays to the end: it is never looked through."""
    gc.freeze()
    gc.enable()
