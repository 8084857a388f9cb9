"""clients.html as people meet it: which client works, and what each sent and heard."""

from __future__ import annotations

import pytest
from conftest import DESKTOP, PHONE, background

from conformance.reporting.clients import as_html
from tests.reporting.driven import report


def page():
    """The page of a client that a hostile target breaks, and of one that is not installed."""
    return as_html(report())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation(visit, scheme, size):
    """In both colour schemes and at both widths, folded and opened; nothing is fetched."""
    visited = visit(page(), color_scheme=scheme, viewport=size)
    assert visited.violations() == []

    visited.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert visited.violations() == []
    assert visited.fetched == []
    assert visited.complained == []


def test_table_has_a_cell_for_every_operation(visit):
    """A client that is not there says so, and how it is installed."""
    seen = visit(page()).page
    rows = seen.get_by_role("region", name="Client by operation").locator("tbody tr")

    assert rows.nth(0).locator("td").count() == 9
    assert "FAIL" in rows.nth(0).inner_text()
    assert "not installed" in rows.nth(1).inner_text()
    assert seen.get_by_text("pip install it").is_visible()


def test_link_leads_to_the_client_and_its_exchange(visit):
    """What failed is open already; within it the exchange is a key away."""
    seen = visit(page()).page
    seen.get_by_role("link", name="httpx 1").click()
    assert seen.url.endswith("#client-1")

    folded = seen.locator("section.client details[open] details > summary").first
    folded.focus()
    seen.keyboard.press("Enter")
    exchange = seen.locator("section.client details details pre").first
    assert exchange.is_visible()
    assert "httpx-1" in exchange.inner_text()
    assert seen.locator("script").count() == 0


def test_page_does_not_scroll_sideways(visit):
    """On a phone the table does, inside its frame."""
    seen = visit(page(), viewport=PHONE).page
    seen.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert seen.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_colours_follow_the_reader(visit):
    """Dark where that is preferred, light elsewhere."""
    tones = [background(visit(page(), color_scheme=each).page) for each in ("dark", "light")]

    assert tones[0] < 100
    assert tones[1] > 600


def test_paper_has_all_that_fails(visit):
    """Within the width of a sheet."""
    seen = visit(page(), viewport={"width": 720, "height": 1000}).page
    seen.emulate_media(media="print")

    assert seen.get_by_text("creates a container").first.is_visible()
    assert seen.evaluate("document.documentElement.scrollWidth") <= 720
