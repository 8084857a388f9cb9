"""The documentation as pages: built as `nox -s docs` builds it, opened from files."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from conftest import DESKTOP, PHONE, ROOT, background

#: One page of each kind: the first, a guide, a reference made from the code.
PAGES = ("docs/index", "docs/gate", "docs/reference/options")
CATALOGUE = "docs/catalogue"

#: In a browser: leaves a few of many rows, which stand for all.
FEW = "rows => rows.slice(8).forEach(row => row.remove())"

KNOWN = "container.create.name-is-required"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The pages in a directory of their own."""
    made = tmp_path_factory.mktemp("docs")
    build = [sys.executable, "-m", "sphinx", "--quiet", "--conf-dir", "docs"]
    places = ["--doctree-dir", str(made / "trees"), ".", str(made / "site")]
    subprocess.run([*build, *places], cwd=ROOT, check=True, timeout=300)
    return made / "site"


@pytest.fixture
def read(visit, site):
    """Opens a page of the site: ``read(name, **context)``."""

    def open_page(name, fragment="", **options):
        return visit((site / f"{name}.html").as_uri() + fragment, **options)

    return open_page


@pytest.mark.parametrize("name", [*PAGES, CATALOGUE])
def test_page_can_be_read_by_anybody(read, site, name):
    """In both colour schemes axe finds no violation, and nothing comes from elsewhere."""
    visited = read(name)
    assert [each for each in visited.fetched if not each.startswith(site.as_uri())] == []
    assert visited.complained == []
    visited.page.locator("#catalogue tbody tr").evaluate_all(FEW)

    for scheme in ("light", "dark"):
        visited.page.emulate_media(color_scheme=scheme)
        assert visited.violations() == []


def test_page_does_not_scroll_sideways_on_a_phone(read):
    """What is wide scrolls inside its frame."""
    for name in (*PAGES, CATALOGUE):
        seen = read(name, viewport=PHONE).page
        assert seen.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_first_page_leads_to_the_others(read, site):
    """The top of the site too, which is what people open."""
    seen = read("index").page
    seen.wait_for_url("**/docs/index.html")
    seen.get_by_role("link", name="The tutorial").first.click()

    assert "Tutorial" in seen.title() or "tutorial" in seen.url
    assert seen.get_by_role("heading", level=1).is_visible()


def _rows(seen):
    return seen.locator("#catalogue tbody tr:visible").count()


def test_catalogue_is_narrowed_by_words_and_level(read):
    """Without a script every row is there; with one, those that are asked for, and their number."""
    whole = _rows(read(CATALOGUE, java_script_enabled=False).page)
    seen = read(CATALOGUE).page
    assert _rows(seen) == whole > 300

    seen.get_by_role("searchbox").fill("name-is-required")
    assert _rows(seen) == 1
    seen.get_by_role("searchbox").fill("")
    seen.get_by_label("Operation").select_option("createContainer")
    seen.get_by_label("Level").select_option("SHOULD")
    assert 0 < _rows(seen) < whole
    told = seen.locator("#catalogue-filter output").inner_text()
    assert re.fullmatch(rf"{_rows(seen)} of {whole} requirements", told)


def test_link_to_a_requirement_shows_it(read):
    """As a report or a colleague sends it."""
    seen = read(CATALOGUE, f"#{KNOWN}").page
    row = seen.locator(f"[id='{KNOWN}']")
    top = f"document.getElementById('{KNOWN}').getBoundingClientRect().top"
    seen.wait_for_function(f"0 <= {top} && {top} < {DESKTOP['height']}")  # it scrolls smoothly

    assert "MUST" in row.inner_text()


def test_search_finds_a_page(read):
    """From a file, without a server; results come one after the other."""
    seen = read("docs/index").page
    seen.get_by_role("textbox", name="Search").first.fill("waiver")
    seen.keyboard.press("Enter")
    found = seen.locator("ul.search li a[href*='/gate.html'], ul.search li a[href^='gate.html']")
    found.first.wait_for()

    assert "gate" in found.first.inner_text().lower()


def test_keyboard_begins_with_the_content(read):
    """The first stop skips the navigation, and is seen."""
    seen = read("docs/gate").page
    seen.keyboard.press("Tab")

    assert "Skip to content" in seen.evaluate("document.activeElement.textContent")
    seen.keyboard.press("Enter")
    assert seen.url.endswith("#furo-main-content")


def test_colours_follow_the_reader(read):
    """Dark where that is preferred, light elsewhere."""
    tones = [background(read("docs/gate", color_scheme=each).page) for each in ("dark", "light")]

    assert tones[0] < 150
    assert tones[1] > 600


def test_paper_has_the_text_alone(read):
    """No navigation, and nothing beyond the sheet."""
    seen = read("docs/gate", viewport={"width": 720, "height": 1000}).page
    seen.emulate_media(media="print")

    assert seen.get_by_role("heading", level=1).is_visible()
    drawn = seen.locator(".sidebar-drawer").bounding_box()
    assert drawn is None or drawn["x"] + drawn["width"] <= 0
    assert seen.evaluate("document.documentElement.scrollWidth") <= 720
    assert seen.evaluate("[...document.querySelectorAll('pre')].every(e => e.scrollWidth <= 720)")
