"""The end of whoever started us: a console in a browser has no terminal whose closing would tell it."""

import os
import time
from collections.abc import Callable
from threading import Thread

_LOOK_SECONDS = 0.5


def once_orphaned(end: Callable[[], object]) -> None:
    """Calls ``end``, from a thread of its own, when the process that started this one is gone."""
    parent = os.getppid()

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        end()

    Thread(target=look, daemon=True, name="parent").start()
