"""The command matrix: several targets side by side, whatever their reports hold."""

import copy
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from strangers import HOSTILE

from conformance import cli
from conformance.catalogue.schemas import misfit

ONE, TWO, THREE = (
    "container.create.succeeds",
    "container.retrieve.succeeds",
    "file.content.bytes-are-identical",
)

#: Which state each outcome is shown as.
STATES = {
    "passed": "holds",
    "failed": "broken",
    "flaky": "broken",
    "untestable": "not-shown",
    "unreachable": "not-shown",
    "unreached": "not-shown",
    "error": "not-shown",
    "unsupported": "unsupported",
    "not-applicable": "not-applicable",
}


class Page(HTMLParser):
    """Reads a page: its rows of cells by the id of the row, and its elements."""

    def __init__(self, text):
        """Read *text*."""
        super().__init__()
        self.rows, self.tags, self.row = {}, set(), None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note the element, and the row that it begins."""
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag == "tr":
            self.row = self.rows.setdefault(dict(attrs).get("id"), [])
        if tag == "td" and self.row is not None:
            self.row.append("")

    def handle_data(self, data):
        """Add to the cell."""
        if self.row:
            self.row[-1] += data.strip() + " "


@pytest.fixture
def of_target(filed, conformant):
    """``of_target(name, outcomes, …)`` writes the report of a target of that name."""

    def write(name, outcomes=(), waived=(), **changes):
        target = {**conformant["target"], "name": name, "base_url": f"https://{name}.example/v1"}
        run = {**conformant["run"], "id": f"run-{name}"}
        return filed(name, outcomes, waived, **{"target": target, "run": run, **changes})

    return write


def matrix(capsys, *reports, form="json"):
    """What the command prints about *reports*."""
    assert cli.main(["matrix", *reports, "--format", form]) == 0
    return capsys.readouterr().out


def as_json(capsys, *reports):
    """The matrix as plain data that keeps to its schema, and its cells by requirement."""
    data = json.loads(matrix(capsys, *reports))
    assert misfit(data, "matrix") is None
    return data, {row["id"]: row["cells"] for row in data["requirements"]}


@pytest.mark.parametrize(("outcome", "state"), STATES.items())
def test_outcome_has_its_state(of_target, capsys, outcome, state):
    """What was not run is no failure, and what failed is not merely missing."""
    data, cells = as_json(capsys, of_target("a"), of_target("b", {ONE: outcome}))

    assert [each["state"] for each in cells[ONE]] == ["holds", state]
    (create,) = [row for row in data["operations"] if row["operation"] == "createContainer"]
    difference = create["cells"][1]["states"][state] - create["cells"][0]["states"][state]
    assert difference == (state != "holds")


def test_waived_failure_is_told_apart(of_target, capsys):
    """It is no success."""
    _, cells = as_json(capsys, of_target("a"), of_target("b", {ONE: "failed"}, [ONE]))

    assert cells[ONE][1]["state"] == "waived"


def test_what_one_report_does_not_have_was_not_asked(of_target, capsys, conformant):
    """Another profile, or a filter; its operation too, where nothing of it was asked."""
    rows = [row for row in conformant["requirements"] if row["operation"] != "createContainer"]
    data, cells = as_json(capsys, of_target("a"), of_target("b", requirements=rows))

    assert cells[ONE][1] == {"state": "not-asked", "outcome": None, "level": None, "message": ""}
    (create,) = [row for row in data["operations"] if row["operation"] == "createContainer"]
    assert create["cells"][0]["verdict"] == "conformant"
    assert create["cells"][1]["verdict"] is None


def test_no_score_is_given(of_target, capsys):
    """Neither a percentage nor a sum over operations."""
    reports = of_target("a"), of_target("b", {ONE: "failed"})
    data, _ = as_json(capsys, *reports)

    assert set(data) == {"schema_version", "suite", "targets", "operations", "requirements"}
    assert "%" not in matrix(capsys, *reports, form="md")


@pytest.mark.parametrize("key", ["catalogue_sha256", "spec_sha256"])
def test_reports_of_different_catalogues_are_refused(of_target, capsys, conformant, key):
    """What one was held to, the other was not."""
    other = of_target("b", suite={**conformant["suite"], key: "0" * 64})

    assert cli.main(["matrix", of_target("a"), other]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"differ in suite.{key}" in err


def test_run_that_is_given_twice_is_refused(of_target, capsys):
    """It would be two targets."""
    one = of_target("a")

    assert cli.main(["matrix", one, one]) == 2
    assert "of the run run-a" in capsys.readouterr().err


def test_targets_of_one_name_are_numbered(of_target, capsys, conformant):
    """Two versions of one provider."""
    second = of_target("b", target=conformant["target"])
    data, _ = as_json(capsys, of_target("a", target=conformant["target"]), second)

    assert [each["label"] for each in data["targets"]] == ["reference (1)", "reference (2)"]


def test_markdown_shows_where_they_differ(of_target, capsys):
    """The operations, then what is not alike or fails."""
    out = matrix(
        capsys,
        of_target("a", {THREE: "failed"}),
        of_target("b", {ONE: "unreached", THREE: "failed"}),
        form="md",
    )

    assert f"| <code>{ONE}</code> | ✓ holds | ? unreached |" in out
    assert f"| <code>{THREE}</code> | ✗ broken | ✗ broken |" in out
    assert TWO not in out
    assert out.count("\n| listContainers | conformant: ") == 1


def test_page_shows_every_requirement(of_target, capsys, conformant):
    """A row each, a cell a target, with a word and not only a colour."""
    out = matrix(capsys, of_target("a"), of_target("b", {ONE: "failed"}), form="html")

    page = Page(out)
    assert {row["id"] for row in conformant["requirements"]} <= set(page.rows)
    assert [cell.split()[1] for cell in page.rows[ONE]] == ["holds", "broken"]
    assert not {"script", "img", "iframe", "object", "form", "link", "base"} & page.tags


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_text_of_strangers_stays_text(of_target, capsys, conformant, form):
    """A report may come from anywhere, and say anything."""
    rows = copy.deepcopy(conformant["requirements"])
    for row in rows:
        row |= {"message": HOSTILE, "sentence": HOSTILE}
    target = {**conformant["target"], "name": HOSTILE, "base_url": HOSTILE, "profile": HOSTILE}
    run = {**conformant["run"], "id": HOSTILE, "started_at": HOSTILE}
    hostile = of_target(
        "b",
        {ONE: "failed", TWO: "untestable"},
        requirements=rows,
        target=target,
        run=run,
        suite={**conformant["suite"], "version": HOSTILE},
    )
    out = matrix(capsys, hostile, of_target("a"), form=form)

    assert out.replace("\n", "").isprintable()
    if form != "json":
        assert "<script>" not in out
    if form == "md":
        assert "@all" not in out


def test_many_failures_still_fit_a_comment(of_target, capsys, conformant):
    """GitHub takes 65,536 characters."""
    everything = {row["id"]: "failed" for row in conformant["requirements"]}
    reports = [of_target(f"a-provider-with-a-long-name-{n}", everything) for n in range(45)]
    out = matrix(capsys, *reports, form="md")

    assert len(out) < 65_000
    assert "more: see matrix.html" in out


def test_directory_gets_every_form(of_target, capsys, tmp_path):
    """Quietly."""
    argv = ["matrix", of_target("a"), of_target("b"), "--report-dir", str(tmp_path / "out")]

    assert cli.main(argv) == 0
    assert capsys.readouterr().out == ""
    written = {path.name for path in Path(tmp_path / "out").iterdir()}
    assert written == {"matrix.html", "matrix.md", "matrix.json"}


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff", b"{}"])
def test_what_is_no_report_is_refused_in_a_sentence(of_target, capsys, tmp_path, content):
    """Exit status 2, and no traceback."""
    (tmp_path / "bad.json").write_bytes(content)

    assert cli.main(["matrix", of_target("a"), str(tmp_path / "bad.json")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


def test_unknown_format_is_refused(of_target, capsys):
    """With the one that was meant."""
    assert cli.main(["matrix", of_target("a"), "--format", "htlm"]) == 2
    assert "did you mean html?" in capsys.readouterr().err
