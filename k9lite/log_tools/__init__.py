"""What can be done with a recording as a file: each tool turns it into lines to print, or raises K9liteError.

But for compact none of them changes the file, takes its lock or needs the cluster: they work on a recording that is
damaged, and on one that is being written.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from k9lite.log_tools.export import export
from k9lite.log_tools.fsck import fsck
from k9lite.log_tools.repair import repair
from k9lite.log_tools.stats import stats

TOOLS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "stats": stats,
    "export": export,
    "fsck": fsck,
    "repair": repair,
}
