"""report.html: one file that works offline, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from conformance.reporting import summary
from conformance.reporting.escaping import printable
from conformance.reporting.exhibits import Exhibits

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report

#: Rows of 'what to mend first'.
FIRST = 8


def render(report: Report, evidence: Evidence) -> str:
    """The report as a page; all of the target's text in it is escaped and visible."""
    environment = Environment(
        loader=PackageLoader("conformance.reporting"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_visible,
    )
    environment.filters |= {"milliseconds": _milliseconds, "code": _code}
    broken = summary.to_mend(report)
    return environment.get_template("report.html.j2").render(
        report=report,
        tally=summary.Tally.of(report.requirements),
        grouped=summary.by_operation(report),
        tallies={
            operation: summary.Tally.of(results)
            for operation, results in summary.by_operation(report).items()
        },
        kind=summary.kind,
        broken=broken,
        first=broken[:FIRST],
        held_up=summary.blamed(report),
        left_open=summary.left_open(report),
        exhibits=Exhibits.of(report, evidence),
    )


def _visible(value: object) -> object:
    """Text of the page's values without anything that can't be seen; markup stays itself."""
    return printable(value, limit=20_000, keep="\n") if type(value) is str else value


def _code(text: str) -> str:
    return printable(text, limit=8_000)


def _milliseconds(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f} ms"
