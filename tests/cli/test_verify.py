"""The command verify: what was changed in a report or its evidence is found, whatever it is."""

import json
from pathlib import Path

import pytest

from conformance import cli
from conformance.catalogue.schemas import misfit
from conformance.verdicts.verification import differences
from tests import submissions


def verified(capsys, directory):
    """The exit status, and what was found as plain data that keeps to its schema."""
    status = cli.main(["verify", str(directory), "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert misfit(found, "verification") is None
    assert (status == 0) is found["publishable"]
    return found


def changed(path, change):
    """Let *change* do what it likes to the JSON in *path*."""
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def rewritten(directory, change):
    """Let *change* do what it likes to each line of the evidence."""
    path = directory / "evidence.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    kept = [line for line in lines if change(line) is not False]
    path.write_text("".join(json.dumps(line) + "\n" for line in kept), "utf-8")


def leaves(value, path=()):
    """The path of every value that holds no others."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def other(value):
    """A value of the same kind that differs as little as one can."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x" if isinstance(value, str) else "x"


def test_report_as_it_was_written_may_be_published(smoke, capsys):
    """And people are told so in words."""
    assert verified(capsys, smoke)["genuine"]
    assert cli.main(["verify", str(smoke / "report.json")]) == 0
    assert capsys.readouterr().out.endswith("may be published\n")


def test_every_value_that_is_changed_is_found(smoke):
    """Each count, outcome, verdict, text and time of a report, one after the other."""
    text = (smoke / "report.json").read_text("utf-8")
    judged, told = json.loads(text), json.loads(text)
    paths = [*leaves(told)]
    assert len(paths) > 500

    for path in paths:
        holder = told
        for key in path[:-1]:
            holder = holder[key]
        kept, holder[path[-1]] = holder[path[-1]], other(holder[path[-1]])
        assert next(differences(told, judged), None), path
        holder[path[-1]] = kept
    assert next(differences(told, judged), None) is None


LIES = {
    "a count": lambda r: r["endpoints"][1]["outcomes"].update(passed=99),
    "an outcome": lambda r: r["requirements"][3].update(outcome="failed"),
    "a verdict": lambda r: r.update(verdict="partial"),
    "a verdict of an operation": lambda r: r["endpoints"][0].update(verdict="partial"),
    "a latency": lambda r: r["endpoints"][0]["latency_ms"].update(p50=0.1),
    "the number of requests": lambda r: r["run"].update(requests=1),
    "the target": lambda r: r["target"].update(name="Another provider"),
    "the profile": lambda r: r["target"].update(profile="core"),
    "a requirement less": lambda r: r["requirements"].pop(),
    "a note": lambda r: r["notes"].append("Well done."),
    "the hash": lambda r: r["suite"].update(catalogue_sha256="0" * 64),
    "the other hash": lambda r: r["suite"].update(spec_sha256="0" * 64),
    "a field that no report has": lambda r: r.update(score=100),
    "the schema": lambda r: r.update(schema_version="2"),
    "true for one": lambda r: r["run"].update(containers_left=False),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_changed_report_is_not_genuine(ran, capsys, lie):
    """Exit status 1, and a sentence that says where."""
    changed(ran / "report.json", lie)

    found = verified(capsys, ran)
    assert found["genuine"] is False
    assert found["objections"]


def _passes(line):
    for claim in line.get("claims", ()):
        claim["outcome"] = "passed"


def _forgets_a_case(line):
    if line["kind"] == "plan":
        line["plan"].pop(next(iter(line["plan"])))


def _cuts_a_case_out(line):
    if line["kind"] == "plan":
        cases = next(cases for cases in line["plan"].values() if cases)
        cases.clear()


def _sends_less(line):
    if line["kind"] == "footer":
        line["requests"] = 1


def _leaves_less(line):
    if line["kind"] == "footer":
        line["containers_left"] = 3


def _filters(line):
    if line["kind"] == "header":
        line["run"]["only"] = ["container.create.*"]


def _answers_500(line):
    for each in line.get("exchanges", ()):
        if each["operation"] == "createContainer" and each["response"]:
            each["response"]["status"] = 500


def _judges_anew(directory):
    """Write the report that the changed evidence gives, as a forger would."""
    argv = ["report", str(directory / "evidence.jsonl"), "--report-dir", str(directory)]
    assert cli.main(argv) < 2


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (_forgets_a_case, "The plan leaves out "),
        (_cuts_a_case_out, "The plan leaves out test_"),
        (lambda line: line["kind"] != "plan", "has no plan"),
        (_sends_less, "The evidence tells of 1 requests, and holds "),
        (_leaves_less, "other containers_left than it names"),
        (_filters, "nothing was filtered"),
        (_answers_500, "container.create.is-never-a-server-error is said to hold, and exchange "),
    ],
)
def test_forged_evidence_is_found_where_it_contradicts_itself(ran, capsys, forge, told):
    """Even though the report is what it gives."""
    rewritten(ran, forge)
    _judges_anew(ran)
    capsys.readouterr()

    found = verified(capsys, ran)
    assert told in " ".join(found["objections"])


def test_report_of_a_run_that_was_filtered_is_genuine_and_stays_here(ran, capsys):
    """The reason is told."""

    def filtered(line):
        if line["kind"] == "footer":
            line["filtered"] = True

    rewritten(ran, filtered)
    _judges_anew(ran)
    capsys.readouterr()

    found = verified(capsys, ran)
    assert found["genuine"]
    assert found["bars"] == ["Only a part of the profile was asked for."]
    assert cli.main(["verify", str(ran)]) == 1
    assert "may not be published:\n  Only a part" in capsys.readouterr().out


def test_report_of_another_catalogue_is_left_to_its_own_suite(ran, capsys):
    """Nothing else is claimed of it."""

    def older(line):
        if line["kind"] == "header":
            line["suite"]["catalogue_sha256"] = "0" * 64

    rewritten(ran, older)
    changed(ran / "report.json", lambda r: r["suite"].update(catalogue_sha256="0" * 64))

    (told,) = verified(capsys, ran)["objections"]
    assert "another catalogue than this version has" in told


ODD = {
    "no evidence": lambda d: (d / "evidence.jsonl").unlink(),
    "no lines": lambda d: (d / "evidence.jsonl").write_text("no evidence"),
    "no json": lambda d: (d / "report.json").write_text("{"),
    "no report": lambda d: (d / "report.json").unlink(),
    "odd claims": lambda d: rewritten(d, lambda line: line.update(claims=[7])),
    "odd exchanges": lambda d: rewritten(d, lambda line: line.update(exchanges={"a": 1})),
    "odd footer": lambda d: rewritten(
        d, lambda line: line.update(left=None) if line["kind"] == "footer" else None
    ),
    "odd waivers": lambda d: rewritten(
        d, lambda line: line.update(waivers=["x"]) if line["kind"] == "header" else None
    ),
}


@pytest.mark.parametrize("spoil", ODD.values(), ids=ODD)
def test_what_can_not_be_read_is_refused_in_a_sentence(ran, capsys, spoil):
    """Exit status 2 and no traceback."""
    spoil(ran)

    assert cli.main(["verify", str(ran)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


@pytest.fixture
def submission(ran, tmp_path):
    """A root with one report in it as the layout wants it, and the report's directory there."""
    there = Path("reports/a-provider/v1.2")
    target = tmp_path / there
    target.mkdir(parents=True)
    for name in ("report.json", "evidence.jsonl"):
        (ran / name).rename(target / name)
    (target / "README.md").write_text("# A provider\n\n## Reproduce\n\nRun it.\n")
    return tmp_path, there


def test_submission_of_the_right_layout_is_accepted(submission, capsys):
    """It verifies, and says how it is repeated."""
    root, there = submission

    assert submissions.main([str(there)], root) == 0
    assert "1 reports, 0 not accepted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda d: (d / "README.md").write_text("# A provider\n"), "## Reproduce"),
        (lambda d: (d / "evidence.jsonl.bak").touch(), "does not belong there"),
        (lambda d: (d / "README.md").unlink(), "README.md is missing"),
        (lambda d: d.rename(d.parent / "main"), "names no version"),
        (
            lambda d: changed(d / "report.json", lambda r: r.update(verdict="partial")),
            "does not verify",
        ),
        (lambda d: (d / "report.json").write_text("{}"), "is no report.json"),
    ],
)
def test_submission_that_is_not_as_it_should_be_is_told(submission, capsys, spoil, told):
    """Layout, repetition and truth."""
    root, there = submission
    spoil(root / there)
    if not (root / there).exists():
        there = there.parent / "main"

    assert submissions.main([str(there)], root) == 1
    assert told in capsys.readouterr().err
