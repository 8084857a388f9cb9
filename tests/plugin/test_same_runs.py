"""However the cases are run, they say the same; and all that is written agrees."""

import base64
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.plugin.conftest import (
    WRITTEN,
    Watched,
    begin,
    command,
    environment,
    finish,
    plain_pytest,
)

OPTIONS = ("--fuzz", "off")
PYTEST_OPTIONS = ("--conformance-fuzz", "off", "--conformance-report-dir", "out")


@pytest.fixture(scope="module")
def watched():
    """One reference for all runs of this module."""
    with Watched().serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def ran(watched, tmp_path_factory):
    """One run in one process, which the others are held against."""
    return _run(watched, tmp_path_factory.mktemp("ran"), "-n", "0")


def _run(watched, cwd, *arguments):
    call = command("--report-dir", "out", "--base-url", watched.url, *OPTIONS, *arguments)
    return finish(begin(call, cwd, **watched.variables), cwd / "out")


def _pytest(watched, cwd, *arguments, **variables):
    call = plain_pytest("--conformance-base-url", watched.url, *PYTEST_OPTIONS, *arguments)
    return finish(begin(call, cwd, **watched.variables, **variables), cwd / "out")


def normal(ran):
    """What must be the same in every run of one target.

    Which cases happened to see an exchange of some kind is not: who comes first makes what is
    shared.
    """
    report = ran.report
    kept = ("id", "level", "operation", "outcome", "waived", "wanted", "got", "blame")
    planned = next(line["plan"] for line in map(json.loads, _lines(ran)) if line["kind"] == "plan")
    return {
        "verdict": report["verdict"],
        "publishable": report["publishable"],
        "notes": report["notes"],
        "features": report["target"]["features"],
        "endpoints": [
            {key: each[key] for key in ("operation", "verdict", "outcomes")}
            for each in report["endpoints"]
        ],
        "requirements": [{key: each[key] for key in kept} for each in report["requirements"]],
        "planned": {id_: sorted(cases) for id_, cases in planned.items()},
    }


@pytest.mark.end_to_end
def test_reference_conforms(ran):
    """Every requirement in scope holds, and nothing is left."""
    assert ran.status == 0, ran.out
    report = ran.report
    assert (report["verdict"], report["publishable"]) == ("conformant", True)
    assert {each["outcome"] for each in report["requirements"]} <= {
        "passed",
        "not-applicable",
        "unsupported",
    }
    assert report["run"]["containers_left"] == 0
    assert ran.written == WRITTEN


@pytest.mark.end_to_end
def test_embedded_reference_conforms(run):
    """Without a base URL, and with the number of workers that pay for themselves."""
    ran = run("--fuzz", "off")

    assert ran.status == 0, ran.out
    assert ran.report["verdict"] == "conformant"


@pytest.mark.end_to_end
def test_workers_change_nothing(watched, ran, tmp_path):
    """Four of them say what one process says."""
    other = _run(watched, tmp_path, "-n", "4")

    assert normal(other) == normal(ran)
    assert other.status == ran.status
    assert watched.containers() == []


@pytest.mark.end_to_end
def test_plain_pytest_changes_nothing(watched, ran, tmp_path):
    """The same cases, verdicts, files and exit status."""
    other = _pytest(watched, tmp_path)

    assert normal(other) == normal(ran)
    assert (other.status, other.written) == (ran.status, ran.written)
    assert watched.containers() == []


@pytest.mark.end_to_end
def test_order_changes_nothing(watched, ran, tmp_path):
    """The last case first."""
    path = f"{environment()['PYTHONPATH']}:{Path(__file__).parent}"
    other = _pytest(watched, tmp_path, "-p", "reversing", PYTHONPATH=path)

    assert normal(other) == normal(ran)
    assert _first_case(other) != _first_case(ran)
    assert watched.containers() == []


@pytest.mark.end_to_end
def test_fault_is_told_without_the_key(watched, tmp_path):
    """Whatever broke the run, no file has the key in it."""
    path = f"{environment()['PYTHONPATH']}:{Path(__file__).parent}"
    other = _pytest(watched, tmp_path, "-p", "breaking", PYTHONPATH=path)

    texts = [each.read_text("latin-1") for each in other.directory.iterdir()]
    assert any("no use for [masked]" in text for text in texts)
    assert not [text for text in texts if watched.key in text]


@pytest.mark.end_to_end
def test_options_of_pytest_in_the_environment_change_nothing(tmp_path):
    """A run chooses its cases itself; a user's pytest options are for the user's own tests."""
    variables = {"PYTEST_ADDOPTS": "-k nothing --no-such-option", "PYTEST_PLUGINS": "no_such"}
    call = command("--report-dir", "out", "--profile", "smoke")
    ran = finish(begin(call, tmp_path, **variables), tmp_path / "out")

    assert ran.status == 0, ran.out
    assert ran.report["publishable"]


def _first_case(ran):
    return next(line["case"] for line in map(json.loads, _lines(ran)) if line["kind"] == "case")


def _lines(ran):
    return (ran.directory / "evidence.jsonl").read_text("utf-8").splitlines()


@pytest.mark.end_to_end
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "workers"])
def test_plain_pytest_needs_a_target(tmp_path, workers):
    """Without any option it refuses in a sentence, and asks nobody."""
    other = finish(begin(plain_pytest(*workers), tmp_path), tmp_path)

    assert other.status == 2
    assert "need a target: give --conformance-base-url URL" in other.out
    assert "Traceback" not in other.out


@pytest.mark.end_to_end
def test_plain_pytest_refuses_a_wrong_call(tmp_path):
    """As ``run`` does, with the options' own names."""
    call = plain_pytest("--conformance-profile", "nonesuch")
    other = finish(begin(call, tmp_path), tmp_path)

    assert other.status == 2
    assert "--conformance-profile" in other.out
    assert "Traceback" not in other.out


@pytest.mark.end_to_end
def test_part_of_the_cases_is_not_publishable(watched, tmp_path):
    """A choice by ``-k`` is told, and what was not chosen is open."""
    other = _pytest(watched, tmp_path, "-k", "test_container_delete")

    assert not other.report["publishable"]
    assert "Only a part of the profile was asked for." in other.report["notes"]


@pytest.mark.end_to_end
def test_key_is_nowhere(watched, ran):
    """In no file and not on the screen, however spelled, although the target echoes it."""
    texts = {each.name: each.read_bytes().decode("latin-1") for each in ran.directory.iterdir()}
    texts["the screen"] = ran.out
    assert "x-echo" in texts["evidence.jsonl"]

    for key in (watched.key, watched.second):
        for name, text in texts.items():
            assert _spellings(key) & {each for each in _spellings(key) if each in text} == set(), (
                name
            )


def _spellings(key):
    """The key as it stands, and what base64 makes of its middle."""
    raw = key.encode()
    cores = set()
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            cores.add(encode(b"\0" * offset + raw).decode().rstrip("=")[4:-2])
    return {key, key[::-1], quote(key, safe=""), raw.hex(), key[8:], key[:-4], *cores}


@pytest.mark.end_to_end
def test_counts_agree(ran):
    """In every format as in the evidence."""
    report = ran.report
    outcomes = Counter(each["outcome"] for each in report["requirements"])
    by_endpoint = Counter()
    for each in report["endpoints"]:
        by_endpoint.update({name: n for name, n in each["outcomes"].items() if n})
    assert by_endpoint == outcomes

    suites = ET.parse(ran.directory / "junit.xml").getroot()
    assert len(list(suites.iter("testcase"))) == len(report["requirements"])
    assert len(list(suites.iter("failure"))) == outcomes["failed"] + outcomes["flaky"]
    summary = ran["ctrf.json"]["results"]["summary"]
    assert summary["tests"] == len(report["requirements"])
    assert summary["passed"] == outcomes["passed"]
    lines = [json.loads(line) for line in _lines(ran)]
    exchanges = [each for line in lines for each in line.get("exchanges", ())]
    assert len(ran["traffic.har"]["log"]["entries"]) == len(exchanges)
    assert len({each["id"] for each in exchanges}) == len(exchanges)
    assert report["run"]["requests"] == len(exchanges)
    named = {id_ for each in report["requirements"] for id_ in each["exchanges"]}
    assert named <= {each["id"] for each in exchanges}
    assert re.search(rf"\b{outcomes['passed']} of ", ran.out)


@pytest.mark.end_to_end
def test_evidence_is_judged_again_the_same(ran, tmp_path):
    """Without the target, to the byte."""
    call = [sys.executable, "-m", "conformance", "report", str(ran.directory / "evidence.jsonl")]
    again = subprocess.run(
        [*call, "--report-dir", "again"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert again.returncode == ran.status, again.stderr
    for name in WRITTEN - {"evidence.jsonl"}:
        written = (tmp_path / "again" / name).read_bytes()
        assert written == (ran.directory / name).read_bytes(), name


@pytest.mark.end_to_end
def test_everything_is_its_owners_only(ran):
    """What a target has said is nobody else's."""
    assert ran.directory.stat().st_mode & 0o077 == 0
    assert [each.name for each in ran.directory.iterdir() if each.stat().st_mode & 0o077] == []
