"""What holds of each of our pages: for every reader, in every light, on every screen, on paper."""

from __future__ import annotations

import pytest
from conftest import DESKTOP, PHONE, background
from test_clients_page import page as clients
from test_matrix_page import page as matrix
from test_report_page import page as report

#: The width of a sheet of paper, and the height of its first page.
SHEET = {"width": 720, "height": 1000}

#: Opens all that is folded.
OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"

WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(params=[report, matrix, clients], ids=["report", "matrix", "clients"])
def page(request):
    """The text of a page, whose targets attack."""
    return request.param()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation(visit, page, scheme, size):
    """In both colour schemes and at both widths, folded and opened."""
    visited = visit(page, color_scheme=scheme, viewport=size)
    assert visited.violations() == []

    visited.page.evaluate(OPEN)
    assert visited.violations() == []


def test_page_asks_nobody_for_anything(visit, page):
    """Nothing is fetched, nothing is refused by the page's own policy, and no dialog opens."""
    visited = visit(page)

    assert visited.fetched == []
    assert visited.complained == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_page_does_not_scroll_sideways(visit, page, size):
    """Folded or opened: what is wider scrolls inside its frame."""
    seen = visit(page, viewport=size).page
    assert seen.evaluate(WIDTH) <= size["width"]

    seen.evaluate(OPEN)
    assert seen.evaluate(WIDTH) <= size["width"]


def test_colours_follow_the_reader(visit, page):
    """Dark where that is preferred, light elsewhere."""
    tones = [background(visit(page, color_scheme=each).page) for each in ("dark", "light")]

    assert tones[0] < 100
    assert tones[1] > 600


def test_page_fits_on_paper(visit, page):
    """Nothing is wider than a sheet."""
    seen = visit(page, viewport=SHEET).page
    seen.emulate_media(media="print")

    assert seen.evaluate(WIDTH) <= SHEET["width"]
