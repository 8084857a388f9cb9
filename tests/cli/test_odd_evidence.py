"""Evidence from strangers and failed disks: what is no record is told, and nobody stumbles."""

import json
import random

import pytest

from conformance import cli
from conformance.catalogue.schemas import schema
from conformance.evidence import Evidence, lines
from conformance.verdicts import conveyance
from conformance.verdicts.outcome import Outcome
from tests.cli.test_verify import leaves

ODD = [
    {"kind": "case"},
    {"kind": "plan"},
    {"kind": "plan", "plan": {"a.b.c": "a::b"}},
    {"kind": "cleaning"},
    {"kind": "cleaning", "exchanges": [{"id": "1"}]},
    {"kind": "footer"},
    {"kind": ["case"]},
]

#: What stands where something else should.
STRANGE = [None, -1, "", "x", [], [7], {}, {"a": 1}, True, 10**18, float("nan")]

#: How many changed files are judged: some of the thousands that there could be.
TRIED = 40


@pytest.mark.parametrize("line", ODD, ids=json.dumps)
def test_line_that_is_no_record_is_told_as_one_that_is_cut(ran, capsys, line):
    """It hides no other and reddens nothing, but nobody may publish what it stands in."""
    path = ran / "evidence.jsonl"
    head, _, rest = path.read_text("utf-8").partition("\n")
    path.write_text(f"{head}\n{json.dumps(line)}\n{rest}", "utf-8")

    assert cli.main(["report", str(path), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["notes"] == ["1 lines of the evidence can't be read."]
    assert (report["verdict"], report["publishable"]) == ("conformant", False)


@pytest.mark.parametrize("line", ODD, ids=json.dumps)
def test_evidence_with_such_a_line_is_not_verified(ran, capsys, line):
    """It is none that a run has written, whatever stands beside it."""
    with (ran / "evidence.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(line)}\n")

    assert cli.main(["verify", str(ran)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "1 lines of" in err
    assert "are no records of a run" in err


def test_footer_that_is_none_ends_nothing(ran, capsys):
    """As if the run had been killed before it: exit status 4."""
    path = ran / "evidence.jsonl"
    *whole, _ = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*whole, '{"kind": "footer", "limit": null}']), "utf-8")

    assert cli.main(["report", str(path)]) == 4
    assert "The evidence has no end" in capsys.readouterr().out


def _spoilt(text, chance):
    """The lines of *text*, one value in them replaced by something strange, or left out."""
    told = [json.loads(line) for line in text.splitlines()]
    line = chance.choice(told)
    *path, last = chance.choice([each for each in leaves(line) if each])
    path = path[: chance.randint(0, len(path))] if chance.random() < 0.3 else [*path, last]
    *way, last = path or [last]
    inner = line
    for each in way:
        inner = inner[each]
    if chance.random() < 0.2 and isinstance(inner, dict):
        inner.pop(last, None)
    else:
        inner[last] = chance.choice(STRANGE)
    return "\n".join(map(json.dumps, told))


@pytest.mark.parametrize("seed", range(TRIED))
def test_whatever_stands_in_evidence_is_judged_or_refused(ran, capsys, seed):
    """In every format, and never as a fault of our own."""
    path = ran / "evidence.jsonl"
    chance = random.Random(seed)
    path.write_text(_spoilt(path.read_text("utf-8"), chance), "utf-8")

    status = cli.main(["report", str(path), "--report-dir", str(ran / "again")])

    err = capsys.readouterr().err
    assert status in (0, 1, 2, 4), err
    assert err.count("\n") == (status == 2)


def test_words_of_the_lines_are_those_of_the_judge():
    """And those of the schema, by which others write evidence."""
    parts = schema("evidence")["$defs"]

    assert {each.value for each in Outcome} == lines.OUTCOMES
    assert set(parts["claim"]["properties"]["outcome"]["enum"]) == lines.OUTCOMES
    assert set(conveyance.KINDS) == lines.KINDS


def test_run_writes_no_odd_lines(ran):
    """What is asked of lines is what runs write."""
    evidence = Evidence.from_file(ran / "evidence.jsonl")

    assert (evidence.odd, evidence.unreadable) == (0, 0)
    assert evidence.footer
