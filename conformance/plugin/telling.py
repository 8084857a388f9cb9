"""What pytest's own reports say of a case: the same as its record, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.errors import Failure, LimitReached, NotApplicable, Unsupported

if TYPE_CHECKING:
    import pytest

    from conformance.evidence import Redactor
    from conformance.plugin.record import Record


def tell(report: pytest.TestReport, record: Record, error: BaseException | None) -> None:
    """Let the *report* of a phase say what the *record* does: failed where a claim failed."""
    if isinstance(error, (Unsupported, NotApplicable, LimitReached)):
        report.outcome = "skipped"
        report.longrepr = (report.location[0], report.location[1] or 0, str(error))
        return
    broken = [claim for claim in record.claims.values() if claim["outcome"] == "failed"]
    if error is None and broken:
        report.outcome = "failed"
        report.longrepr = "\n".join(f"{each['requirement']}: {each['message']}" for each in broken)
    elif isinstance(error, Failure):
        report.longrepr = str(error)


def mask(report: pytest.TestReport, redactor: Redactor) -> None:
    """Take every secret out of what *report* shows: traceback, reason, and what was captured."""
    told = report.longrepr
    if isinstance(told, tuple):
        path, line, reason = told
        report.longrepr = (path, line, redactor.mask(reason))
    elif told is not None:
        text = str(told)
        masked = redactor.mask(text)
        # What needs no mask keeps pytest's colours.
        report.longrepr = told if masked == text else masked
    report.sections = [(title, redactor.mask(text)) for title, text in report.sections]
