"""The benchmarks as a program: every one can be named, the table says what was not run, and a follower sees all."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import table
from tests.benchmarks.bench_etcd import appended
from tests.benchmarks.bench_log import follow
from tests.benchmarks.one import MODULES
from tests.benchmarks.scale import SCALES, times, typical


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_has_rows_to_give(name: str) -> None:
    assert callable(import_module(f"tests.benchmarks.bench_{name}").rows)


def test_every_module_beside_it_is_in_the_list() -> None:
    found = {path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")}
    assert found == set(MODULES)


def test_the_table_has_four_aligned_columns_and_says_what_was_not_run() -> None:
    rows = [
        ("cluster", "k9lite", "peer", "ratio"),
        ("1,000 pods", "1 s", "2 s somebody", "2.0x"),
        ("appends", "a second", "of raw"),
        ("raw", "100", "1.00"),
    ]
    lines = table(rows, "quick")
    shown = [line for line in lines if line.startswith("|")]
    assert len({len(line) for line in shown}) == 1
    assert [cell.strip() for cell in shown[2].split("|")] == ["", "**cluster**", "", "", "", ""]
    assert [cell.strip() for cell in shown[4].split("|")] == ["", "raw", "100 a second", "", "1.00 of raw", ""]
    assert any("--full" in line for line in lines)
    assert not any("--full" in line for line in table(rows, "full"))


def test_without_etcd_its_rows_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for row in appended(tmp_path, 10):
        assert row[1].startswith("not run: etcd is not on the PATH")


def test_following_another_process_counts_every_change(tmp_path: Path) -> None:
    what, *_ = follow(tmp_path, 20)
    assert "another process" in what


def test_ratios_have_as_many_digits_as_they_deserve() -> None:
    assert [times(each) for each in (0.5, 3.14159, 1234.5)] == ["0.50x", "3.1x", "1,234x"]
    assert set(SCALES) == {"quick", "default", "full"}


def test_slow_work_is_measured_once_and_quick_work_more_often() -> None:
    assert typical([4.0, 3.0, 5.0].pop, 3) == 4.0
    slow = [1.0, 100.0]
    assert typical(slow.pop, 3) == 100.0
    assert slow == [1.0]
