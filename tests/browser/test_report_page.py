"""report.html as people meet it: from a file, on a screen, by keyboard and on paper."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import pytest
from conftest import DESKTOP, PHONE, VISIBLE

from conformance.reporting import FORMATS
from tests.reporting.conftest import a_report, answered, broken, result, some_evidence

#: A requirement of the hand-made run that failed, in an operation with others.
FAILED = "container.create.name-is-required"


def page(report=None, evidence=None):
    """The page of the hand-made run, whose target attacks."""
    return FORMATS["html"](report or a_report(), evidence or some_evidence())


def shown(page_):
    """The ids of the requirements that can be seen."""
    return set(page_.locator(".requirement").evaluate_all(VISIBLE))


def expected(**wanted):
    """The ids of the hand-made run's requirements with these values."""
    return {
        each.id
        for each in a_report().requirements
        if all(getattr(each, name) == value for name, value in wanted.items())
    }


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def opened(visit, request):
    """The page, with its script and with none."""
    return visit(page(), java_script_enabled=request.param).page


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_table_of_the_operations_is_not_cut_off(visit, size):
    """Not even on a phone."""
    seen = visit(page(), viewport=size).page

    assert (
        seen.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.wide'))") <= 0
    )


def test_first_screen_says_what_counts(visit):
    """Target, profile, verdict, the nine operations and the first thing to mend are in sight."""
    seen = visit(page()).page
    for text in ("Non-conformant", "http://127.0.0.1:8080/v1", "profile core", "breaks 4 MUST"):
        assert seen.get_by_text(text).first.bounding_box()["y"] < DESKTOP["height"]

    rows = seen.locator("table.operations tbody tr")
    assert rows.count() == 9
    assert seen.locator("ol.mend > li h3").first.bounding_box()["y"] < DESKTOP["height"]


def test_filter_of_outcomes_shows_those_alone(opened):
    """And opens the operations that have them, with a script and without."""
    opened.get_by_text("failed 5", exact=True).click()

    failed = expected(waived=False, outcome="failed")
    assert shown(opened) == failed | expected(outcome="flaky")


def test_filters_of_level_operation_and_feature_add_up(opened):
    """Each narrows what the others leave."""
    opened.get_by_label("of level").select_option("MUST")
    opened.get_by_label("of operation").select_option("createContainer")
    assert shown(opened) == expected(level="MUST", operation="createContainer")

    opened.get_by_label("of feature").select_option("memory-limit")
    assert shown(opened) == expected(feature="memory-limit")


def test_link_opens_its_requirement(visit):
    """A link that somebody was sent shows the requirement opened, whatever else is folded."""
    passed = "container.list.answers-the-envelope"
    for script in (True, False):
        seen = visit(page(), fragment=f"#{passed}", java_script_enabled=script).page
        inside = seen.locator(f"[id='{passed}'] .inside")

        assert inside.is_visible()
        assert 0 <= seen.locator(f"[id='{passed}']").bounding_box()["y"] < DESKTOP["height"]


def test_every_link_leads_to_what_it_names(visit):
    """From what to mend first to the requirement, its exchange and its command."""
    seen = visit(page()).page
    seen.locator("ol.mend").get_by_role("link", name=FAILED).click()

    requirement = seen.locator(f"[id='{FAILED}']")
    assert requirement.get_by_text("to repeat it").is_visible()
    assert requirement.locator(".exchange").count() == 3
    assert requirement.get_by_text("OpenAI's OpenAPI description").is_visible()


def test_search_narrows_and_counts(visit):
    """The script's own field: words in the id or the sentence, and how many have them."""
    seen = visit(page()).page
    seen.get_by_label("with the words").fill("content claim-3")

    assert shown(seen) == {"file.content.claim-3"}
    assert seen.get_by_role("status").inner_text() == "1 of 22 requirements"
    assert seen.locator(".operation:visible").count() == 1


def test_command_is_copied_whole(visit):
    """The button puts the command on the clipboard as it has to be typed."""
    permitted = {"permissions": ["clipboard-read", "clipboard-write"]}
    seen = visit(page(), fragment=f"#{FAILED}", **permitted).page
    seen.locator(f"[id='{FAILED}'] .repeat").get_by_role("button", name="copy").click()
    seen.get_by_role("button", name="copied").wait_for()

    command = next(each.curl for each in a_report().requirements if each.id == FAILED)
    assert seen.evaluate("navigator.clipboard.readText()") == command


def test_keyboard_reaches_everything(visit):
    """Tab goes from the skip link on; Enter and Space open what is folded."""
    seen = visit(page()).page
    seen.keyboard.press("Tab")
    assert seen.evaluate("document.activeElement.textContent") == "Skip to the operations"
    assert seen.evaluate("document.activeElement.getBoundingClientRect().left") >= 0

    folded = seen.locator("details.operation:not([open]) > summary").first
    folded.focus()
    seen.keyboard.press("Enter")
    assert seen.evaluate("document.activeElement.parentElement.open")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert seen.evaluate(outline) != "none"


def test_difference_is_marked(visit):
    """What was wanted and did not come, and what came instead."""
    one = replace(broken("container.create.a", "26 bytes with 00 at 3"), wanted="25 bytes in all")
    other = replace(one, wanted="the name 'a b c'", got="the name 'a x c'")
    seen = visit(page(a_report((other,)))).page

    assert seen.locator(".wanted del").all_text_contents() == ["b"]
    assert seen.locator(".got ins").all_text_contents() == ["x"]
    assert visit(page(a_report((one,)))).page.locator("ins, del").count() == 0


def test_paper_shows_what_failed(visit):
    """In print every operation is there, what failed is opened, and nothing is left to click."""
    seen = visit(page(), viewport={"width": 720, "height": 1000}).page
    seen.emulate_media(media="print")

    assert seen.locator(f"[id='{FAILED}'] .exchange").first.is_visible()
    assert not seen.locator(".filters").is_visible()
    assert shown(seen) == {each.id for each in a_report().requirements}
    assert seen.evaluate("document.documentElement.scrollWidth") <= 720
    assert len(seen.pdf()) > 10_000


def test_page_of_2000_exchanges_is_told_how_fast_it_opens(visit, capsys):
    """It opens whole, its script included; the time is told and never asserted."""
    evidence = some_evidence()
    many = [answered(number, b'{"a": "%s"}' % (b"y" * 1_000)) for number in range(2_000)]
    record = {**evidence.records[0], "exchanges": many}
    found = tuple(
        (broken if number % 4 == 0 else result)(
            f"container.create.claim-{number}",
            *(["x" * 300] if number % 4 == 0 else []),
            exchanges=(f"e{number}",),
        )
        for number in range(2_000)
    )
    began = time.perf_counter()
    text = page(a_report(found), replace(evidence, records=(record,)))
    rendered = time.perf_counter()
    seen = visit(text).page
    opened = time.perf_counter()
    load = seen.evaluate("performance.getEntriesByType('navigation')[0].duration")
    metrics = seen.context.new_cdp_session(seen)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    told = {
        each["name"]: each["value"] for each in metrics.send("Performance.getMetrics")["metrics"]
    }
    with capsys.disabled():
        sys.stdout.write(
            f"\n2,000 exchanges: {len(text) / 1e6:.1f} MB, rendered in {rendered - began:.2f} s, "
            f"opened in {load / 1000:.2f} s ({opened - rendered:.2f} s with the tab), "
            f"{told['TaskDuration']:.2f} s of it busy\n"
        )

    assert seen.locator(".requirement").count() == 2_000
