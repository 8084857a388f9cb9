"""The command compare: what changed between two reports, and when that shuts a gate."""

import copy
import json
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

RED = ["failed", "flaky", "untestable", "unreachable", "unreached", "error"]


def compared(capsys, old, new, *more):
    """The exit status of the comparison, and what it printed."""
    status = cli.main(["compare", old, new, *more])
    return status, capsys.readouterr().out


def as_json(capsys, old, new):
    """The exit status, and the comparison as plain data that keeps to its schema."""
    status, out = compared(capsys, old, new, "--format", "json")
    data = json.loads(out)
    assert misfit(data, "comparison") is None
    return status, data


def test_report_does_not_differ_from_itself(filed, capsys, conformant):
    """Everything is unchanged, and the gate stays open."""
    status, data = as_json(capsys, filed("old"), filed("new"))

    assert status == 0
    assert data["counts"].pop("unchanged") == len(conformant["requirements"])
    assert set(data["counts"].values()) == {0}


@pytest.mark.parametrize("outcome", [*RED, "unsupported"])
def test_what_held_and_no_longer_does_is_a_regression(filed, capsys, outcome):
    """Whatever keeps callers from relying on it."""
    status, data = as_json(capsys, filed("old"), filed("new", {ONE: outcome}))

    assert status == 1
    assert [each["id"] for each in data["regressed"]] == [ONE]
    assert data["regressed"][0]["after"]["outcome"] == outcome


@pytest.mark.parametrize("outcome", RED)
def test_what_was_red_and_holds_is_fixed(filed, capsys, outcome):
    """And opens no gate, nor shuts one."""
    status, data = as_json(capsys, filed("old", {ONE: outcome}), filed("new"))

    assert status == 0
    assert [each["id"] for each in data["fixed"]] == [ONE]


@pytest.mark.parametrize(
    ("before", "after", "waived"),
    [
        ("failed", "flaky", []),
        ("passed", "not-applicable", []),
        ("passed", "failed", [ONE]),
        ("unsupported", "failed", []),
        ("unsupported", "passed", []),
    ],
)
def test_other_changes_shut_no_gate(filed, capsys, before, after, waived):
    """What was broken before, was never shown, or is waived."""
    status, data = as_json(
        capsys, filed("old", {ONE: before}), filed("new", {ONE: after}, waived=waived)
    )

    assert status == 0
    assert [each["id"] for each in data["changed"]] == [ONE]


def test_requirements_that_came_and_went_are_told(filed, capsys, conformant):
    """Even a new one that fails is no regression."""
    rows = conformant["requirements"]
    shorter = [row for row in rows if row["id"] != ONE]
    old = filed("old", requirements=shorter)
    new = filed("new", {ONE: "failed"}, requirements=[row for row in rows if row["id"] != TWO])
    status, data = as_json(capsys, old, new)

    assert status == 0
    assert [each["id"] for each in data["added"]] == [ONE]
    assert [each["id"] for each in data["removed"]] == [TWO]
    assert "1 that held were not asked for in the new run." in data["notes"]


def test_what_makes_a_comparison_odd_is_noted(filed, capsys, conformant):
    """Another target, profile or catalogue, and a run that was cut short."""
    other = copy.deepcopy(conformant)
    other["target"] |= {"base_url": "http://other/v1", "profile": "smoke"}
    other["suite"]["catalogue_sha256"] = "0" * 64
    other["verdict"] = "inconclusive"
    _, data = as_json(capsys, filed("old"), filed("new", **other))

    told = " ".join(data["notes"])
    for part in ("base url", "profile", "different catalogues", "inconclusive"):
        assert part in told


def test_people_are_told_what_changed(filed, capsys):
    """The counts first, then each with what it was and is."""
    status, out = compared(
        capsys, filed("old", {TWO: "failed"}), filed("new", {ONE: "failed", THREE: "unreached"})
    )

    assert status == 1
    assert "2 regressed · 1 fixed · 0 added · 0 removed · 0 changed" in out
    assert f"Regressed\n  {ONE}  MUST  passed → failed\n" in out
    assert f"  {THREE}  MUST  passed → unreached\n" in out
    assert f"Fixed\n  {TWO}  MUST  failed → passed\n" in out


@pytest.mark.parametrize("name", ["text", "md", "json"])
def test_text_of_strangers_stays_text(filed, capsys, conformant, name):
    """A report may come from anywhere."""
    hostile = copy.deepcopy(conformant)
    for row in hostile["requirements"]:
        row["message"] = HOSTILE
    hostile["target"] |= {"name": HOSTILE, "base_url": HOSTILE}
    status, out = compared(
        capsys, filed("old"), filed("new", {ONE: "failed"}, **hostile), "--format", name
    )

    assert status == 1
    assert out.replace("\n", "").isprintable()
    if name == "md":
        assert "<script>" not in out
        assert "@all" not in out


def test_many_changes_still_fit_a_comment(filed, capsys, conformant):
    """GitHub takes 65,536 characters."""
    everything = copy.deepcopy(conformant)
    for row in everything["requirements"]:
        row["message"] = HOSTILE * 100
    outcomes = {row["id"]: "failed" for row in conformant["requirements"]}
    _, out = compared(capsys, filed("old"), filed("new", outcomes, **everything), "--format", "md")

    assert len(out) < 65_000


BROKEN = {
    "empty": b"",
    "no-json": b"{",
    "no-object": b"[1]",
    "no-utf8": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "nan": b'{"schema_version": NaN}',
    "infinite": b'{"schema_version": 1e999}',
    "long-number": b"1" * 10_000,
    "twice": b'{"verdict": "conformant", "verdict": "error"}',
    "other": b'{"schema_version": "2"}',
    "html": b"<html>",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_report_is_refused_in_a_sentence(filed, capsys, tmp_path, content):
    """Exit status 2, whichever of the two it is."""
    (tmp_path / "bad.json").write_bytes(content)
    good, bad = filed("good"), str(tmp_path / "bad.json")

    for argv in ([good, bad], [bad, good]):
        assert cli.main(["compare", *argv]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "bad.json is no" in err or "bad.json is not" in err
        assert len(err) < 1_000


def test_report_with_a_requirement_twice_is_refused(filed, capsys, conformant):
    """Which of the two would count?"""
    rows = conformant["requirements"]
    twice = filed("twice", requirements=[*rows, rows[0]])

    assert cli.main(["compare", twice, twice]) == 2
    assert f"{rows[0]['id']} stands in it twice" in capsys.readouterr().err


def test_directory_stands_for_its_report(filed, capsys, tmp_path):
    """As runs write them."""
    Path(filed("report"))
    status, out = compared(capsys, str(tmp_path), filed("new"))

    assert status == 0
    assert "0 regressed" in out


def test_unknown_format_is_refused(filed, capsys):
    """With the one that was meant."""
    assert cli.main(["compare", filed("a"), filed("b"), "--format", "jsn"]) == 2
    assert "did you mean json?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv", [["compare", "NAME", "NAME"], ["matrix", "NAME"], ["verify", "NAME"]]
)
def test_name_that_the_system_refuses_is_told_in_a_sentence(capsys, argv):
    """By each command that takes a report or its directory."""
    assert cli.main(["x" * 300 if each == "NAME" else each for each in argv]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "can't be read (File name too long)" in err
