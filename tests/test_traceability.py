"""Traceability: each way in which a requirement, a case and a lie can lose one another is told."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from conformance.catalogue import Level, Requirement, load
from tests import traceability
from tests.mutants.registry import Mutant
from tests.traceability import Heard, Tracing

ID = "container.list.succeeds"
ROW = Requirement(ID, Level.MUST, "listContainers", "It succeeds.", (), "0.1.0")
CASE = "test_container_list::test_it_succeeds"
LIE = Mutant("fails", "Fails.", lambda app: app, (ID,))


@pytest.fixture
def whole():
    """One requirement with a case that spoke for it and a lie that breaks it."""
    heard = Heard(frozenset({ID}), {ID: frozenset({CASE})})
    return Tracing({ID: ROW}, {ID: [CASE]}, heard, [LIE], {})


def test_what_is_traceable_is_no_complaint(whole):
    """A row with a case, a lie and the right operation is fine."""
    assert whole.complaints() == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"marks": {}}, f"{ID}: no case speaks for it"),
        ({"heard": Heard(frozenset({ID}))}, f"{ID}: no case spoke for it in the run"),
        ({"lies": []}, f"{ID}: no lie breaks it"),
        ({"marks": {ID: [CASE], "a.b.c": ["test_x"]}}, "test_x: speaks for a.b.c"),
        ({"excused": {"container.*": "It can't be."}}, "container.*: needs no reason"),
        (
            {"rows": {ID: replace(ROW, operation="createContainer")}},
            f"{ID}: is about createContainer, but fails is booked on listContainers",
        ),
        (
            {"lies": [LIE, replace(LIE, name="fools", breaks=("file.list.is-nice",))]},
            "fools: declares file.list.is-nice",
        ),
    ],
)
def test_what_is_lost_is_told(whole, broken, told):
    """Each kind of loss gives one sentence that names it."""
    [complaint] = replace(whole, **broken).complaints()

    assert complaint.startswith(told)


def test_requirement_without_a_lie_may_have_a_reason(whole):
    """A written reason stands for a lie, and is shown in its place."""
    excused = replace(whole, lies=[], excused={"container.*": "Nobody can lie about it."})

    assert excused.complaints() == []
    assert "Nobody can lie about it." in excused.rendered()


def test_retired_requirement_needs_nothing(whole):
    """What is retired has neither cases nor lies."""
    gone = {ID: replace(ROW, retired_in="0.2.0")}

    assert replace(whole, rows=gone, marks={}, heard=Heard(), lies=[]).complaints() == []


def test_passive_requirement_needs_no_mark_but_must_be_heard(whole):
    """A row that every exchange is judged by has no case of its own, and speaks in each run."""
    passive = replace(whole, rows={ID: replace(ROW, passive=True)}, marks={})

    assert passive.complaints() == []
    [complaint] = replace(passive, heard=Heard(frozenset({ID}))).complaints()
    assert "in the run" in complaint


def test_table_has_a_line_a_requirement(whole):
    """The table names the case that was heard, and the lie."""
    assert whole.rendered().splitlines()[-1] == (f"| `{ID}` | MUST |  | test_it_succeeds | fails |")


def test_cases_are_heard_from_evidence():
    """The plan says what was in scope, and claims who spoke for it, parameters aside."""
    claims = [{"requirement": ID, "outcome": "passed"}]
    lines = [
        json.dumps({"kind": "header"}),
        json.dumps({"kind": "plan", "plan": {ID: [f"{CASE}[1]"], "a.b.c": []}}),
        json.dumps({"kind": "case", "case": f"{CASE}[1]", "claims": claims}),
    ]

    assert Heard.from_evidence(lines) == Heard(frozenset({ID, "a.b.c"}), {ID: frozenset({CASE})})


def test_session_fails_where_something_is_lost(whole, monkeypatch, tmp_path, capsys):
    """The table is written all the same, and the complaint told."""
    document = tmp_path / "docs" / "requirements.md"
    monkeypatch.setattr(traceability, "DOCUMENT", document)
    monkeypatch.setattr(traceability, "INDEX", tmp_path / "mutants.json")
    monkeypatch.setattr(sys, "argv", ["traceability"])
    monkeypatch.setattr(traceability, "traced", lambda: whole)
    assert traceability.main() == 0
    monkeypatch.setattr(traceability, "traced", lambda: replace(whole, lies=[]))
    assert traceability.main() == 1

    assert ID in document.read_text()
    assert "no lie breaks it" in capsys.readouterr().err


def test_index_of_lies_groups_families(whole):
    """Names without what is in brackets, counted, for each requirement that finds any."""
    more = [replace(LIE, name=f"forgets[{each}]", sentence="Forgets.") for each in "ab"]

    index = json.loads(traceability.indexed(["a.b.c", ID], [LIE, *more]))

    assert index["families"] == {"fails": "Fails.", "forgets": "Forgets."}
    assert index["requirements"] == {ID: {"fails": 1, "forgets": 2}}


def test_index_of_lies_is_current():
    """What ``explain`` tells is what there is."""
    written = traceability.INDEX.read_text("utf-8")

    expected = traceability.indexed(load().requirements, traceability.all_lies())
    assert written == expected, "write it anew: python -m tests.traceability"
