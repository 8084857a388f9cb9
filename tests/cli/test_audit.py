"""The command audit: what it writes, how it ends, and what it refuses."""

import json
from pathlib import Path

import pytest

from conformance import cli
from conformance.catalogue.schemas import misfit
from conformance.reporting import FILES


@pytest.fixture
def recording(smoke):
    """The traffic of a run of ours against the reference."""
    return smoke / "traffic.har"


def spoiled(recording, path, spoil):
    """A copy of *recording* at *path* whose entries *spoil* has changed."""
    log = json.loads(recording.read_text("utf-8"))
    for entry in log["log"]["entries"]:
        spoil(entry)
    path.write_text(json.dumps(log), "utf-8")
    return str(path)


def test_own_traffic_of_the_reference_is_conformant(recording, capsys):
    """The same files as a run writes, and its exit status."""
    assert cli.main(["audit", str(recording), "--report-dir", "out"]) == 0

    out = capsys.readouterr().out
    assert "conformant  Every MUST in scope holds." in out
    assert out.endswith(f"report: {Path('out/report.html')}\n")
    assert {path.name for path in Path("out").iterdir()} == {*FILES.values(), "evidence.jsonl"}
    report = json.loads(Path("out/report.json").read_text("utf-8"))
    assert misfit(report, "report") is None
    for line in Path("out/evidence.jsonl").read_text("utf-8").splitlines():
        assert misfit(json.loads(line), "evidence") is None


def test_audit_is_in_the_summary_of_a_job(recording, tmp_path, monkeypatch, capsys):
    """Behind what stands there, as a run writes it."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    assert cli.main(["audit", str(recording), "--report-dir", "out"]) == 0

    told = Path("out/report.md").read_text("utf-8")
    assert summary.read_text("utf-8") == f"before\n{told}"
    assert "GITHUB" not in capsys.readouterr().out


def test_summary_that_can_not_be_written_changes_nothing_of_an_audit(
    recording, tmp_path, monkeypatch, capsys
):
    """It is told behind all else."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))

    assert cli.main(["audit", str(recording), "--report-dir", "out"]) == 0

    *_, where, aside = capsys.readouterr().out.splitlines()
    assert where.startswith("report: ")
    assert aside.startswith("GITHUB_STEP_SUMMARY: ")
    assert "can't be written" in aside


def test_report_of_an_audit_is_what_its_evidence_gives(recording, capsys):
    """It is genuine, and not to be published as a run."""
    assert cli.main(["audit", str(recording), "--report-dir", "out"]) == 0
    assert cli.main(["report", "out/evidence.jsonl"]) == 0
    capsys.readouterr()

    assert cli.main(["verify", "out", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["objections"] == []
    assert "Judged from a recording" in " ".join(found["bars"])


def test_lie_in_own_traffic_is_found(recording, tmp_path, capsys):
    """Exit status 1, and the requirement by its name."""

    def lie(entry):
        if entry["_operation"] == "retrieveContainer":
            entry["response"]["status"] = 500

    path = spoiled(recording, tmp_path / "lies.har", lie)

    assert cli.main(["audit", path, "--report-dir", "out"]) == 1
    assert "container.retrieve.is-never-a-server-error" in capsys.readouterr().out


def test_report_goes_where_a_run_would_write_it(recording, capsys):
    """Below the host of the recording."""
    assert cli.main(["audit", str(recording)]) == 0
    (report,) = Path("reports").glob("127-0-0-1-*/*/report.json")
    assert report.is_file()


@pytest.mark.parametrize(("strict", "status"), [([], 0), (["--strict"], 1)])
def test_should_counts_where_it_is_asked_to(recording, tmp_path, capsys, strict, status):
    """As in a run."""

    def forget(entry):
        headers = entry["response"]["headers"]
        headers[:] = [each for each in headers if each["name"].lower() != "x-request-id"]

    path = spoiled(recording, tmp_path / "silent.har", forget)

    assert cli.main(["audit", path, "--report-dir", "out", *strict]) == status


ODD = {
    "empty": b"",
    "no json": b"<html>",
    "no object": b"[]",
    "no log": b'{"a": 1}',
    "no entries": b'{"log": {"version": "1.2"}}',
    "entries of another kind": b'{"log": {"entries": {"a": 1}}}',
    "binary": bytes(range(256)),
    "evidence": b'{"kind": "header"}\n{"kind": "plan"}\n',
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_what_is_no_har_is_refused_in_a_sentence(tmp_path, capsys, content):
    """Exit status 2, nothing written."""
    (tmp_path / "x.har").write_bytes(content)

    assert cli.main(["audit", "x.har", "--report-dir", "out"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "x.har is no HAR" in err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "content",
    [
        b'{"log": {"comment": "Bearer sk-of-somebody" "entries": []}}',
        b'{"log": sk-of-somebody}',
        b"Authorization: Bearer sk-of-somebody",
        b'{"log": {"sk-of-somebody\xff": 1}}',
    ],
)
def test_what_is_no_har_is_not_quoted(tmp_path, capsys, content):
    """Nobody knows yet what is secret in it."""
    (tmp_path / "x.har").write_bytes(content)

    assert cli.main(["audit", "x.har", "--report-dir", "out"]) == 2
    assert "of-somebody" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ["none.har"],
        ["x.har", "--profile", "cor"],
        ["x.har", "--consistency", "soon"],
        ["x.har", "--base-url", "nowhere"],
        [],
    ],
)
def test_wrong_call_is_refused_in_a_sentence(tmp_path, capsys, argv):
    """Exit status 2."""
    (tmp_path / "x.har").write_text('{"log": {"entries": []}}')

    assert cli.main(["audit", *argv]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


ENTRIES = [
    None,
    7,
    "text",
    [],
    {},
    {"request": None, "response": 5},
    {"request": {"method": 1, "url": {}, "headers": "x"}},
    {"request": {"method": "GET", "url": "https://a/v1/containers"}, "response": {"status": "x"}},
    {
        "startedDateTime": "9999-99-99",
        "time": "long",
        "request": {
            "method": "POST",
            "url": "https://a/v1/containers/cntr_1/files",
            "headers": [
                None,
                {"name": 1},
                {"name": "Content-Type", "value": "multipart/form-data"},
            ],
            "postData": {"text": "\ud800", "params": 3},
            "bodySize": 1e308,
        },
        "response": {
            "status": 200,
            "headers": [{"name": "x", "value": None}],
            "content": {"text": "not base64 \ud800", "encoding": "base64", "size": -5},
        },
    },
    {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": -1,
        "request": {"method": "DELETE", "url": "https://a/v1/containers/%00%ff"},
        "response": {"status": 1e30, "content": {"text": "[" * 100_000}},
    },
    {
        "request": {"method": "GET", "url": "https://a/v1/containers?limit=" + "9" * 5000},
        "response": {
            "status": 200,
            "headers": [{"name": "date", "value": "never"}],
            "content": {"text": '{"object": "list", "data": [1, {"id": []}], "has_more": 0}'},
        },
    },
]


def test_odd_entries_are_no_traceback(tmp_path, capsys):
    """A recording is a stranger's file: whatever is in it, it is judged or left alone."""
    (tmp_path / "x.har").write_text(json.dumps({"log": {"entries": ENTRIES * 2}}))

    assert cli.main(["audit", "x.har", "--report-dir", "out"]) in (0, 1, 4)
    out, err = capsys.readouterr()
    assert err == ""
    assert "report: " in out
