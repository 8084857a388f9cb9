"""ctrf.json: the Common Test Report Format, for dashboards."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.reporting import summary
from conformance.reporting.escaping import printable

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report, RequirementResult

#: Characters of one text that are kept.
LIMIT = 4_000

_STATUS = {
    "passed": "passed",
    "failed": "failed",
    "open": "other",
    "waived": "skipped",
    "skipped": "skipped",
}


def render(report: Report, evidence: Evidence) -> str:
    """The report in CTRF; what could not be shown is ``other``, what is waived ``skipped``."""
    seconds = summary.durations(evidence)
    whole = {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "results": {
            "tool": {"name": "containers-conformance", "version": report.suite["version"]},
            "summary": _summary(report),
            "tests": [_test(each, seconds.get(each.id, 0.0)) for each in report.requirements],
            "extra": {
                "verdict": report.verdict,
                "publishable": report.publishable,
                "profile": report.target["profile"],
                "base_url": report.target["base_url"],
                "run": report.run["id"],
            },
        },
    }
    return json.dumps(whole, indent=2) + "\n"


def _summary(report: Report) -> dict[str, int]:
    tally = summary.Tally.of(report.requirements)
    start = _milliseconds(str(report.run.get("started_at", "")))
    return {
        "tests": tally.total,
        "passed": tally.passed,
        "failed": tally.failed,
        "pending": 0,
        "skipped": tally.skipped + tally.waived,
        "other": tally.open,
        "suites": len(report.endpoints),
        "start": start,
        "stop": start + round(1_000 * float(report.run.get("duration_s") or 0)),
    }


def _milliseconds(moment: str) -> int:
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1_000)
    except ValueError:
        return 0


def _test(result: RequirementResult, seconds: float) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": result.id,
        "status": _STATUS[summary.kind(result)],
        "duration": round(1_000 * seconds),
        "suite": [result.operation],
        "rawStatus": result.outcome,
        "tags": [result.level, *filter(None, [result.feature])],
        "flaky": result.outcome == "flaky",
        "extra": {"sentence": result.sentence, "waived": result.waived},
    }
    if result.message:
        test["message"] = printable(result.message, limit=LIMIT)
    if result.curl:
        test["trace"] = printable(result.curl, limit=2 * LIMIT)
    return test
