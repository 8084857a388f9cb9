"""Runs with one seed: what differs between them is told."""

from __future__ import annotations

import sys

from tests.mutants import steady, trial


def ending(status: int, **outcomes: str) -> trial.Ending:
    """A run with these outcomes."""
    rows = tuple({"id": id_, "outcome": outcome} for id_, outcome in outcomes.items())
    return trial.Ending("reference", status, 1.0, rows)


def test_alike_runs_have_no_differences():
    """The same outcomes and the same status are the same."""
    assert steady.differences([ending(0, a="passed"), ending(0, a="passed")]) == []


def test_each_difference_is_told():
    """An outcome, the exit status and a missing row are told, with how often each came."""
    runs = [
        ending(0, a="passed", b="passed"),
        ending(1, a="flaky", b="passed"),
        ending(0, a="passed"),
    ]

    assert steady.differences(runs) == [
        "the exit status: 2 x 0, 1 x 1",
        "the number of requirements: 2 x 2, 1 x 1",
        "a: 2 x passed, 1 x flaky",
    ]


def test_session_fails_where_runs_differ(monkeypatch, capsys):
    """The session says which requirement is not steady."""
    runs = [ending(0, a="passed"), ending(0, a="flaky")]
    monkeypatch.setattr(trial, "run_all", lambda *_: iter(runs))
    monkeypatch.setattr(sys, "argv", ["steady", "--runs", "2"])

    assert steady.main() == 1
    assert "a: 1 x passed, 1 x flaky" in capsys.readouterr().out


def test_unknown_target_is_refused(monkeypatch, capsys):
    """A name that nothing has is told."""
    monkeypatch.setattr(sys, "argv", ["steady", "--target", "nobody"])

    assert steady.main() == 2
    assert "no nobody" in capsys.readouterr().err


def test_short_runs_are_steady(monkeypatch, capsys):
    """Two real runs of the reference, without generated cases, say the same."""
    monkeypatch.setattr(sys, "argv", ["steady", "--runs", "2", "--fuzz", "off"])

    assert steady.main() == 0
    assert "all alike" in capsys.readouterr().out
