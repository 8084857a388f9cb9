"""The report about clients shows a stranger's text, and does nothing that it says."""

import json

from conftest import a_report, some_evidence
from driven import report

from conformance.reporting import as_html, clients


def test_hostile_text_is_harmless_on_a_terminal():
    """No escape leaves, and no line but a command is wider than asked for."""
    told = clients.as_terminal(report(), width=80)

    assert "\x1b" not in told
    assert "\u202e" not in told
    assert max(map(len, told.splitlines())) <= 85
    assert "fails: " in told
    assert "pip install it" in told


def test_hostile_text_is_harmless_on_a_page_and_in_markdown():
    """It is shown as text, with the exchange that is its evidence."""
    page, text = clients.as_html(report()), clients.as_markdown(report())

    for each in (page, text):
        assert "<script>" not in each
        assert "\x1b" not in each
    assert "httpx-1" in page
    assert "@all" not in text


def test_hostile_text_is_harmless_on_the_page_of_a_run():
    """Its matrix leads to the page of the clients, beside it."""
    page = as_html.render(a_report(), some_evidence(), report())

    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert 'href="clients.html#client-2">litellm 1' in page
    assert "&lt;script&gt;alert(1)" in page.partition('id="clients"')[2].partition("<h2")[0]


def test_json_is_what_was_reported():
    """A line an exchange, and nothing lost."""
    written = clients.as_json(report())

    assert json.loads(written) == report()
