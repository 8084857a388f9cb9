"""A session of lies: what it makes of each ending, and what it ends with."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from dataclasses import replace

import pytest

from tests.mutants import collection, matrix, registry, relevance, run, telling, trial, verdict
from tests.mutants.registry import Mutant
from tests.mutants.verdict import Fate

collection.load()

CONTENT = "retrieveContainerFileContent"
IDENTICAL = ("file.content.bytes-are-identical", CONTENT)
GZIPPED = ("file.content.no-encoding-unasked", CONTENT)
ELSEWHERE = ("file.create.keeps-every-byte", "createContainerFile")


@pytest.fixture(autouse=True)
def lie(monkeypatch):
    """A lie that must fail one requirement and may fail another."""
    made = Mutant("lies", "Lies.", lambda app: app, (IDENTICAL[0],), ("file.content.succeeds",))
    monkeypatch.setitem(registry.MUTANTS, "lies", made)


def ending(*failed: tuple[str, str], name: str = "lies", status: int | None = None) -> trial.Ending:
    """A run in which these requirements have failed, and others passed."""
    outcomes = {id_: (operation, "failed") for id_, operation in failed}
    asked = {"a.b.c": ("x", "passed"), IDENTICAL[0]: (CONTENT, "passed"), **outcomes}
    rows = tuple(
        {"id": id_, "operation": operation, "outcome": outcome, "level": "MUST", "message": ""}
        for id_, (operation, outcome) in asked.items()
    )
    return trial.Ending(name, bool(failed) if status is None else status, 1.0, rows)


def fate(*failed: tuple[str, str]) -> Fate:
    """What becomes of the lie when these have failed."""
    return verdict.judge(ending(*failed)).fate


def test_found_lie_is_killed():
    """A declared failure kills the lie, with what may fail besides."""
    assert fate(IDENTICAL) is Fate.KILLED
    assert fate(IDENTICAL, ("file.content.succeeds", CONTENT)) is Fate.KILLED


def test_failure_elsewhere_is_misbooked():
    """A failure on an operation that is not at fault is told, found or not."""
    judged = verdict.judge(ending(IDENTICAL, ELSEWHERE))

    assert judged.fate is Fate.MISBOOKED
    assert judged.differences == [f"+{ELSEWHERE[0]}"]
    assert fate(ELSEWHERE) is Fate.MISBOOKED


def test_lie_without_a_failure_survives():
    """Where nothing fails the lie has survived."""
    assert fate() is Fate.SURVIVED


def test_undeclared_failure_is_a_surprise():
    """A failure where the fault is, but which nobody declared, is told."""
    judged = verdict.judge(ending(IDENTICAL, GZIPPED))

    assert judged.fate is Fate.SURPRISED
    assert judged.differences == [f"+{GZIPPED[0]}"]


def test_lie_found_by_something_else_is_found_otherwise():
    """Where only undeclared requirements fail, the declaration is wrong."""
    assert fate(GZIPPED) is Fate.OTHERWISE


def test_declared_failure_that_does_not_come_is_missed(monkeypatch):
    """Each declared pattern has to fail something that was asked."""
    both = Mutant("lies", "Lies.", lambda app: app, (IDENTICAL[0], "a.b.*", "openai.only"))
    monkeypatch.setitem(registry.MUTANTS, "lies", both)
    judged = verdict.judge(ending(IDENTICAL))

    assert judged.fate is Fate.MISSED
    assert judged.differences == ["-a.b.*"]


def test_variant_with_a_failed_must_is_blamed():
    """An honest target on which a MUST fails was blamed."""
    blamed = verdict.judge(ending(IDENTICAL, name="deletes_with_204"))

    assert blamed.fate is Fate.BLAMED
    assert verdict.judge(ending(name="deletes_with_204")).fate is Fate.GREEN


def test_run_in_which_a_case_broke_off_is_broken():
    """A fault of the suite is told although the lie was found."""
    broke_off = replace(ending(IDENTICAL), notes=("Cases that broke off: 1, the first a: b.",))
    judged = verdict.judge(broke_off)

    assert judged.fate is Fate.BROKEN
    assert broke_off.notes[0] in telling.render(matrix.Matrix([judged], 1.0))


def test_lie_that_falls_is_broken():
    """What fails because the lie itself does shows nothing of what it is about."""
    judged = verdict.judge(replace(ending(IDENTICAL), status=trial.FELL))

    assert judged.fate is Fate.BROKEN


def test_error_of_a_lie_is_kept():
    """It reaches whoever asked, too, as before."""
    falls = []

    async def fall(*_):
        raise KeyError("name")

    with pytest.raises(KeyError):
        asyncio.run(trial._watched(fall, falls)({}, None, None))
    assert [str(each) for each in falls] == ["'name'"]


def test_hanging_child_is_ended(monkeypatch):
    """A run that does not come to its end is killed and told."""
    monkeypatch.setattr(trial, "LIMIT_S", 0.2)
    monkeypatch.setattr(trial, "_run", lambda *_: asyncio.run(asyncio.sleep(30)))
    trials = [trial.Trial(registry.MUTANTS["lies"], {})]

    assert [verdict.judge(each).fate for each in trial.run_all(trials, 1)] == [Fate.HUNG]


def matrix_of(*endings: trial.Ending, **details: object) -> matrix.Matrix:
    """The matrix of some endings."""
    return matrix.Matrix([verdict.judge(each) for each in endings], 1.0, **details)


def test_whole_session_is_clean_only_if_every_requirement_is_broken():
    """A requirement that no lie makes fail needs a reason."""
    alone = matrix_of(ending(IDENTICAL))

    assert alone.never_failed == ["a.b.c"]
    assert not alone.is_clean
    assert matrix_of(ending(IDENTICAL), excused={"a.*": "It can't be."}).is_clean
    assert matrix_of(ending(IDENTICAL), is_whole=False).is_clean


@pytest.mark.parametrize("failed", [(), (IDENTICAL, ELSEWHERE), (IDENTICAL, GZIPPED)])
def test_session_with_a_difference_is_not_clean(failed):
    """A survivor, a wrong booking or a surprise fails the session, and is named."""
    found = matrix_of(ending(*failed), is_whole=False)

    assert not found.is_clean
    assert "  lies" in telling.render(found)


def test_interrupted_session_is_not_clean():
    """What was not run is not known to be found."""
    assert not matrix_of(ending(IDENTICAL), is_whole=False, unrun=1).is_clean


def test_matrix_has_a_row_a_requirement_and_a_column_a_lie():
    """Each cell tells whether the failure was declared."""
    rows = list(csv.reader(matrix.as_csv(matrix_of(ending(IDENTICAL, ELSEWHERE))).splitlines()))

    assert rows[0] == ["requirement", "lies"]
    assert dict(rows[1:]) == {"a.b.c": "", IDENTICAL[0]: "K", ELSEWHERE[0]: "!"}


def test_missing_failure_is_in_the_matrix():
    """What must fail and did not is marked."""
    rows = dict(csv.reader(matrix.as_csv(matrix_of(ending(GZIPPED))).splitlines()))

    assert rows[IDENTICAL[0]] == "-"


def test_summary_has_both_matrices():
    """The terminal shows each requirement by kind of lie, and each operation by operation."""
    told = telling.render(matrix_of(ending(IDENTICAL, ELSEWHERE)))

    assert IDENTICAL[0] in told
    line = next(each for each in told.splitlines() if each.startswith(f"9 {CONTENT}"))
    assert line.split()[2:] == [".", ".", ".", ".", ".", "1", ".", ".", "1"]


def line_of(case: str, *operations: str) -> str:
    """A case's line in the evidence."""
    exchanges = [{"operation": each} for each in operations]
    return json.dumps({"kind": "case", "case": case, "exchanges": exchanges})


def test_lie_is_tried_with_the_cases_that_call_its_operation():
    """A case that neither calls the operation nor speaks for what is broken is left."""
    plan = {IDENTICAL[0]: ["m::speaks"], "a.b.c": ["m::other"]}
    lines = [
        json.dumps({"kind": "plan", "plan": plan}),
        line_of("m::calls[a]", "createContainer"),
        line_of("m::calls[b]", CONTENT),
        line_of("m::speaks"),
        line_of("m::other", "listContainers"),
    ]
    calls = relevance.Calls.from_evidence(lines)

    assert calls.relevant_to(registry.MUTANTS["lies"]) == {"m::calls", "m::speaks"}


def test_longest_runs_are_tried_first(monkeypatch):
    """What generates cases comes first, then what takes most requests."""
    calls = relevance.Calls(
        {"m::long": frozenset({CONTENT}), "m::short": frozenset({"listContainers"})},
        {},
        {"m::long": 9, "m::short": 2},
    )
    monkeypatch.setattr(relevance, "measured", lambda _: calls)
    asked = run._parser().parse_args([])
    short, long, generating = (
        Mutant(name, "Lies.", lambda app: app, (f"{prefix}.x",), options=options)
        for name, prefix, options in (
            ("short", "container.list", {}),
            ("long", "file.content", {}),
            ("generating", "container.list", {"fuzz": "standard"}),
        )
    )

    tried = run._trials(asked, [short, long, generating])

    assert [each.subject.name for each in tried] == ["generating", "long", "short"]


def test_user_of_what_is_shared_calls_what_made_it():
    """A lie about a creation can show in every case that uses what was created once a run."""
    shared = relevance.sharing()

    assert "createContainerFile" in shared["test_file_list::test_list_shows_every_file_in_order"]
    assert shared["test_container_create::test_wrong_bodies_are_refused_and_make_nothing"] == set()


def test_session_stops_where_the_bare_reference_is_red(monkeypatch):
    """Lies are not tried before the truth holds."""
    red = ending(IDENTICAL, name="reference")
    monkeypatch.setattr(trial, "run_all", lambda *_: iter([red]))

    with pytest.raises(relevance.Dishonest, match=IDENTICAL[0]):
        relevance.measured({})


def test_unknown_declaration_stops_the_session_with_its_name(monkeypatch, capsys):
    """A mutant that declares an unknown requirement is named, and nothing runs."""
    wrong = Mutant("lies", "Lies.", lambda app: app, ("file.content.is-nice",))
    monkeypatch.setitem(registry.MUTANTS, "lies", wrong)
    monkeypatch.setattr(sys, "argv", ["run", "--only", "lies"])

    assert run.main() == 2
    assert "lies declares file.content.is-nice" in capsys.readouterr().err


def test_blamed_variant_stops_the_session_with_its_name(monkeypatch, capsys):
    """A harmless variant that breaks a requirement fails the session by name."""
    blamed = ending(IDENTICAL, name="deletes_with_204")
    monkeypatch.setattr(trial, "run_all", lambda *_: iter([blamed]))
    monkeypatch.setattr(sys, "argv", ["run", "--variants", "--only", "deletes_with_204"])

    assert run.main() == 1
    told = capsys.readouterr().out
    assert f"  deletes_with_204 +{IDENTICAL[0]}" in told
    assert "green 0 of 1 variants" in told


def test_name_that_nothing_has_is_refused(monkeypatch, capsys):
    """A session of nothing is no green session."""
    monkeypatch.setattr(relevance, "measured", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["run", "--only", "nothing_is_called_so"])

    assert run.main() == 2
    assert "--list" in capsys.readouterr().err
