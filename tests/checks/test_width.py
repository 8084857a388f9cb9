"""How many items a page holds, where more follow."""

import pytest

from conformance.checks.page import has_default_limit, is_full
from conformance.errors import Failure, NotApplicable


@pytest.fixture
def page(exchange):
    """``page(number, more=...)`` is a page of so many containers."""

    def make(number, *, more, status=200):
        ids = [{"id": f"cntr_{each}"} for each in range(number)]
        return exchange("listContainers", {"data": ids, "has_more": more}, status=status)

    return make


def never():
    """What follows where nobody has to ask."""
    raise AssertionError("asked for what follows")


def test_page_with_fewer_items_than_it_may_hold_is_not_full(page):
    """Where more follow, and do come, a page of the highest limit holds that many."""
    with pytest.raises(Failure, match="100 items, or all there are, got 10"):
        is_full(page(10, more=True), lambda: page(1, more=False))


@pytest.mark.parametrize(("number", "more"), [(100, True), (10, False), (0, True)])
def test_page_that_is_full_or_the_last_is_not_doubted(page, number, more):
    """Nothing is asked after a page that is full, is the last, or shows nothing to go on from."""
    is_full(page(number, more=more), never)


def test_page_that_promises_more_than_there_is_may_be_full(page):
    """A promise that is not kept is another requirement's."""
    is_full(page(10, more=True), lambda: page(0, more=False))


def test_page_behind_a_cursor_that_is_refused_shows_nothing(page):
    """Another's cursor may be gone meanwhile: that is no fault of the page before it."""
    is_full(page(10, more=True), lambda: page(1, more=False, status=404))


def test_default_limit_is_20(page):
    """Without a limit a page holds 20 items, no more and no fewer."""
    has_default_limit(page(20, more=True), never)
    for number, more in ((10, True), (21, True), (10, False)):
        with pytest.raises(Failure, match=f"20 items without a limit, got {number}"):
            has_default_limit(page(number, more=more), lambda: page(20, more=True))


def test_default_limit_does_not_show_on_pages_that_end_early(page):
    """Where a limit of 20 gives fewer than there are, so may none."""
    with pytest.raises(NotApplicable, match="end before their limit"):
        has_default_limit(page(17, more=True), lambda: page(18, more=True))
    with pytest.raises(Failure, match="got 10"):
        has_default_limit(page(10, more=True), lambda: page(20, more=True, status=500))
