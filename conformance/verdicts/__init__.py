"""What it means: outcome, waiver, judge, report; pure."""

from conformance.verdicts.judge import judge
from conformance.verdicts.outcome import Outcome, Verdict, worst
from conformance.verdicts.report import Endpoint, Report, RequirementResult
from conformance.verdicts.waiver import Waiver, WaiverFile

__all__ = [
    "Endpoint",
    "Outcome",
    "Report",
    "RequirementResult",
    "Verdict",
    "Waiver",
    "WaiverFile",
    "judge",
    "worst",
]
