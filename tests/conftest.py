"""How the suite runs: tests of the console mostly wait for its screen, so that twice the cores' number run at once."""

import os

import pytest
from xdist.scheduler import WorkStealingScheduling  # type: ignore[import-untyped]  # it has no types


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:  # noqa: ARG001  the hook's own signature
    """What ``-n auto`` means here."""
    return 2 * (os.cpu_count() or 1)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Whoever has nothing left takes of what another has before it: some files are ten times as long as others."""
    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None
