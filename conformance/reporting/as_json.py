"""report.json: the report as it is, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report


def render(report: Report, evidence: Evidence) -> str:  # noqa: ARG001 - as every format
    """The report as JSON in ASCII, so that no character of the target's can break a reader."""
    return json.dumps(report.to_json(), indent=2) + "\n"
