"""The story of jobs.script, word for word."""

from pathlib import Path

from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_jobs_of_tutorials_do_what_the_tutorials_say() -> None:
    check(HERE / "jobs.script", sample_client(seconds=60), HERE)
