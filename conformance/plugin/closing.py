"""The end of a run: what is left is deleted, the evidence is judged, and reports are written."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, Any

from conformance.errors import SuiteError, Unwritable, UsageError
from conformance.evidence import Evidence, moments
from conformance.plugin import cleaning
from conformance.verdicts import judge
from conformance.verdicts.waiver import draft

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.plugin.session import Run
    from conformance.verdicts import Report

#: Characters that are kept of a fault of the suite, from its end.
LONGEST_FAULT = 2000


def close(run: Run, *, filtered: bool) -> Report | None:
    """Delete what is left, end the evidence, judge it, and write every report.

    Where that can't be written there is none, and `trouble` says why.
    """
    left = _clean(run)
    try:
        run.report = _conclude(run, left, filtered=filtered)
        run.trouble = run.ledger.trouble
    except SuiteError as error:
        run.trouble = error
    except OSError as error:
        run.trouble = Unwritable(f"{error.filename} can't be written ({error.strerror}).")
    if run.trouble:
        run.trouble = type(run.trouble)(f"{run.trouble} {_fate(left)}")
    return run.report


def _conclude(run: Run, left: list[dict[str, str]], *, filtered: bool) -> Report:
    run.write_plan()
    if run.writer:
        run.writer.close(_footer(run, left, filtered=filtered))
        if run.writer.trouble:
            raise run.writer.trouble
    evidence = run.evidence = Evidence.from_file(run.directory / "evidence.jsonl")
    report = judge(evidence, run.catalogue)
    from conformance import reporting  # noqa: PLC0415 - only a run's end needs it

    reporting.write_all(report, evidence, run.directory, _clients(report, run.directory))
    run.aside = reporting.writing.summarise(run.directory, os.environ)
    if run.settings.write_waivers:
        draft(report, run.settings.write_waivers)
    return report


def _footer(run: Run, left: list[dict[str, str]], *, filtered: bool) -> dict[str, Any]:
    """How the run ended: the last line of its evidence."""
    return {
        "ended_at": moments.now(),
        "duration_s": round(time.monotonic() - run.began, 3),
        "interrupted": run.interrupted,
        "limit": run.limit,
        "fault": run.redactor.mask(run.fault)[-LONGEST_FAULT:] if run.fault else None,
        "filtered": filtered,
        "requests": int(run.ledger.count("requests")),
        "containers_created": int(run.ledger.count("containers")),
        "containers_left": sum(each["kind"] == "container" for each in left),
        "left": left,
        "throttled": int(run.ledger.count("throttled")),
        "waited_s": round(run.ledger.count("waited_s"), 3),
        "unreachable": None,
    }


def _clients(report: Report, directory: Path) -> dict[str, Any] | None:
    """What clients have shown before, in the same place; what can't be read is not shown."""
    from conformance.verdicts import filed  # noqa: PLC0415 - only a run's end needs it

    with contextlib.suppress(UsageError):
        return filed.clients_beside(report, directory)
    return None


def _clean(run: Run) -> list[dict[str, str]]:
    if run.bench is None:
        return []
    wire = run.bench.api.wire
    wire.exchanges.clear()
    wire.case = "clean-up"
    run.ledger.is_lenient = True  # a full disk keeps nothing from being deleted
    found = cleaning.clean_up(run.bench.api, run.settings.consistency)
    left = [{key: run.redactor.mask(value) for key, value in each.items()} for each in found]
    if run.writer:
        # What cleaning up has cost is in the evidence as well; it makes no claims.
        for exchange in wire.exchanges:
            run.writer.append(
                {
                    "kind": "cleaning",
                    "exchanges": [exchange.to_json(run.redactor.mask)],
                }
            )
    return left


def _fate(left: list[dict[str, str]]) -> str:
    """What has become of that which the run made, where no report can tell it."""
    if not left:
        return "The run is over, and nothing is left behind."
    told = ", ".join(f"{each['kind']} {each['id'] or each['name']}" for each in left)
    return f"The run is over; left behind: {told}; delete it with: {left[0]['command']}"
