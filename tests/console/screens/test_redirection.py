"""``> FILE`` behind a line of the prompt."""

from pathlib import Path

import pytest

from engine.errors import UsageError
from k9lite.files.local import save
from k9lite.files.redirection import Redirection, split_redirection


@pytest.mark.parametrize(
    ("line", "words", "into"),
    [
        ("run a --image=a -o yaml > a.yaml", "run a --image=a -o yaml ", Redirection("a.yaml")),
        ("get pods >> log", "get pods ", Redirection("log", append=True)),
        ("get pods>'my file'", "get pods", Redirection("my file")),
        ("get pods 1> out", "get pods ", Redirection("out")),
        ("exec a -- sh -c 'echo > /x | cat'", "exec a -- sh -c 'echo > /x | cat'", None),
        (r"get pods -l a\>b", r"get pods -l a\>b", None),
        ('get -o jsonpath="{.a[?(@.b>1)]}"', 'get -o jsonpath="{.a[?(@.b>1)]}"', None),
    ],
)
def test_a_line_is_parted_from_where_its_output_goes(line: str, words: str, into: Redirection | None) -> None:
    assert split_redirection(line) == (words, into)


@pytest.mark.parametrize(
    "line", ["get pods | grep a", "apply -f - < a.yaml", "get 2> x", "get >", "get > a b", "get > 'a"]
)
def test_what_only_a_shell_can_do_is_refused_in_one_line(line: str) -> None:
    with pytest.raises(UsageError) as refused:
        split_redirection(line)
    assert "\n" not in str(refused.value)


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: is a directory"):
        save(str(tmp_path), b"")
