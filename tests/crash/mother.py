"""The tests' end of child.py: asks for one life at a time and hears how it went."""

import json
import subprocess
import sys
from pathlib import Path
from signal import SIGKILL
from types import TracebackType
from typing import Self

from attrs import frozen

from tests.crash.dying_disk import Death

ROOT = Path(__file__).parents[2]
KILLED = -SIGKILL


@frozen
class Life:
    """``acknowledged`` is the last revision; ``calls`` are known of who was not killed."""

    ended: int
    acknowledged: int
    calls: tuple[str, ...]


class Mother:
    """Warm: a child is forked from a process that has the engine imported."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.child"]
        self._process = subprocess.Popen(command, stdin=-1, stdout=-1, text=True, cwd=ROOT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._process.__exit__(kind, None, trace)

    def life(self, work: str, file: Path, death: Death = Death(), kill_after_seconds: float | None = None) -> Life:
        request = {
            "work": work,
            "file": str(file),
            "call": death.call,
            "way": death.way,
            "kill_after_seconds": kill_after_seconds,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        acknowledged, calls = 0, ""
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            match word:
                case "ack":
                    acknowledged = int(rest)
                case "calls":
                    calls = rest
                case "ended":
                    return Life(int(rest), acknowledged, tuple(calls.split()))
        raise AssertionError("the process that makes children has ended")
