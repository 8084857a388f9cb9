"""Several reports side by side: operations by targets, then requirements by targets.

There is no score: a number over all would hide which operation fails whom.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError
from conformance.verdicts.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.verdicts.report import Endpoint, Report, RequirementResult

SCHEMA_VERSION = "1"

#: What has to be the same in reports that stand side by side.
SAME = ("catalogue_sha256", "spec_sha256")

#: What a target can have done about a requirement. Only the second is a failure.
STATES = (
    "holds",
    "broken",
    "waived",
    "not-shown",  # it should have been shown and was not
    "unsupported",
    "not-applicable",
    "not-asked",  # the report does not have it: another profile, or a filter
)

_STATE = {
    Outcome.PASSED: "holds",
    Outcome.FAILED: "broken",
    Outcome.FLAKY: "broken",
    Outcome.UNSUPPORTED: "unsupported",
    Outcome.NOT_APPLICABLE: "not-applicable",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One requirement of one target."""

    state: str
    outcome: str | None = None  # None where it was not asked
    level: str | None = None
    message: str = ""

    @classmethod
    def of(cls, result: RequirementResult | None) -> Cell:
        """What *result* says; None where the report has none."""
        if result is None:
            return cls("not-asked")
        state = _STATE.get(Outcome(result.outcome), "not-shown")
        waived = "waived" if result.waived and state == "broken" else state
        return cls(waived, result.outcome, result.level, result.message)

    def to_json(self) -> dict[str, Any]:
        """The cell as plain data."""
        return {
            "state": self.state,
            "outcome": self.outcome,
            "level": self.level,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """One operation of one target."""

    verdict: str | None  # None where nothing of it was asked
    states: dict[str, int]
    latency_ms: dict[str, float | None]

    @classmethod
    def of(cls, endpoint: Endpoint, cells: Sequence[Cell]) -> Summary:
        """Sum up the *cells* of an operation."""
        counted = Counter(each.state for each in cells)
        is_asked = counted["not-asked"] < len(cells)
        return cls(
            endpoint.verdict if is_asked else None,
            {state: counted[state] for state in STATES},
            endpoint.latency_ms,
        )

    def to_json(self) -> dict[str, Any]:
        """The summary as plain data."""
        return {"verdict": self.verdict, "states": self.states, "latency_ms": self.latency_ms}


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of all targets."""

    id: str
    operation: str
    sentence: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the targets are not all alike in it."""
        return len({each.state for each in self.cells}) > 1

    @property
    def is_broken(self) -> bool:
        """Whether any target breaks it, waived or not."""
        return any(each.state in ("broken", "waived") for each in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that several reports say, side by side."""

    labels: tuple[str, ...]
    reports: tuple[Report, ...]
    rows: tuple[Row, ...]  # by operation, in the order of the contract

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Matrix:
        """Put *reports* side by side.

        Raises:
            UsageError: if they are of different catalogues, or two are of one run.
        """
        _check(reports)
        results = [{each.id: each for each in report.requirements} for report in reports]
        known = {id_: each for table in reversed(results) for id_, each in table.items()}
        order = [each.operation for each in reports[0].endpoints]
        ids = sorted(known, key=lambda id_: (order.index(known[id_].operation), id_))
        rows = tuple(
            Row(
                id_,
                known[id_].operation,
                known[id_].sentence,
                tuple(Cell.of(table.get(id_)) for table in results),
            )
            for id_ in ids
        )
        return cls(_labels(reports), tuple(reports), rows)

    def of_operation(self, operation: str) -> tuple[Row, ...]:
        """The rows of *operation*."""
        return tuple(each for each in self.rows if each.operation == operation)

    def summaries(self, operation: str) -> tuple[Summary, ...]:
        """What each target does about *operation*."""
        rows = self.of_operation(operation)
        return tuple(
            Summary.of(
                next(each for each in report.endpoints if each.operation == operation),
                [row.cells[number] for row in rows],
            )
            for number, report in enumerate(self.reports)
        )

    def to_json(self) -> dict[str, Any]:
        """The matrix as plain data."""
        first = self.reports[0]
        return {
            "schema_version": SCHEMA_VERSION,
            "suite": {key: first.suite[key] for key in SAME},
            "targets": [
                _target(label, report)
                for label, report in zip(self.labels, self.reports, strict=True)
            ],
            "operations": [
                {
                    "operation": each.operation,
                    "method": each.method,
                    "path": each.path,
                    "cells": [cell.to_json() for cell in self.summaries(each.operation)],
                }
                for each in first.endpoints
            ],
            "requirements": [
                {
                    "id": row.id,
                    "operation": row.operation,
                    "sentence": row.sentence,
                    "cells": [cell.to_json() for cell in row.cells],
                }
                for row in self.rows
            ],
        }


def _check(reports: Sequence[Report]) -> None:
    """Refuse what can't stand side by side."""
    for key in SAME:
        if len({each.suite[key] for each in reports}) > 1:
            told = ", ".join(f"{each.run['id']}: {each.suite[key][:12]}" for each in reports)
            raise UsageError(
                f"These reports differ in suite.{key} ({told[:300]}): what one was held to, the "
                "other was not; run them with one version of the suite."
            )
    ids = Counter(each.run["id"] for each in reports)
    twice = next((id_ for id_, count in ids.items() if count > 1), None)
    if twice is not None:
        raise UsageError(f"Two of these reports are of the run {twice[:100]}: give each once.")


def _labels(reports: Sequence[Report]) -> tuple[str, ...]:
    """What each column is called: the target's name, numbered where two have the same."""
    names = Counter(str(each.target["name"]) for each in reports)
    seen: Counter[str] = Counter()
    labels = []
    for each in reports:
        name = str(each.target["name"])
        seen[name] += 1
        labels.append(name if names[name] == 1 else f"{name} ({seen[name]})")
    return tuple(labels)


def _target(label: str, report: Report) -> dict[str, Any]:
    return {
        "label": label,
        "name": report.target["name"],
        "base_url": report.target["base_url"],
        "profile": report.target["profile"],
        "run": report.run["id"],
        "started_at": report.run["started_at"],
        "suite_version": report.suite["version"],
        "verdict": report.verdict,
        "publishable": report.publishable,
        "features": report.target["features"],
    }
