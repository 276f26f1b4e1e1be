"""Where pods stand in their node's box: each keeps its place, so that one sees who comes and who goes."""

from collections.abc import Sequence

from attrs import define, field

from engine.kinds import Pod

GHOST_SECONDS = 5
"""How long, in cluster time, a place stays empty and a newcomer is marked: as long as it takes to see it."""


@define
class _Place:
    uid: str
    came: int
    left: int | None = None


@define
class Slots:
    """Kept from one picture to the next; a picture of an earlier moment begins anew."""

    _boxes: dict[str, list[_Place]] = field(factory=dict)
    _seen_at: int = -1

    def begin(self, now: int) -> None:
        """Before each picture."""
        if now < self._seen_at:
            self._boxes.clear()
        self._seen_at = now

    def places(self, box: str, pods: Sequence[Pod], now: int) -> list[tuple[Pod | None, bool]]:
        """From the first place on: the pod there, None where one left; and whether it came, or left, only just now."""
        fresh = box not in self._boxes
        places = self._boxes.setdefault(box, [])
        by_uid = {pod.metadata.uid: pod for pod in pods}
        for place in places:
            if place.uid in by_uid:
                place.left = None
            elif place.left is None:
                place.left = now
        known = {place.uid for place in places}
        for uid in [uid for uid in by_uid if uid not in known]:
            self._seat(places, _Place(uid, -GHOST_SECONDS if fresh else now), now)
        while places and places[-1].uid not in by_uid and _is_over(places[-1], now):
            places.pop()
        return [(by_uid.get(place.uid), _is_news(place, place.uid in by_uid, now)) for place in places]

    def _seat(self, places: list[_Place], newcomer: _Place, now: int) -> None:
        """On the first place that nobody has left just now."""
        for at, place in enumerate(places):
            if _is_over(place, now):
                places[at] = newcomer
                return
        places.append(newcomer)


def _is_over(place: _Place, now: int) -> bool:
    return place.left is not None and now - place.left >= GHOST_SECONDS


def _is_news(place: _Place, is_there: bool, now: int) -> bool:
    return now - place.came < GHOST_SECONDS if is_there else not _is_over(place, now)
