"""A list is walked to its end, and never for ever."""

import pytest

from conformance.checks.walk import holds_all, walk
from conformance.errors import Failure


@pytest.fixture
def target(exchange):
    """Answers pages from a function of their number, and keeps what was asked for."""

    class Target:
        def __init__(self):
            self.asked = []
            self.page = lambda _: {}

        def ask(self, **params):
            self.asked.append(params)
            body = self.page(len(self.asked))
            return exchange("listContainers", body, status=body.get("status", 200))

    return Target()


def page(*ids, more):
    """A page of *ids*."""
    return {"data": [{"id": each} for each in ids], "has_more": more}


def test_walk_follows_the_cursors(target):
    """Each page is asked for behind the last id of the one before."""
    target.page = lambda n: page(f"a{n}", f"b{n}", more=n < 3)

    walked = walk(target.ask, most=10, limit=2)

    assert walked.ids == ["a1", "b1", "a2", "b2", "a3", "b3"]
    assert walked.is_over
    assert target.asked == [{"limit": 2}, {"limit": 2, "after": "b1"}, {"limit": 2, "after": "b2"}]


@pytest.mark.parametrize("most", [1, 2, 7])
def test_endless_list_is_left(target, most):
    """A list that always has more is walked no further than was said."""
    target.page = lambda n: page(f"a{n}", more=True)

    walked = walk(target.ask, most=most)

    assert len(target.asked) == most
    assert not walked.is_over


CIRCLES = {
    "the same page": lambda _: page("a", "b", more=True),
    "back to the beginning": lambda n: page(f"a{n % 3}", more=True),
    "one item again": lambda n: page(f"a{n}", "z", more=True),
    "again on the last page": lambda n: page("a", more=n < 2),
}


@pytest.mark.parametrize("circle", CIRCLES.values(), ids=CIRCLES)
def test_list_that_leads_back_is_a_failure(target, circle):
    """And ends the walk at once."""
    target.page = circle

    with pytest.raises(Failure, match="wanted every item once"):
        walk(target.ask, most=50)
    assert len(target.asked) <= 4


ENDS = {
    "empty page that has more": page(more=True),
    "no has_more": {"data": [{"id": "a"}]},
    "has_more a text": {"data": [{"id": "a"}], "has_more": "true"},
    "has_more a number": {"data": [{"id": "a"}], "has_more": 1},
}


@pytest.mark.parametrize("last", ENDS.values(), ids=ENDS)
def test_walk_ends_without_a_cursor(target, last):
    """Where nothing can follow."""
    target.page = lambda _: last

    assert walk(target.ask, most=50).is_over
    assert len(target.asked) == 1


def test_walk_ends_once_all_were_seen(target):
    """Nobody else's items are read without need."""
    target.page = lambda n: page(f"a{n}", more=True)

    walked = walk(target.ask, most=50, until=["a2", "a3"])

    assert walked.ids == ["a1", "a2", "a3"]
    assert not walked.is_over


UNREADABLE = {
    "refused": {"status": 404},
    "server error": {"status": 500},
    "no data": {"has_more": True},
    "data null": {"data": None, "has_more": True},
    "item without id": {"data": [{}], "has_more": True},
    "id a number": {"data": [{"id": 1}], "has_more": True},
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_page_is_a_failure(target, body):
    """In the exchange that brought it."""
    target.page = lambda n: page("a", more=True) if n == 1 else body

    with pytest.raises(Failure) as caught:
        walk(target.ask, most=50)
    assert caught.value.exchange == "main-1"
    assert len(target.asked) == 2


def test_missing_item_is_named(target):
    """What is on no page is told with the number of pages."""
    target.page = lambda _: page("a", "b", more=False)
    walked = walk(target.ask, most=5)

    holds_all(walked, ["b", "a"], "both")
    with pytest.raises(Failure, match="wanted both, got c missing after 1 pages"):
        holds_all(walked, ["a", "c"], "both")
