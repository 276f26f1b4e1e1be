"""Cron schedules against a slow reading of the same words: every minute is looked at, one after the other."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.schedule import parse_schedule

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo")
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
CHANGES = (
    1_774_745_000,  # 2026-03-29, Berlin goes forward
    1_792_890_000,  # 2026-10-25, Berlin goes back
    1_772_953_200,  # 2026-03-08, New York goes forward
    1_793_512_800,  # 2026-11-01, New York goes back
    1_775_314_800,  # 2026-04-04, Lord Howe goes back, by half an hour
    1_541_300_400,  # 2018-11-04, Sao Paulo skips midnight
)
DAY = 86400


@st.composite
def fields(draw: st.DrawFn, least: int, most: int) -> tuple[str, frozenset[int], bool]:
    """A field's text, its values, and whether it is a star."""
    kind = draw(st.sampled_from(("star", "step", "one", "range", "list")))
    if kind == "star":
        return "*", frozenset(range(least, most + 1)), True
    if kind == "step":
        step = draw(st.integers(2, most))
        return f"*/{step}", frozenset(range(least, most + 1, step)), False
    first = draw(st.integers(least, most))
    if kind == "one":
        return str(first), frozenset((first,)), False
    last = draw(st.integers(first, most))
    if kind == "range":
        return f"{first}-{last}", frozenset(range(first, last + 1)), False
    return f"{first},{last}", frozenset((first, last)), False


schedules = st.tuples(*(fields(*bounds) for bounds in FIELDS))
starts = st.one_of(
    st.integers(1_500_000_000, 1_900_000_000),
    st.builds(lambda change, off: change + off, st.sampled_from(CHANGES), st.integers(-DAY, DAY)),
)


def matches(parts: tuple[tuple[str, frozenset[int], bool], ...], moment: int, zone: str) -> bool:
    shown = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))
    minute, hour, day, month, weekday = parts
    in_month, in_week = shown.day in day[1], shown.isoweekday() % 7 in weekday[1]
    is_day = in_month and in_week if day[2] or weekday[2] else in_month or in_week
    return is_day and shown.minute in minute[1] and shown.hour in hour[1] and shown.month in month[1]


def by_the_minute(
    parts: tuple[tuple[str, frozenset[int], bool], ...], after: int, zone: str, within: int
) -> int | None:
    first = after - after % 60 + 60
    return next((moment for moment in range(first, first + within, 60) if matches(parts, moment, zone)), None)


@settings(max_examples=100, deadline=None)
@given(schedules, starts, st.sampled_from(ZONES))
def test_the_next_time_is_the_first_minute_that_matches(
    parts: tuple[tuple[str, frozenset[int], bool], ...], after: int, zone: str
) -> None:
    schedule = parse_schedule(" ".join(text for text, _, _ in parts))
    found, expected = schedule.next(after, zone), by_the_minute(parts, after, zone, 2 * DAY)
    if expected is not None:
        assert found == expected
    elif found is not None:
        assert found >= after - after % 60 + 2 * DAY and matches(parts, found, zone)


@settings(max_examples=100, deadline=None)
@given(schedules, starts, st.sampled_from(ZONES))
def test_times_only_grow_and_each_is_a_whole_minute(
    parts: tuple[tuple[str, frozenset[int], bool], ...], after: int, zone: str
) -> None:
    schedule = parse_schedule(" ".join(text for text, _, _ in parts))
    first = schedule.next(after, zone)
    if first is not None:
        assert first > after and first % 60 == 0
        assert schedule.next(first - 1, zone) == first
        second = schedule.next(first, zone)
        assert second is None or second > first
