"""matrix.html as people meet it: several targets side by side, in a browser and on paper."""

from __future__ import annotations

from dataclasses import replace

from conftest import DESKTOP, PHONE, VISIBLE

from conformance.reporting.side_by_side import as_html
from conformance.verdicts.matrix import Matrix
from tests.reporting.conftest import HOSTILE, a_report, result, results

ROWS = "table.rows tbody tr"

#: What one of the two targets fails, and the other keeps.
DIFFERING = "container.create.name-is-required"


def other():
    """The report of a target that keeps what the hand-made one fails in two requirements."""
    kept = {DIFFERING, "container.create.echo-is-whole"}
    found = tuple(result(each.id) if each.id in kept else each for each in results())
    target = {**a_report().target, "name": "other", "base_url": "https://other.example/v1"}
    run = {**a_report().run, "id": "20261122-fedcba"}
    return replace(a_report(found), target=target, run=run, verdict="partial")


def page():
    """The page of both, and of what is called as an attacker likes."""
    return as_html(Matrix.of([a_report(), other()]))


def shown(seen):
    """The ids of the requirements that can be seen."""
    return set(seen.locator(ROWS).evaluate_all(VISIBLE))


def test_text_of_targets_stays_text(visit):
    """The page has no script at all, and no element that a target has named."""
    seen = visit(page()).page

    assert seen.locator("script, b b").count() == 0
    assert HOSTILE[:25] in seen.locator("body").inner_text()


def test_operations_come_first_then_requirements(visit):
    """Nine rows with a cell a target; what was not shown is told from what failed."""
    seen = visit(page()).page
    cells = seen.locator("table.matrix:not(.rows) tbody tr td")
    assert cells.count() == 9 * 2
    assert seen.locator(ROWS).count() == len(results())

    row = seen.locator(f"[id='{DIFFERING}'] td")
    assert ["fail" in each or "broken" in each for each in row.all_inner_texts()] == [True, False]
    untested = seen.locator("[id='file.content.claim-1'] td").all_inner_texts()
    assert all("untestable" in each for each in untested)


def test_filters_show_what_differs_and_what_fails(visit):
    """Without a script."""
    seen = visit(page(), java_script_enabled=False).page
    every = {each.id for each in results()}
    assert shown(seen) == every

    seen.get_by_text("where they differ").click()
    assert shown(seen) == {DIFFERING, "container.create.echo-is-whole"}
    seen.get_by_text("where one fails").click()
    assert shown(seen) == {each.id for each in results() if each.outcome in ("failed", "flaky")}


def test_links_lead_to_operations_and_requirements(visit):
    """Also those that somebody was sent."""
    seen = visit(page()).page
    seen.get_by_role("link", name="deleteContainerFile").first.click()
    assert seen.url.endswith("#deleteContainerFile")

    sent = visit(page(), fragment="#file.delete.answers").page
    box = sent.locator("[id='file.delete.answers']").bounding_box()
    assert 0 <= box["y"] < DESKTOP["height"]


def test_keyboard_reaches_filters_and_tables(visit):
    """From the skip link on; what scrolls can be reached, and the focus is seen."""
    seen = visit(page(), viewport=PHONE).page
    seen.keyboard.press("Tab")
    assert seen.evaluate("document.activeElement.textContent") == "Skip to the operations"

    seen.get_by_label("all", exact=True).focus()
    seen.keyboard.press("ArrowRight")
    assert seen.get_by_label("where they differ").is_checked()
    table = seen.get_by_role("region", name="The nine operations by target")
    table.focus()
    seen.keyboard.press("ArrowRight")
    for _ in range(50):  # the page's own policy forbids what Playwright would wait with
        if seen.evaluate("document.activeElement.scrollLeft") > 0:
            break
        seen.wait_for_timeout(100)
    assert seen.evaluate("document.activeElement.scrollLeft") > 0


def test_paper_shows_every_row(visit):
    """Without what is there to be clicked."""
    seen = visit(page()).page
    seen.emulate_media(media="print")

    assert shown(seen) == {each.id for each in results()}
    assert not seen.locator("fieldset.filters").is_visible()
