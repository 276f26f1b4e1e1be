"""Completion indexes in the compact form of a Job's status: ``0,2-5,7`` is ``((0, 0), (2, 5), (7, 7))``.

Follows ``pkg/controller/job/indexed_job_utils.go``. All costs what the number of intervals is, never the number
of indexes.
"""

from collections.abc import Iterable, Iterator

Intervals = tuple[tuple[int, int], ...]
"""First and last index of each, in increasing order, with a gap between any two."""


def parse_indexes(text: str, completions: int) -> Intervals:
    """What cannot be read is left out, and what lies at or beyond ``completions``."""
    found = []
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal() and int(first) < completions:
            found.append((int(first), min(int(last or first), completions - 1)))
    return merged(found, ())


def format_indexes(intervals: Intervals) -> str:
    """Two neighbours are written as two."""
    texts = []
    for first, last in intervals:
        between = "," if last == first + 1 else "-"
        texts.append(f"{first}" if first == last else f"{first}{between}{last}")
    return ",".join(texts)


def with_indexes(intervals: Intervals, indexes: Iterable[int]) -> Intervals:
    """In any order, with repetitions."""
    return merged(intervals, [(each, each) for each in indexes])


def merged(left: Iterable[tuple[int, int]], right: Iterable[tuple[int, int]]) -> Intervals:
    found: list[tuple[int, int]] = []
    for first, last in sorted((*left, *right)):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def count_of(intervals: Intervals) -> int:
    return sum(last - first + 1 for first, last in intervals)


def has_index(intervals: Intervals, index: int) -> bool:
    low, high = 0, len(intervals)
    while low < high:
        middle = (low + high) // 2
        if intervals[middle][1] < index:
            low = middle + 1
        else:
            high = middle
    return low < len(intervals) and intervals[low][0] <= index


def common_count(left: Intervals, right: Intervals) -> int:
    """How many indexes are in both."""
    count = at = 0
    for first, last in left:
        while at < len(right) and right[at][1] < first:
            at += 1
        ahead = at
        while ahead < len(right) and right[ahead][0] <= last:
            count += min(last, right[ahead][1]) - max(first, right[ahead][0]) + 1
            ahead += 1
    return count


def gaps(intervals: Intervals, below: int) -> Iterator[int]:
    """The indexes under ``below`` that are in none, in increasing order."""
    candidate = 0
    for first, last in intervals:
        yield from range(candidate, min(first, below))
        candidate = max(candidate, last + 1)
    yield from range(candidate, below)
