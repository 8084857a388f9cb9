"""Pages of ours in a real browser: Debian's Chromium, driven by Playwright.

`nox -s browser` installs what these tests need and refuses to run without a Chromium.
Where Playwright is not installed, as in `nox -s tests`, nothing here is collected.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

#: In a browser: the ids of those elements that can be seen.
VISIBLE = "all => all.filter(each => each.checkVisibility()).map(each => each.id)"


def background(page: Page) -> int:
    """How bright *page* is, from 0 to 765."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)))


class Visit:
    """A page that is open, and everything about it that must not have happened."""

    def __init__(self, page: Page, url: str) -> None:
        """Open *url* in *page*, and listen."""
        self.page = page
        self.requested: list[str] = []
        self.complained: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", lambda message: self.complained.append(message.text))
        page.on("pageerror", lambda error: self.complained.append(str(error)))
        page.on("dialog", self._dismiss)
        page.goto(url)

    def _dismiss(self, dialog: object) -> None:
        self.complained.append("a dialog was opened")
        dialog.dismiss()

    @property
    def fetched(self) -> list[str]:
        """What was asked of anybody, but the page itself."""
        return self.requested[1:]

    def violations(self) -> list[str]:
        """What axe-core finds, a line each; evaluated, so that the page's own policy stands."""
        self.page.evaluate(axe())
        found = self.page.evaluate("axe.run().then(found => found.violations)")
        return [
            f"{each['id']} ({each['impact']}): {node['html'][:200]}: {node['failureSummary']}"
            for each in found
            for node in each["nodes"]
        ]


def axe() -> str:
    """The source of axe-core, which `nox -s browser` installs."""
    path = os.environ.get("CONFORMANCE_AXE")
    if not path:
        pytest.fail("CONFORMANCE_AXE names no axe.min.js: run these tests by nox -s browser.")
    return Path(path).read_text(encoding="utf-8")


def chromium() -> str:
    """The path of a Chromium: what CONFORMANCE_CHROMIUM names, or Debian's."""
    path = os.environ.get("CONFORMANCE_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.exit(f"There is no Chromium at {path}: apt-get install chromium.", returncode=2)
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window, for all tests."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium())
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """Opens a page's text from a file, as a mail attachment is: ``visit(html, **context)``.

    What begins with ``file:`` is the address of a page that is there already.
    """
    contexts = []

    def open_page(html: str, *, fragment: str = "", **options: object) -> Visit:
        url = html
        if not html.startswith("file:"):
            file = tmp_path / f"page-{len(contexts)}.html"
            file.write_text(html, "utf-8", errors="replace")
            url = file.as_uri() + fragment
        contexts.append(browser.new_context(**{"viewport": DESKTOP, **options}))
        return Visit(contexts[-1].new_page(), url)

    yield open_page
    for each in contexts:
        each.close()
