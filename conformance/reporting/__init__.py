"""What we say: a report and its evidence as text, in every format; pure, it never sees the run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance.reporting import (
    as_badge,
    as_ctrf,
    as_har,
    as_html,
    as_json,
    as_junit,
    as_markdown,
    as_sarif,
    clients,
    terminal,
    writing,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report

__all__ = ["FILES", "FORMATS", "write_all"]

#: Every format by the name that ``report --format`` takes.
FORMATS: dict[str, Callable[[Report, Evidence], str]] = {
    "json": as_json.render,
    "html": as_html.render,
    "md": as_markdown.render,
    "junit": as_junit.render,
    "badge": as_badge.render,
    "ctrf": as_ctrf.render,
    "har": as_har.render,
    "sarif": as_sarif.render,
    "terminal": terminal.render,
}

#: What is written to the report directory, by format.
FILES = {
    "json": "report.json",
    "html": "report.html",
    "md": "report.md",
    "junit": "junit.xml",
    "badge": "badge.json",
    "ctrf": "ctrf.json",
    "har": "traffic.har",
    "sarif": "results.sarif",
}


def write_all(
    report: Report, evidence: Evidence, directory: Path, clients: clients.Report | None = None
) -> None:
    """Write every file of the report to *directory*, each whole or not at all, for its owner only.

    The page shows what *clients* have shown of the same target, too.

    Raises:
        UsageError: if a file can't be written.
    """
    joined = {"html": partial(as_html.render, clients=clients)} if clients else {}
    formats = FORMATS | joined
    texts = ((file, formats[name](report, evidence)) for name, file in FILES.items())
    writing.write_all(directory, texts)
