"""How the suite runs: tests of the console mostly wait for its screen, so that twice the cores' number run at once."""

import os

import pytest


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:  # noqa: ARG001  the hook's own signature
    """What ``-n auto`` means here."""
    return 2 * (os.cpu_count() or 1)
