"""badge.json: an endpoint of shields.io."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.reporting.escaping import printable
from conformance.reporting.summary import Tally

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report

COLOURS = {
    "conformant": "brightgreen",
    "partial": "yellowgreen",
    "non-conformant": "red",
    "inconclusive": "yellow",
    "unreachable": "lightgrey",
    "error": "lightgrey",
}


def render(report: Report, evidence: Evidence) -> str:  # noqa: ARG001 - as every format
    """The verdict and how many of the requirements in scope hold."""
    tally = Tally.of(report.requirements)
    badge = {
        "schemaVersion": 1,
        "label": printable(f"Containers API {report.target['profile']}", limit=60),
        "message": f"{report.verdict} · {tally.passed}/{tally.in_scope}",
        "color": COLOURS[report.verdict],
    }
    return json.dumps(badge, indent=2) + "\n"
