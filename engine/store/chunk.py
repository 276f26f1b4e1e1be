"""Some entries of a SortedMap, next to each other: in memory, or where a log has them until they are asked for."""

from typing import Any, Generic, Protocol, TypeVar, cast

K = TypeVar("K", bound=tuple[Any, ...])
V = TypeVar("V")
Lists = tuple[list[K], list[V]]
"""Keys and values of a chunk."""


class Page(Protocol):
    """Where a log has a chunk. Equal ones are one place: what lies there is never another."""

    is_counted: bool
    """Whether its length is exact."""

    def __len__(self) -> int:
        """How many entries, if only nearly; known without reading them."""

    def load(self, chunk: "Chunk[Any, Any]") -> Lists[Any, Any]:
        """Reads them, for the chunk to hold as long as there is room. Raises LogError."""


class Chunk(Generic[K, V]):
    """``lists`` or ``page`` may be None, never both. ``touched`` is set when a key is looked up, not by a walk.

    ``least`` is what ``up_to`` found, None before; ``is_old`` is for who lets go what is not used (resting.py).
    """

    __slots__ = ("__weakref__", "is_old", "least", "lists", "page", "touched")

    def __init__(self, lists: Lists[K, V] | None, page: Page | None = None) -> None:
        self.lists = lists
        self.page = page
        self.touched = False
        self.is_old = False
        self.least: int | None = None

    def __len__(self) -> int:
        return len(self.lists[0]) if self.lists is not None else len(cast(Page, self.page))

    def count(self) -> int:
        """As len, exactly: what is only nearly known is read."""
        if self.lists is None and not cast(Page, self.page).is_counted:
            self.load()
        return len(self)

    def is_same(self, other: "Chunk[K, V]") -> bool:
        """Whether there is nothing to compare, though a log may have been read twice."""
        return self is other or (self.page is not None and self.page == other.page)

    def load(self) -> Lists[K, V]:
        """The lists, read from the page if they are not here."""
        lists = self.lists
        if lists is None:
            assert self.page is not None, "a chunk lies in a log or in memory"
            lists = self.lists = self.page.load(self)
        return lists
