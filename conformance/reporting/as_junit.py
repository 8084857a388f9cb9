"""junit.xml: a suite per operation, a case per requirement, for CI."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from conformance.reporting import summary
from conformance.reporting.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report, RequirementResult

#: Characters that are kept of a case's text, and of its message.
LIMIT = 12_000
SHOWN = 400

_TAGS = {"failed": "failure", "open": "error", "waived": "skipped", "skipped": "skipped"}


def render(report: Report, evidence: Evidence) -> str:
    """The report as JUnit's XML; what is waived counts as skipped, so that CI stays green."""
    root = ET.Element("testsuites", name=f"containers-conformance {report.target['profile']}")
    seconds = summary.durations(evidence)
    _count(root, report.requirements, seconds)
    del root.attrib["skipped"]  # the schema of Jenkins knows it of a suite, and not of all
    for operation, results in summary.by_operation(report).items():
        suite = ET.SubElement(root, "testsuite", name=operation)
        suite.set("timestamp", _clean(str(report.run.get("started_at", ""))))
        _count(suite, results, seconds)
        _properties(suite, report)
        for result in results:
            _case(suite, result, seconds.get(result.id, 0.0))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    return printable(text, limit=LIMIT, keep="\n")


def _count(
    element: ET.Element, results: Iterable[RequirementResult], seconds: dict[str, float]
) -> None:
    results = tuple(results)
    tally = summary.Tally.of(results)
    for name, value in (
        ("tests", tally.total),
        ("failures", tally.failed),
        ("errors", tally.open),
        ("skipped", tally.skipped + tally.waived),
    ):
        element.set(name, str(value))
    element.set("time", f"{sum(seconds.get(each.id, 0.0) for each in results):.3f}")


def _properties(suite: ET.Element, report: Report) -> None:
    properties = ET.SubElement(suite, "properties")
    told = {
        "target": report.target["base_url"],
        "profile": report.target["profile"],
        "verdict": report.verdict,
        "run": report.run["id"],
        "suite": report.suite["version"],
    }
    for name, value in told.items():
        ET.SubElement(properties, "property", name=name, value=_clean(str(value)))


def _case(suite: ET.Element, result: RequirementResult, seconds: float) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=result.operation,
        name=result.id,
        time=f"{seconds:.3f}",
    )
    tag = _TAGS.get(summary.kind(result))
    if tag:
        told = ET.SubElement(case, tag, message=_message(result))
        if tag != "skipped":
            told.set("type", f"{result.level} {result.outcome}")
            told.text = _clean(_text(result))


def _message(result: RequirementResult) -> str:
    if summary.kind(result) == "waived":
        reason = (result.waiver or {}).get("reason", "")
        return printable(f"waived: {reason} ({result.outcome}: {result.message})", limit=SHOWN)
    told = f"{result.outcome}: {result.message}" if result.message else result.outcome
    return printable(told, limit=SHOWN)


def _text(result: RequirementResult) -> str:
    lines = [f"{result.id}  {result.level}", f"  {result.sentence}"]
    told = (("wanted", result.wanted), ("got", result.got), ("blame", result.blame))
    lines += [f"  {name:<6}  {printable(value, limit=1_000)}" for name, value in told if value]
    if result.curl:
        lines.append(f"  {result.curl}")
    return "\n".join(lines)
