"""Cron schedules: which words are understood, which are refused and how, and what clocks do twice a year."""

import pytest

from engine.kinds import format_time, parse_time
from engine.schedule import ScheduleError, parse_schedule
from engine.zones import is_known, offset_seconds


def following(schedule: str, after: str, zone: str = "UTC", count: int = 1) -> list[str]:
    parsed, time = parse_schedule(schedule), parse_time(after)
    found = []
    for _ in range(count):
        due = parsed.next(time, zone)
        assert due is not None
        found.append(format_time(due))
        time = due
    return found


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        ("* * * * *", "2026-05-28T20:26:40Z", "2026-05-28T20:27:00Z"),
        ("*/5 * * * *", "2026-05-28T20:25:00Z", "2026-05-28T20:30:00Z"),
        ("0 0 * * *", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("30 6-16/4 * * 1-5", "2026-05-29T14:30:00Z", "2026-06-01T06:30:00Z"),
        ("0 9 * jan-mar MON", "2026-05-28T00:00:00Z", "2027-01-04T09:00:00Z"),
        ("0 0 13 * 5", "2026-05-28T00:00:00Z", "2026-05-29T00:00:00Z"),
        ("0 0 13 * ?", "2026-05-28T00:00:00Z", "2026-06-13T00:00:00Z"),
        ("0 0 29 2 *", "2026-05-28T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("5/20 * * * *", "2026-05-28T20:26:00Z", "2026-05-28T20:45:00Z"),
        ("@hourly", "2026-05-28T20:26:40Z", "2026-05-28T21:00:00Z"),
        ("@weekly", "2026-05-28T20:26:40Z", "2026-05-31T00:00:00Z"),
        ("@yearly", "2026-05-28T20:26:40Z", "2027-01-01T00:00:00Z"),
        ("@every 1h30m", "2026-05-28T20:26:40Z", "2026-05-28T21:56:40Z"),
    ],
)
def test_a_schedule_is_read_as_cron_reads_it(schedule: str, after: str, due: str) -> None:
    assert following(schedule, after) == [due]


def test_a_day_that_never_comes_has_no_next_time() -> None:
    assert parse_schedule("0 0 31 2 *").next(parse_time("2026-05-28T00:00:00Z")) is None


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("", "empty spec string"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("9-5 * * * *", "beginning of range (9) beyond end of range (5): 9-5"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@sometimes", "unrecognized descriptor: @sometimes"),
        ("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'),
    ],
)
def test_what_cannot_be_read_is_refused_in_the_parsers_words(schedule: str, why: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        parse_schedule(schedule)
    assert str(refused.value) == why


def test_a_time_that_the_clock_skips_in_spring_is_left_out() -> None:
    assert following("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin", 2) == [
        "2026-03-30T00:30:00Z",
        "2026-03-31T00:30:00Z",
    ]


def test_a_time_that_the_clock_shows_twice_in_autumn_comes_twice() -> None:
    assert following("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin", 3) == [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        "2026-10-26T01:30:00Z",
    ]


def test_the_rules_of_zones_do_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONTZPATH", "/nowhere")
    assert offset_seconds("Asia/Kathmandu", 1_780_000_000) == 20_700
    assert not is_known("Mars/Olympus") and not is_known("europe/berlin") and not is_known("../zones")
