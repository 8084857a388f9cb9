"""Every format tells the same, and none lets a target's text do anything."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from conftest import HOSTILE, a_report, answered, broken, exchange, result, results, some_evidence

from conformance.errors import UsageError
from conformance.reporting import FILES, FORMATS, summary, terminal, write_all
from conformance.reporting.escaping import columns
from conformance.verdicts.report import Report

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


def rendered(name, report=None, evidence=None):
    """The report in the format *name*."""
    return FORMATS[name](report or a_report(), evidence or some_evidence())


def schema(name):
    """A validator of the published schema *name*."""
    return jsonschema.Draft202012Validator(
        json.loads((ROOT / "spec" / "schemas" / f"{name}.json").read_text("utf-8"))
    )


class Page(HTMLParser):
    """Reads a page as a browser would: its elements, their ids and links."""

    VOID = frozenset({"meta", "input", "link", "br"})

    def __init__(self, text):
        """Read *text*."""
        super().__init__()
        self.seen, self.ids, self.links, self.open, self.words = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note the element."""
        self.seen.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Close the element that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note the text, but for styles and scripts."""
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


@pytest.mark.parametrize("name", FORMATS)
def test_format_is_as_agreed(name):
    """Each format of the hand-made run is the one that was looked at and kept.

    ``UPDATE_GOLDEN=1`` writes them anew, for a diff to be read.
    """
    kept = GOLDEN / FILES.get(name, "terminal.txt")
    text = rendered(name)
    if os.environ.get("UPDATE_GOLDEN"):
        kept.write_text(text, "utf-8", newline="\n")

    assert text == kept.read_text("utf-8")


def test_golden_page_is_kept_short():
    """The page's golden file is small enough to be looked at."""
    assert (GOLDEN / "report.html").stat().st_size < 150_000


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_holds_a_character_that_acts(name):
    """Escape sequences, overrides and surrogates never come out, but newlines."""
    text = rendered(name).replace("\n", "")

    assert text.isprintable()


def test_report_keeps_to_its_schema():
    """report.json is valid, and is read back as the same report."""
    data = json.loads(rendered("json"))

    schema("report").validate(data)
    assert Report.from_json(data) == a_report()


def test_schema_wants_the_nine_in_order():
    """A report whose operations are in another order is refused."""
    data = json.loads(rendered("json"))
    data["endpoints"].reverse()

    assert not schema("report").is_valid(data)


def test_evidence_keeps_to_its_schema(evidence):
    """Header, cases and footer are each a valid line."""
    plan = {"kind": "plan", "plan": evidence.plan}
    for line in (evidence.header, plan, *evidence.records, *evidence.cleaning, evidence.footer):
        schema("evidence").validate(line)


@pytest.mark.parametrize("name", ["report", "evidence"])
def test_schema_is_a_schema(name):
    """The published schemas are valid themselves."""
    jsonschema.Draft202012Validator.check_schema(schema(name).schema)


def test_all_counts_agree(report):
    """JSON, JUnit, CTRF, badge, Markdown, terminal and page count alike."""
    tally = summary.Tally.of(report.requirements)
    suites = ET.fromstring(rendered("junit"))
    junit = {key: int(suites.get(key)) for key in ("tests", "failures", "errors")}
    junit["skipped"] = sum(int(each.get("skipped")) for each in suites)
    ctrf = json.loads(rendered("ctrf"))["results"]

    assert junit == {
        "tests": tally.total,
        "failures": tally.failed,
        "errors": tally.open,
        "skipped": tally.skipped + tally.waived,
    }
    assert ctrf["summary"]["tests"] == len(ctrf["tests"]) == tally.total
    for status in ("passed", "failed", "skipped", "other"):
        assert ctrf["summary"][status] == [it["status"] for it in ctrf["tests"]].count(status)
    assert ctrf["summary"]["failed"] == tally.failed
    assert ctrf["summary"]["other"] == tally.open
    assert json.loads(rendered("badge"))["message"].endswith(f"{tally.passed}/{tally.in_scope}")
    assert tally.in_words() in rendered("md")
    assert tally.in_words() in rendered("terminal").replace("\n      ", " ")
    assert f"<b>{tally.passed}</b> of <b>{tally.in_scope}</b> hold" in rendered("html")
    assert sum(sum(each.outcomes.values()) for each in report.endpoints) == tally.total


def test_junit_counts_what_it_holds():
    """Each suite's attributes count its own cases."""
    for suite in ET.fromstring(rendered("junit")):
        for key, path in (
            ("tests", "testcase"),
            ("failures", "testcase/failure"),
            ("errors", "testcase/error"),
            ("skipped", "testcase/skipped"),
        ):
            assert int(suite.get(key)) == len(suite.findall(path))


#: Which attributes and children each element may have, as Jenkins' junit-10.xsd has them.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
        {"properties", "testcase"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "time", "classname"}, {"skipped", "error", "failure"}),
    "skipped": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "failure": ({"type", "message"}, set()),
}


def test_junit_has_only_what_its_common_schema_knows():
    """A suite is an operation, a case a requirement, and no attribute is made up."""
    for element in ET.fromstring(rendered("junit")).iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.attrib) <= attributes, element.tag
        assert {child.tag for child in element} <= children, element.tag


def test_junit_time_is_the_time_of_the_cases():
    """A case that speaks for three requirements is not counted thrice."""
    assert float(ET.fromstring(rendered("junit")).get("time")) == pytest.approx(3.0, abs=0.01)


def test_page_is_well_formed_and_runs_nothing_of_the_targets():
    """One script, ours, pinned by its hash; no link out of the page; every element closed."""
    text = rendered("html")
    page = Page(text)

    assert not page.open
    assert not {"img", "iframe", "object", "form", "link", "base"} & set(page.seen)
    assert all(link.startswith("#") for link in page.links)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    kept = (ROOT / "conformance/reporting/templates/report.js").read_text("utf-8")
    assert script == kept.strip()
    pin = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{pin}'; base-uri"
    assert text.count(policy) == 1
    assert page.seen.count("script") == text.count("<script") == 1


def test_every_requirement_has_its_anchor(report):
    """Each id is there once, and no link leads nowhere."""
    page = Page(rendered("html"))

    assert {each.id for each in report.requirements} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_page_shows_text_as_it_was_said():
    """What a target says is read as text, its markup included."""
    words = " ".join(Page(rendered("html")).words)

    assert "<script>alert(1)</script> ␛[2J" in words
    assert "hostile <b>name</b>" in words


def test_page_of_many_exchanges_is_small():
    """2,000 exchanges take a few megabytes; how long they take is told by `nox -s browser`."""
    evidence = some_evidence()
    many = [answered(number, b'{"a": "%s"}' % (b"y" * 3_000)) for number in range(2_000)]
    record = {**evidence.records[0], "exchanges": many}
    found = tuple(
        broken(f"container.create.claim-{number}", "x" * 300, exchanges=(f"e{number}",))
        if number % 2
        else result(f"container.create.claim-{number}", exchanges=(f"e{number}",))
        for number in range(2_000)
    )
    text = rendered("html", a_report(found), replace(evidence, records=(record,)))

    assert len(text.encode()) < 8_000_000


def test_markdown_keeps_below_the_limit_of_a_comment():
    """However much failed, the file can be posted."""
    found = tuple(
        broken(f"container.create.claim-{number}", HOSTILE * 50) for number in range(3_000)
    )
    text = rendered("md", a_report(found, notes=(HOSTILE * 100,) * 500))

    assert len(text.encode()) < 65_000
    assert "more: see report.html" in text


def test_markdown_keeps_code_in_its_fence():
    """No text of a target's ends a block of code, a cell or a paragraph."""
    found = (broken("container.create.a", "````\n# owned\n<img src=x>"),)
    text = rendered("md", a_report(found))

    assert "`````text\n" in text
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "<img" not in outside
    assert "<span>@</span>everyone" in rendered("md", a_report((result("a.b"),)))
    assert "@everyone" not in rendered("md", a_report((result("a.b"),)))


@pytest.mark.parametrize("name", FORMATS)
def test_value_of_a_megabyte_is_cut_for_people(name):
    """Only the report itself holds it whole."""
    found = (broken("container.create.a", "x" * 1_000_000),)

    assert len(rendered(name, a_report(found))) < (2_100_000 if name == "json" else 60_000)


def test_lines_fit_the_terminal():
    """Nothing but a curl command and the id of a requirement is wider than the terminal."""
    for width in (40, 60, 80, 100, 140):
        text = terminal.render(a_report(), some_evidence(), width=width)
        for line in text.splitlines():
            long = re.match(r" *curl |  ?[a-z0-9.-]+,?$|[a-z0-9.-]+  (MUST|SHOULD)", line)
            assert columns(line) <= width or long, line


def test_narrow_terminal_has_the_operations_too():
    """Each with a sign for its verdict, and what passed and failed."""
    lines = terminal.render(a_report(), some_evidence(), width=40).splitlines()

    assert re.fullmatch(r"listContainers +NO +1 +2", lines[1])
    assert re.fullmatch(r"retrieveContainerFile +ok +0 +0", lines[7])


def test_colour_is_ours_alone():
    """Only sequences for colour are written, and they are all closed."""
    text = terminal.render(a_report(), some_evidence(), colour=True)
    plain = terminal.render(a_report(), some_evidence())

    assert re.sub(r"\x1b\[[\d;]*m", "", text) == plain
    assert text.count("\x1b[0m") * 2 == text.count("\x1b[")


def test_terminal_tells_the_gravest_first():
    """MUST before SHOULD, what holds others up first; what passed is not listed."""
    text = rendered("terminal")
    order = [each.id for each in summary.to_mend(a_report())]

    assert order[0] == "file.create.is-implemented"
    assert order[-1] == "container.list.limit-is-kept"
    assert sorted(order, key=lambda each: text.index(f"\n{each}  ")) == order
    assert "container.create.answers-the-container" not in text
    assert "container.create.expiry-is-kept" not in text


def test_har_gives_every_body_back():
    """Text and base64 decode to what crossed the wire; no answer is status 0."""
    entries = json.loads(rendered("har"))["log"]["entries"]
    contents = {entry["_id"]: entry["response"]["content"] for entry in entries}

    assert len(entries) == 8
    assert entries[-1]["_case"] == "clean-up"
    assert base64.b64decode(contents["e3"]["text"]) == bytes(range(256)) * 4
    assert contents["e1"]["text"] == '{"id":"cntr_1","object":"container","n":[1,2.50,{}]}'
    lost = next(entry for entry in entries if entry["_id"] == "e6")
    assert (lost["response"]["status"], lost["comment"]) == (0, "timed out")
    for entry in entries:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)


def test_har_tells_binary_uploads():
    """A binary request body is base64, said in a field of our own."""
    upload = answered(1, b"{}")
    upload["request"] = {
        **upload["request"],
        "body": {"size": 1, "truncated": False, "sha256": "0" * 64, "base64": "/w=="},
    }
    record = {**some_evidence().records[0], "exchanges": [upload]}
    evidence = replace(some_evidence(), records=(record,))
    entry = json.loads(rendered("har", evidence=evidence))["log"]["entries"][0]

    assert entry["request"]["postData"]["_encoding"] == "base64"
    assert entry["request"]["postData"]["text"] == "/w=="


def test_files_are_written_whole_and_private(tmp_path, report, evidence):
    """Every file is there, for its owner only, and nothing else is."""
    write_all(report, evidence, tmp_path / "a" / "b")

    written = {each.name: each for each in (tmp_path / "a" / "b").iterdir()}
    assert set(written) == set(FILES.values())
    assert {stat.S_IMODE(each.stat().st_mode) for each in written.values()} == {0o600}


def test_directory_that_cannot_be_written_is_a_usage_error(tmp_path, report, evidence):
    """One sentence says what is wrong and how to mend it."""
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="--report-dir"):
        write_all(report, evidence, tmp_path / "file")


@pytest.mark.parametrize("name", FORMATS)
def test_empty_report_is_told(name):
    """A run without a requirement, an exchange or a moment is rendered as well."""
    bare = a_report(
        (),
        verdict="inconclusive",
        notes=(),
        left=(),
        stale_waivers=(),
        run={**a_report().run, "seed": None, "started_at": ""},
    )
    nothing = replace(some_evidence(), records=(), footer=None)

    assert rendered(name, bare, nothing)


@pytest.mark.parametrize(
    "verdict", ["conformant", "partial", "inconclusive", "unreachable", "error"]
)
@pytest.mark.parametrize("name", FORMATS)
def test_every_verdict_is_told(name, verdict):
    """Each verdict has its word in each format for people."""
    assert rendered(name, a_report(verdict=verdict))


def test_exchange_without_an_answer_is_shown():
    """What never came is told as such on the page."""
    record = {
        **some_evidence().records[0],
        "exchanges": [exchange(1, response=None, trouble="timed out")],
    }
    text = rendered("html", evidence=replace(some_evidence(), records=(record,)))

    assert "no answer: timed out" in text


def test_results_of_every_outcome_are_in_the_fixture():
    """The hand-made run has each outcome, so that every format was tried with each."""
    assert {each.outcome for each in results()} == set(a_report().endpoints[0].outcomes)


def test_many_reasons_are_one_group():
    """Requirements that nothing spoke for are told together, whatever each one's reason."""
    opened = [
        result(f"container.list.claim-{number}", "unreached", message=f"case {number} was silent")
        for number in range(9)
    ]
    errors = [
        result(f"container.list.fault-{number}", "error", message=f"fault {number}")
        for number in range(9)
    ]
    groups = summary.left_open(a_report((*opened, *errors)))

    assert groups[("unreached", "")] == opened
    assert len(groups) == 10


def test_many_failures_are_shortened_on_a_terminal():
    """Past the first ones a failure is one line; one without wanted and got shows its message."""
    found = tuple(
        replace(broken(f"container.list.claim-{number:02}", "x"), wanted=None, got=None)
        for number in range(30)
    )
    text = rendered("terminal", a_report(found))

    assert "  wanted 400 with an error object, got x\n" in text
    assert "and 5 more:\n  container.list.claim-25  MUST\n" in text
    assert "wanted 400 with an error object, got x" in rendered("md", a_report(found))


def test_long_verdict_is_wrapped():
    """The sentence of the verdict keeps to its width as well."""
    lines = terminal.render(a_report(), some_evidence(), width=40).splitlines()

    assert any(line.startswith("non-conformant  The target") for line in lines)


def test_har_tells_what_is_odd():
    """A URL that can't be parsed, a status without a phrase and a cut body are told."""
    plain = answered(1, b"x", status=299)
    plain["request"] = {**plain["request"], "url": "http://[/?a=b"}
    plain["response"]["body"] = {**plain["response"]["body"], "truncated": True, "size": 99_999}
    record = {**some_evidence().records[0], "exchanges": [plain]}
    evidence = replace(some_evidence(), records=(record,), cleaning=())
    (entry,) = json.loads(rendered("har", evidence=evidence))["log"]["entries"]

    assert entry["request"]["queryString"] == []
    assert entry["response"]["statusText"] == ""
    assert "only its beginning was kept; 99999 bytes" in entry["response"]["content"]["comment"]


def test_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path, report, evidence):
    """A half-written file is taken away again."""
    (tmp_path / "report.json").mkdir()

    with pytest.raises(UsageError):
        write_all(report, evidence, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("name", ["terminal", "md", "html"])
def test_what_is_left_without_an_id_goes_by_its_name(name):
    """An empty line would tell nobody what to look for."""
    left = {"kind": "file", "id": "", "name": "whose id never came", "command": "curl x"}

    assert "whose id never came" in rendered(name, replace(a_report(), left=(left,)))
