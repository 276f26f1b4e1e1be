"""All benchmarks as one table of ratios beside the peers on this machine: ``python -m tests.benchmarks``.

    --quick      small sizes, to see that everything runs (a minute)
    --full       150,000 pods, a million commits (an hour)
    NAME ...     only these: cluster, start, append, etcd, ...

Every module runs in a process of its own, so that memory is its own and a failure is a row that says why.
Progress goes to standard error, the table, in Markdown, to standard output.
"""

import os
import platform
import signal
import sqlite3
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

from tests.benchmarks.one import MODULES, read_rows
from tests.benchmarks.scale import Row, not_run

HEADS = ("ratio", "of raw")
NEVER_RUN = (
    "Not run here: a real control plane (it needs the Kubernetes binaries; its figures were measured once on two "
    "cores and are quoted as such). etcd is asked by one client through its JSON gateway on loopback; a cluster in "
    "one process has no network hop.",
)
ONLY_FULL = ("Not run at these sizes: 150,000 pods on 5,000 nodes and a log of a million commits (`--full`).",)
PATIENCE_SECONDS = {"quick": 300, "default": 900, "full": 4 * 3600}


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(MODULES))
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="scale", action="store_const", const="quick", default="default")
    size.add_argument("--full", dest="scale", action="store_const", const="full")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in MODULES]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}: choose from {', '.join(MODULES)}")
    names = args.names or list(MODULES)
    found: list[Row] = []
    for place, name in enumerate(names, 1):
        print(f"[{place}/{len(names)}] {name}: {MODULES[name]}", file=sys.stderr, flush=True)
        started = perf_counter()
        found += measured(name, args.scale)
        print(f"    took {perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(table(found, args.scale)))
    return any(row[1].startswith("not run: failed") for row in found)


def measured(name: str, scale: str) -> list[Row]:
    """The rows of one module, or one that says why there are none."""
    command = [sys.executable, "-m", "tests.benchmarks.one", name, scale]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            answer, _ = process.communicate(timeout=PATIENCE_SECONDS[scale])
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # so that it ends its own servers
            process.communicate()
            return [not_run(MODULES[name], f"not done after {PATIENCE_SECONDS[scale]} s")]
        except KeyboardInterrupt:
            process.wait()
            raise
    if process.returncode:
        return [not_run(MODULES[name], f"failed with exit code {process.returncode}, see above")]
    return read_rows(answer)


def table(rows: list[Row], scale: str) -> list[str]:
    """Markdown that is aligned as text, too."""
    shown = [("what", "k9lite", "peer", "ratio"), *laid_out(rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(4)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in shown]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return [*about(scale), "", *lines, "", *NEVER_RUN, *(ONLY_FULL if scale != "full" else ())]


def laid_out(rows: list[Row]) -> Iterator[Row]:
    """Rows of four cells; what a module's own heading says of three columns is put into its rows."""
    unit, of_what = "", ""
    for row in rows:
        if row[-1] in HEADS:
            unit, of_what = row[1], row[-1]
            if len(row) == 4:
                yield f"**{row[0]}**", "", "", ""
        elif len(row) == 3:
            yield row[0], f"{row[1]} {unit}", "", f"{row[2]} {of_what}"
        else:
            yield row


def about(scale: str) -> list[str]:
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {etcd_version()}"
    return [
        f"Measured {datetime.now():%Y-%m-%d} on {os.cpu_count()} cores ({processor()}), {platform.system()} "
        f"{platform.release()}; {versions}; sizes: {scale}. Medians; the last column says how many times better k9lite "
        "is, where nothing else is said."
    ]


def etcd_version() -> str:
    try:
        said = subprocess.run(["etcd", "--version"], capture_output=True, text=True, check=True).stdout
    except OSError:
        return "no etcd"
    return said.splitlines()[0].replace(" Version:", "")


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
