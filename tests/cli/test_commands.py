"""The commands that need no target: explain, report, serve."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance import cli, evidence, reporting, verdicts
from conformance.catalogue import load
from conformance.evidence import EvidenceWriter

#: A requirement of the catalogue.
KNOWN_ID = "container.create.succeeds"


def test_explanation_says_all_there_is(capsys):
    """Sentence, level, operation, reason, profiles, sources and a request."""
    assert cli.main(["explain", KNOWN_ID]) == 0

    out = capsys.readouterr().out
    assert out.startswith(f"{KNOWN_ID}  MUST\n  A proper request")
    for title in ("operation", "reason", "profiles", "sources", "example"):
        assert re.search(rf"^{title} +\S", out, re.MULTILINE), title
    assert "createContainer, POST /containers" in out
    assert '"$BASE_URL/containers"' in out
    assert "$CONFORMANCE_API_KEY" in out


def test_explanation_leaves_out_profiles_that_do_not_ask(capsys):
    """And tells the level of those that raise it."""
    assert cli.main(["explain", "container.create.success-is-200"]) == 0

    out = capsys.readouterr().out
    (profiles,) = re.findall(r"^profiles +(.*)$", out, re.MULTILINE)
    asked = {name.split()[0] for name in profiles.split(", ")}
    assert asked == {
        name
        for name, each in load().profiles.items()
        if "container.create.success-is-200" in each.requirements
    }


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (["--max-containers", "1"], "and 1 containers, US$ 1.92\n"),
        (["--max-containers", "2", "--no-expensive"], "and 2 containers, US$ 0.24\n"),
        (["--max-requests", "7"], "never passes 7 requests"),
    ],
)
def test_plan_keeps_to_the_limits_of_the_run(capsys, most, told):
    """Requests, containers, and the price of those containers."""
    assert cli.main(["plan", *most]) == 0
    assert told in capsys.readouterr().out


def test_plan_shows_the_configuration_where_that_is_asked(capsys):
    """The same as run does, and no plan."""
    asked = ["--show-config", "--seed", "7"]
    assert cli.main(["plan", *asked]) == 0
    shown = capsys.readouterr().out

    assert cli.main(["run", *asked]) == 0
    assert shown == capsys.readouterr().out


@pytest.mark.parametrize("asked", [["plan"], ["plan", "--show-config"], ["run", "--show-config"]])
def test_who_only_asks_makes_no_report_directory(tmp_path, asked):
    """There is nothing to write into it."""
    assert cli.main([*asked, "--report-dir", "out/here"]) == 0
    assert list(tmp_path.iterdir()) == []


def test_shards_of_a_plan_have_each_case_once(capsys):
    """What each is bounded by is told of itself; the limits are those of any run."""
    plans = []
    for asked in ([], ["--shard", "1/2"], ["--shard", "2/2"]):
        assert cli.main(["plan", "--fuzz", "off", *asked]) == 0
        plans.append(capsys.readouterr().out.splitlines())
    whole, first, second = ({each for each in told if "::" in each} for told in plans)
    green = [int(re.search(r"at most: (\d+) requests", told[1])[1]) for told in plans]

    assert min(len(first), len(second)) > 9
    assert not first & second
    assert {each.partition("[")[0] for each in first | second} == whole
    assert plans[1][0].endswith(f" {len(first)} cases in shard 1/2")
    assert max(green[1:]) < green[0] < sum(green[1:]) + 1
    assert plans[0][3] == plans[1][3] == plans[2][3]


def test_explanation_lists_cases_and_mutants(capsys):
    """Those that there are: a lie alone, and a family of them with its size."""
    assert cli.main(["explain", "file.content.bytes-are-identical"]) == 0

    out = capsys.readouterr().out
    assert re.search(r"^cases {7}test_\w+::test_\w+$", out, re.MULTILINE)
    mutants = out[out.index("\nmutants ") : out.index("\nexample ")]
    assert "  drops_the_last_byte: Answers file content without its last byte.\n" in mutants
    assert re.search(r"  answers_content_damaged \(\d+ of them\): \w.*\.\n", mutants)


HEADER = {
    "suite": {"version": "1", "catalogue_sha256": "a", "spec_sha256": "b"},
    "target": {"base_url": "http://127.0.0.1/v1", "name": "t", "profile": "core", "claims": {}},
    "run": {"seed": 1, "started_at": "2026-01-01T00:00:00Z", "fuzz": "off", "strict": False},
}


def _evidence(path):
    EvidenceWriter(path, {**HEADER, "run": {**HEADER["run"], "id": path.stem}}).close({})
    return str(path)


@pytest.fixture
def judged(monkeypatch):
    """A judge that finds everything non-conformant, and a format that tells whose it was."""
    monkeypatch.setattr(
        verdicts,
        "judge",
        lambda evidence, _: SimpleNamespace(verdict="non-conformant", of=evidence),
    )
    for name in reporting.FORMATS:
        monkeypatch.setitem(
            reporting.FORMATS,
            name,
            lambda report, _, name=name: f"{name} of {report.of.header['run']['id']}",
        )


def test_report_prints_a_summary(judged, capsys, tmp_path):
    """And exits as the run did."""
    assert cli.main(["report", _evidence(tmp_path / "one.jsonl")]) == 1
    assert capsys.readouterr().out.startswith("terminal of one")


def test_report_prints_the_format_that_is_asked_for(judged, capsys, tmp_path):
    """For pipes."""
    assert cli.main(["report", _evidence(tmp_path / "one.jsonl"), "--format", "junit"]) == 1
    assert capsys.readouterr().out.startswith("junit of")


def test_report_writes_every_format(judged, capsys, tmp_path):
    """Quietly."""
    argv = ["report", _evidence(tmp_path / "one.jsonl"), "--report-dir", "out"]

    assert cli.main(argv) == 1
    assert capsys.readouterr().out == ""
    assert {path.name for path in Path("out").iterdir()} >= set(reporting.FILES.values())


def test_report_refuses_a_header_that_says_nothing(capsys, tmp_path):
    """One sentence and exit 2, as for every file that is no evidence."""
    path = tmp_path / "one.jsonl"
    EvidenceWriter(path, {}).close({})

    assert cli.main(["report", str(path)]) == 2
    assert "its header has no proper suite.version" in capsys.readouterr().err


def test_report_refuses_an_unknown_profile(capsys, tmp_path):
    """What another version asked for can't be judged by this one."""
    path = tmp_path / "one.jsonl"
    target = {**HEADER["target"], "profile": "nonesuch"}
    run = {**HEADER["run"], "id": "r"}
    EvidenceWriter(path, {**HEADER, "target": target, "run": run}).close({})

    assert cli.main(["report", str(path)]) == 2
    assert "the profile 'nonesuch', which this version" in capsys.readouterr().err


def test_report_merges_the_parts_of_a_run(judged, capsys, tmp_path, monkeypatch):
    """Several files are one run."""
    monkeypatch.setattr(evidence, "merge", lambda parts: parts[-1], raising=False)
    parts = [_evidence(tmp_path / "one.jsonl"), _evidence(tmp_path / "two.jsonl")]

    assert cli.main(["report", *parts]) == 1
    assert "of two" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environ", "keys"),
    [
        ({}, None),
        ({"CONFORMANCE_API_KEY": "sk-1"}, ["sk-1"]),
        ({"CONFORMANCE_API_KEY": "sk-1", "CONFORMANCE_SERVE_KEYS": "a, b"}, ["a", "b"]),
    ],
)
def test_reference_is_served_to_the_keys_of_the_environment(monkeypatch, environ, keys):
    """Those for it, else the key of a run, else everybody's."""
    called = {}
    monkeypatch.setattr("conformance.reference.server.serve", lambda **given: called.update(given))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert cli.main(["serve", "--port", "8123", "--db", "x.sqlite"]) == 0
    assert called == {"port": 8123, "database": "x.sqlite", "keys": keys, "host": "127.0.0.1"}


def test_served_reference_prints_its_base_url_first_and_stops_at_a_signal():
    """As scripts wait for it."""
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", "serve"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            first = process.stdout.readline()
        finally:
            process.terminate()
            status = process.wait(timeout=20)

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1\n", first)
    assert status == 0
