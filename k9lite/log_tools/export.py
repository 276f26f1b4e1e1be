"""``k9lite log export``: one line of JSON a commit, for jq and the like.

    {"revision": 22, "time": "2026-05-28T20:27:10Z", "actor": "user", "cause": 0, "deed": "kubectl scale ...",
     "puts": [manifest, ...], "removes": [{"kind": ..., "namespace": ..., "name": ...}, ...]}

ASCII only, so that nothing in it can steer a terminal.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from engine.kinds import format_time, to_manifest
from engine.store.commit import Commit, decode_commit
from engine.store.frames import FrameType
from engine.store.log import LogReader


def export(file: Path) -> Iterator[str]:
    """Raises LogError, where the log is damaged behind the commits before that."""
    with LogReader.open(file) as reader:
        for frame in reader.frames():
            if frame.type == FrameType.COMMIT:
                yield commit_line(decode_commit(frame.payload))


def commit_line(commit: Commit) -> str:
    fields = {
        "revision": commit.revision,
        "time": format_time(commit.time),
        "actor": commit.actor,
        "cause": commit.cause,
        "deed": commit.deed,
        "puts": [to_manifest(each) for each in commit.puts],
        "removes": [{"kind": kind, "namespace": namespace, "name": name} for kind, namespace, name in commit.removes],
    }
    return as_json(fields)


def as_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f")
