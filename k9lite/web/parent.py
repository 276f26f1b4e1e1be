"""The end of whoever started us: a console in a browser has no terminal whose closing would tell it."""

import os
import time
from collections.abc import Callable
from threading import Thread

PARENT = "K9LITE_PARENT"
"""The variable that tells a console who serves it: by the time it asks itself, that one may be gone."""
_LOOK_SECONDS = 0.5


def once_orphaned(end: Callable[[], object], parent: int = 0) -> None:
    """Calls ``end``, from a thread of its own, when ``parent``, or whoever started this process, is gone."""
    parent = parent or os.getppid()

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        end()

    Thread(target=look, daemon=True, name="parent").start()
