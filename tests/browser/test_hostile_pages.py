"""report.html of a run against each target that attacks: a browser does nothing of what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile import bodies, conduct, framing, texts
from tests.hostile.registry import VICES
from tests.hostile.trial import attempt

MODULES = (bodies, conduct, framing, texts)  # importing them fills the table of vices

#: One form of every vice; all forms of those whose texts end up in a page.
FIRST = {name.partition("[")[0]: name for name in reversed(VICES)}
SPEAKING = tuple(name for name in VICES if VICES[name].act.__module__.endswith("registry"))
CHOSEN = sorted({*FIRST.values(), *(each for each in SPEAKING if "HTML" in each)})


@pytest.mark.parametrize("name", VICES if os.environ.get("CONFORMANCE_ALL_FORMS") else CHOSEN)
def test_page_about_a_hostile_target_does_nothing(visit, tmp_path, name):
    """No script has run, nothing was fetched, no dialog opened, and the console is silent."""
    tried = attempt(VICES[name], tmp_path)
    page = Path(tried.directory) / "report.html"
    if not page.exists():
        assert tried.status == 3, tried.said  # nothing answered, so that there is no report
        return

    opened = visit(page.read_text("utf-8"))

    assert opened.fetched == []
    assert opened.complained == []
    assert opened.page.title() != "owned"
    assert opened.page.locator("script").count() == 1  # our own
