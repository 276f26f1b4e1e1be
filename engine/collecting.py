"""Spares Python's garbage collector what never is garbage, and the system what was freed. Belongs to the shell.

Frozen values that only hold values made before them form no cycles: counting references frees them all. While
many are made, collecting would walk over all of them again and again, five times the cost of making them; and
once made, each full collection would. So it pauses, and what there is afterwards it never looks at again.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY_OBJECTS = 10_000


@contextmanager
def building() -> Iterator[None]:
    """No collections while values are made; many of them are set aside at the end. May be nested."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _MANY_OBJECTS:
            gc.freeze()
        gc.enable()


def give_back() -> None:
    """What was freed goes back to the system, where the C library has a call for that (glibc); a millisecond."""
    import ctypes  # 10 ms, which nobody need wait for who starts

    trim = getattr(ctypes.pythonapi, "malloc_trim", None)
    if trim is not None:
        trim(0)
