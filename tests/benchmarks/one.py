"""One benchmark in this process: ``python -m tests.benchmarks.one NAME SCALE`` prints its rows as JSON."""

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from tests.benchmarks.scale import SCALES, Row

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "start": "from the command to the first paint",
        "table": "a large table on the screen",
        "keys": "from a key to the screen, in the console on a large cluster",
        "logs": "a key in the log screen, at 100,000 lines",
        "cluster": "ticks, and pods from created to Running",
        "scheduling": "which node each pod goes to",
        "append": "durable appends beside raw writes and SQLite",
        "etcd": "durable appends and reopening beside etcd",
        "log": "seeking in a long log, following a live one",
        "generated": "memory and log of a generated cluster",
    }
)


def main() -> None:
    name, scale = sys.argv[1:]
    rows: Callable[..., list[Row]] = import_module(f"tests.benchmarks.bench_{name}").rows
    sized = inspect.signature(rows).parameters
    print(json.dumps(rows(SCALES[scale]) if sized else rows()))


def read_rows(text: str) -> list[Row]:
    return [tuple(row) for row in json.loads(text)]


if __name__ == "__main__":
    main()
