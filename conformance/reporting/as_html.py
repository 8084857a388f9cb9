"""report.html: one file that works offline and needs no script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.reporting import summary
from conformance.reporting.escaping import printable
from conformance.reporting.exhibits import Exhibits

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report

#: Characters of any one value that a page shows, where nothing narrower is said.
LIMIT = 20_000

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?')


def render(report: Report, evidence: Evidence) -> str:
    """The report as a page; all of the target's text in it is escaped and visible."""
    grouped = summary.by_operation(report)
    page = _environment().get_template("report.html.j2")
    return page.render(
        report=report,
        facts=_facts(report),
        words=summary.in_words(report),
        tally=summary.Tally.of(report.requirements),
        grouped={operation: summary.reddest_first(each) for operation, each in grouped.items()},
        tallies={operation: summary.Tally.of(each) for operation, each in grouped.items()},
        kind=summary.kind,
        anchors={each.id for each in report.requirements},
        broken=summary.to_mend(report),
        held_up=summary.blamed(report),
        left_open=summary.left_open(report),
        exhibits=Exhibits.of(report, evidence),
        slowest=max((each.latency_ms.get("p95") or 0 for each in report.endpoints), default=0) or 1,
    )


def _facts(report: Report) -> list[tuple[str, object]]:
    """What the first screen tells of target and run, without what is unknown."""
    target, run = report.target, report.run
    facts = [
        ("target", target.get("name")),
        ("profile", target["profile"]),
        ("run", run["id"]),
        ("seed", run.get("seed")),
        ("fuzz", run.get("fuzz")),
        ("requests", run.get("requests")),
        ("containers", run.get("containers_created")),
        ("took", _seconds(run.get("duration_s"))),
        ("waited for lists", _seconds(run.get("consistency_s"))),
        ("throttled", f"{run['throttled']} times" if run.get("throttled") else None),
        ("publishable", "yes" if report.publishable else "no"),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _seconds(value: float | None) -> str | None:
    return f"{value:,.1f} s" if value else None


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.reporting"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_visible,
    )
    environment.filters |= {
        "milliseconds": _milliseconds,
        "cut": _cut,
        "coloured": _coloured,
    }
    return environment


def _visible(value: object) -> object:
    """Text without anything that can't be seen; markup stays itself."""
    return printable(value, limit=LIMIT, keep="\n") if type(value) is str else value


def _cut(text: str, limit: int, more: str | None = None) -> str:
    """The first *limit* characters, and how many more there were unless *more* says it."""
    shown = printable(text, keep="\n", limit=limit)
    return shown if more is None else printable(text[:limit], keep="\n") + more


def _coloured(text: str) -> Markup:
    """JSON with its names and strings told apart; anything else as it is."""
    if not text.startswith(("{", "[")):
        return escape(text)
    written: list[str] = []
    end = 0
    for found in _STRING.finditer(text):
        tag = "b" if found[1] else "i"
        written += [escape(text[end : found.start()]), f"<{tag}>{escape(found[0])}</{tag}>"]
        end = found.end()
    return Markup("".join([*written, escape(text[end:])]))  # noqa: S704 - its parts are escaped


def _milliseconds(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f} ms"
