"""How long what a key begins may hold up what comes after it: work is done in portions, and keys get in between."""

from time import perf_counter

from k9lite.sorting import More

AT_ONCE_SECONDS, PORTION_SECONDS, BREATH_SECONDS = 0.008, 0.004, 0.001
"""What a key may take, what each portion of the rest, and how long whatever else waits has its turn between them."""
GLANCE_SECONDS = 0.1
"""How often a count that goes up is told."""


def lasting(seconds: float) -> More:
    until = perf_counter() + seconds
    return lambda: perf_counter() < until


def at_least_once(more: More) -> More:
    """Of several that share the time, one gets on however late it is."""
    asked = False

    def one_or_more() -> bool:
        nonlocal asked
        before, asked = asked, True
        return not before or more()

    return one_or_more
