"""A process that makes children which die: each runs a session and tells on standard output what is acknowledged.

One request a line on standard input, as JSON; the answers are lines too:

    {"work": "session", "file": ..., "call": 7, "way": "torn", "kill_after_seconds": null}
    ack 12           all up to revision 12 is acknowledged
    calls open ...   the file calls it made, if it came to its end
    ended -9         how it ended, as a subprocess.Popen.returncode
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.store import checkpointer, delta_writer
from engine.store.compaction import compact
from k9lite.log_tools.repair import repair
from tests.crash.dying_disk import Death, DyingDisk
from tests.crash.session import CLOSINGS, END, KEEP_SECONDS, LOAD, LOAD_END, STEPS, run

COMMITS_A_CHECKPOINT, CHANGES_A_DELTA = 20, 8
"""Fewer than in earnest, so that a short session writes some on its way."""


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def _tell(revision: int) -> None:
    say(f"ack {revision}")


def _session(file: Path) -> None:
    run(file, STEPS, END, _tell, CLOSINGS)


def _load(file: Path) -> None:
    run(file, LOAD, LOAD_END, _tell)


def _compact(file: Path) -> None:
    compact(file, KEEP_SECONDS)


def _repair(file: Path) -> None:
    list(repair(file))


WORK: Mapping[str, Callable[[Path], None]] = {
    "session": _session,
    "load": _load,
    "compact": _compact,
    "repair": _repair,
}


def _live_and_die(request: Mapping[str, Any]) -> None:
    file = Path(request["file"])
    disk = DyingDisk(file.parent, Death(request["call"], request["way"]))
    disk.install()
    WORK[request["work"]](file)
    say("calls " + " ".join(disk.calls))


def main() -> None:
    checkpointer._COMMITS = COMMITS_A_CHECKPOINT
    delta_writer._CHANGES = CHANGES_A_DELTA
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            code = 1
            try:
                _live_and_die(request)
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        if request["kill_after_seconds"] is not None:
            time.sleep(request["kill_after_seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
