"""Label selectors as they are typed."""

import pytest

from engine.api.selectors import parse_label_selector
from engine.errors import BadRequest

WEB = {"app": "web", "tier": "front", "size": "3"}


@pytest.mark.parametrize(
    "text",
    [
        "", "app=web", "app==web", "app = web , tier=front", "app!=db", "old!=yes", "app in (web,db)",
        "app in ( web )", "tier notin (back)", "old notin (yes)", "app", "!old", "app,!old,tier in (front, back)",
        "size>2", "size<4",
    ],
)  # fmt: skip
def test_selectors_that_match(text: str) -> None:
    assert parse_label_selector(text).matches(WEB)


@pytest.mark.parametrize(
    "text",
    [
        "app=db", "app=", "app!=web", "app in (db)", "tier notin (front)", "old", "!app", "app=web,old",
        "app=web,app=db", "size>3", "app in ()",
    ],
)  # fmt: skip
def test_selectors_that_do_not_match(text: str) -> None:
    assert not parse_label_selector(text).matches(WEB)


def test_an_equality_is_served_by_the_label_index() -> None:
    assert parse_label_selector("app=web,tier in (a,b)").match_labels == {"app": "web"}


@pytest.mark.parametrize("text", ["=web", "app web", "app in web", "app in (web", "app=a b", ",", "app,", "app=(a)"])
def test_what_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="expected"):
        parse_label_selector(text)
