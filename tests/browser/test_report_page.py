"""report.html as people meet it: from a file, on a screen, by keyboard and on paper."""

from __future__ import annotations

import pytest
from conftest import PHONE

from conformance.reporting import FORMATS
from tests.reporting.conftest import a_report, some_evidence


def page(report=None, evidence=None):
    """The page of the hand-made run, whose target attacks."""
    return FORMATS["html"](report or a_report(), evidence or some_evidence())


def test_page_asks_nobody_for_anything(visit):
    """Nothing is fetched, nothing is refused by the page's own policy, and no dialog opens."""
    visited = visit(page())

    assert visited.fetched == []
    assert visited.complained == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_violation(visit, scheme, size):
    """In both colour schemes and at both widths."""
    assert visit(page(), color_scheme=scheme, viewport=size).violations() == []


def test_page_is_as_wide_as_a_phone(visit):
    """Nothing makes the page itself scroll sideways."""
    shown = visit(page(), viewport=PHONE).page

    assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
