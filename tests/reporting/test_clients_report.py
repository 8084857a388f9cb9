"""The report about clients shows a stranger's text, and does nothing that it says."""

import json

from conftest import a_report, some_evidence

from conformance.reporting import as_html, clients
from conformance.verdicts import clients as verdicts

HOSTILE = "<script>alert(1)</script> \x1b[2J | `x` @all \u202e"


def report():
    """A run in which everything that a stranger can write is hostile."""
    message = {
        "headers": [["x", HOSTILE]],
        "body": {"size": 3, "text": HOSTILE, "sha256": "", "truncated": False},
    }
    exchange = {
        "id": "httpx-1",
        "operation": "createContainer",
        "trouble": None,
        "request": {"method": "POST", "url": f"http://127.0.0.1/{HOSTILE}", **message},
        "response": {"status": 500, "http_version": "HTTP/1.1", "flaw": None, **message},
    }
    finding = {
        "operation": "createContainer",
        "title": "creates a container",
        "verdict": "fails",
        "says": HOSTILE * 20,
        "guilt": "target",
        "exchanges": ["httpx-1"],
        "document": f"Guide {HOSTILE}",
    }
    client = {
        "name": "httpx",
        "version": "1",
        "mode": "",
        "runtime": "",
        "title": "httpx 1",
        "state": "driven",
        "says": "",
        "operations": [verdicts.cell(each, [finding]) for each in clients.HEADS],
        "documents": verdicts.documents([finding]),
    }
    missing = {**client, "title": "litellm 1", "state": "not-installed", "says": "pip install it"}
    del missing["operations"], missing["documents"]
    left = {"kind": "container", "id": HOSTILE, "name": "", "command": f"curl {HOSTILE}"}
    return {
        "schema_version": "1",
        "verdict": "breaks",
        "suite": {"version": "0"},
        "target": {"base_url": f"http://127.0.0.1/{HOSTILE}", "name": HOSTILE},
        "run": {
            "id": "r",
            "started_at": "2026-11-25T00:00:00+00:00",
            "duration_s": 1.0,
            "requests": 1,
            "containers_created": 1,
            "containers_left": 1,
            "interrupted": True,
            "limit": "--max-requests",
        },
        "clients": [client, missing],
        "left": [left],
        "exchanges": [exchange],
    }


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
