"""What containers printed: merged by time, sifted by words and fields, folded, and in view slice by slice."""

from collections.abc import Sequence

import pytest

from engine.errors import UsageError
from engine.kinds import Ref
from engine.kubelet.output import LogLine
from k9lite.printed.folding import fields_of, folded, json_fields, level_of, unfolded
from k9lite.printed.records import Records, Source
from k9lite.printed.sieve import sieve
from k9lite.printed.window import Bounds, Shape, Window

ANSWER = '{"ts":1,"level":"error","msg":"no answer","status":503,"user":"bob","from":{"ip":"10.0.0.1"}}'


def source(name: str = "a", container: str = "main", *, place: int = 0) -> Source:
    return Source(pod=Ref("Pod", "default", name), container=container, place=place, is_alone=True)


def printed(*times: int, text: str = "at") -> Sequence[LogLine]:
    return [LogLine(time, f"{text} {time}") for time in times]


def filled(*texts: str) -> Records:
    records = Records(1000)
    records.add([(source(), [LogLine(time, text) for time, text in enumerate(texts)])])
    return records


def passing(text: str, *lines: str) -> list[str]:
    keep = sieve(text)
    return [line for line in lines if keep is None or keep(line, source("web-1"))]


def test_what_many_print_is_merged_by_time_also_when_somebody_is_heard_late() -> None:
    records = Records(1000)
    a, b = source("a"), source("b")
    assert records.add([(a, printed(1, 3, 5)), (b, printed(2, 3))]) == 0
    assert records.times == [1, 2, 3, 3, 5]
    assert [each.pod.name for each in records.sources] == ["a", "b", "a", "b", "a"]
    assert records.add([(a, printed(6))]) == 5
    assert records.add([(b, printed(4, 7))]) == 4
    assert records.times == [1, 2, 3, 3, 4, 5, 6, 7]
    assert records.since(4) == 4


def test_the_newest_are_kept_and_those_cut_are_counted() -> None:
    records = Records(4)
    records.add([(source(), printed(5, 6, 7))])
    records.add_older([(source(), printed(1, 2, 3))])
    assert (records.times, records.first, records.cut_count) == ([3, 5, 6, 7], -1, 2)
    records.add([(source(), printed(8, 9))])
    assert (records.times, records.first, records.end, records.cut_count) == ([6, 7, 8, 9], 1, 5, 4)


def test_json_is_folded_to_level_message_and_fields() -> None:
    fields = json_fields(ANSWER)
    assert fields is not None
    assert folded(fields) == 'ERROR no answer status=503 user=bob from={"ip":"10.0.0.1"}'
    assert unfolded(fields)[1:3] == ['  "ts": 1,', '  "level": "error",']
    assert folded({"severity": "WARNING", "message": "x", "why": "two words"}) == 'WARN x why="two words"'
    assert json_fields("{not json}") is None and json_fields("[1]") is None and json_fields("{" * 5000 + "}") is None
    assert fields_of('level=info msg="all well" status=200') == {"level": "info", "msg": "all well", "status": "200"}


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ('{"level":50,"msg":"x"}', "error"), ('{"lvl":"crit"}', "fatal"), ("E0102 15:04:05 x.go:1] no", "error"),
        ("W0102 15:04:05 x.go:1] hm", "warn"), ("[ERROR] no", "error"), ("Warning: x", "warn"), ("all well", ""),
        ("0 errors", ""), ("terror", ""),
    ],
)  # fmt: skip
def test_a_line_says_how_bad_it_is(line: str, level: str) -> None:
    assert level_of(line, json_fields(line)) == level


def test_words_and_regexes_are_looked_for_in_the_line() -> None:
    lines = ("GET /healthz 200", "GET /cart 503", "POST /cart 200")
    assert passing("get !healthz", *lines) == ["GET /cart 503"]
    assert passing("POST | 503", *lines) == ["GET /cart 503", "POST /cart 200"]
    assert passing(r"/ 50\d$/", *lines) == ["GET /cart 503"]
    assert passing("", *lines) == list(lines)
    with pytest.raises(UsageError, match="no regular expression"):
        sieve("(")


def test_fields_are_compared_where_a_line_has_them() -> None:
    fine = '{"level":"info","msg":"ok","status":200,"user":"alice","took":"153ms"}'
    lines = (ANSWER, fine, "plain: status unknown", "level=warn status=429 user=bob")
    assert passing("level:error", *lines) == [ANSWER]
    assert passing("level>=warn", *lines) == [ANSWER, lines[3]]
    assert passing("status>=500 user:bob", *lines) == [ANSWER]
    assert passing("user:!bob status>0", *lines) == [fine]
    assert passing("!user:bob", *lines) == [fine, lines[2]]
    assert passing("took>100", *lines) == [fine]
    assert passing("from.ip:10.0", *lines) == [ANSWER]
    assert passing("pod:web level=info", *lines) == [fine]
    assert passing("pod:other", *lines) == []


def test_a_colon_that_no_field_stands_before_is_a_letter() -> None:
    assert passing("plain:", "plain: x", "plain x") == ["plain: x"]
    assert passing("10:30", "at 10:30", "at 10:31") == ["at 10:30"]


def test_a_window_grows_from_where_one_is_and_knows_whose_line_is_which() -> None:
    records = filled("zero", "one error", ANSWER, "three", "four")
    window = Window(records, Shape(), at=2, unfolded={2})
    assert window.older(1) == ["one error"] and window.has_older
    lines = window.newer(10)
    assert lines[0] == 'ERROR no answer status=503 user=bob from={"ip":"10.0.0.1"}'
    assert lines[1] == "    {" and lines[-2:] == ["three", "four"]
    assert window.older(10) == ["zero"] and not window.has_older and not window.has_newer
    assert (window.first, window.owner(-2), window.owner(0), window.owner(3)) == (-2, 0, 2, 2)
    assert window.troubles == [-1, 0]
    assert window.line_of(3) == window.first + len(window.owners) - 2


def test_a_window_has_bounds_and_hides_what_does_not_pass() -> None:
    records = filled("a", "b", "a", "b", "a")
    window = Window(records, Shape(numbers=True), keep=sieve("a"), at=5, bounds=Bounds(start=1))
    assert window.older(10) == ["     3 a", "     5 a"]
    assert (window.hidden_before, window.owners) == (1, [2, 4])
    head = Window(records, Shape(), at=0, bounds=Bounds(head=2))
    assert head.newer(10) == ["a", "b"] and head.hidden_after == 3
    assert Window(records, Shape(), bounds=Bounds(since=3)).newer(10) == ["b", "a"]


def test_lines_whose_records_are_no_longer_kept_leave_the_window() -> None:
    records = Records(5)
    records.add([(source(), printed(1, 2, 3, 4, 5))])
    window = Window(records, Shape(labels=True, timestamps=True), at=5)
    assert window.older(10)[0] == "[a] 1970-01-01T00:00:01Z at 1"
    records.add([(source(), printed(6, 7))])
    assert window.drop_lost() == 2
    assert window.newer(10) == ["[a] 1970-01-01T00:00:06Z at 6", "[a] 1970-01-01T00:00:07Z at 7"]
    assert (window.first, window.owners, window.drop_lost()) == (-3, [2, 3, 4, 5, 6], 0)
