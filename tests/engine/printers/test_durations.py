"""Ages at every border of ``duration.HumanDuration`` (rules 6)."""

import pytest

from engine.printers.durations import human_duration, since

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (121, "2m1s"),
        (10 * MINUTE - 1, "9m59s"),
        (10 * MINUTE, "10m"),
        (10 * MINUTE + 59, "10m"),
        (3 * HOUR - 1, "179m"),
        (3 * HOUR, "3h"),
        (3 * HOUR + 5 * MINUTE, "3h5m"),
        (8 * HOUR - 1, "7h59m"),
        (8 * HOUR, "8h"),
        (48 * HOUR - 1, "47h"),
        (48 * HOUR, "2d"),
        (2 * DAY + HOUR, "2d1h"),
        (8 * DAY - 1, "7d23h"),
        (8 * DAY, "8d"),
        (730 * DAY - 1, "729d"),
        (730 * DAY, "2y"),
        (731 * DAY, "2y1d"),
        (2920 * DAY - 1, "7y364d"),
        (2920 * DAY + 5 * DAY, "8y"),
    ],
)
def test_an_age_has_two_units_at_most_and_fewer_the_older_it_is(seconds: int, text: str) -> None:
    assert human_duration(seconds) == text


def test_a_time_that_was_never_set_is_unknown() -> None:
    assert since(None, 1_000) == "<unknown>"
    assert since(1_000 - 90, 1_000) == "90s"
