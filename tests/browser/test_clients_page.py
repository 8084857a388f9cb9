"""clients.html as people meet it: which client works, and what each sent and heard."""

from __future__ import annotations

from conformance.reporting.clients import as_html
from tests.reporting.driven import report


def page():
    """The page of a client that a hostile target breaks, and of one that is not installed."""
    return as_html(report())


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


def test_paper_has_all_that_fails(visit):
    """Without what would have to be opened first."""
    seen = visit(page()).page
    seen.emulate_media(media="print")

    assert seen.get_by_text("creates a container").first.is_visible()
