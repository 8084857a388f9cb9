"""``clients``: drive real clients against a target, and tell whether each works."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from conformance.evidence import Evidence
    from conformance.verdicts.report import Report

USAGE = "[--client NAME]... [OPTIONS]"

EXAMPLES = """\
Each client but httpx is a program of its own, in an environment that you have
made below ~/.cache/containers-conformance or $CONFORMANCE_CLIENTS_DIR; one that
is not found is named with the command that installs it. Nothing is downloaded
unasked. To name one anywhere else: CONFORMANCE_OPENAI_PYTHON, ..._PYTHON_1 and
CONFORMANCE_LITELLM a Python, CONFORMANCE_OPENAI_NODE where node_modules is,
CONFORMANCE_OPENAI_CLI the program. Key, headers and limits are those of run.
In one --report-dir a run of the same target shows the matrix in report.html.

examples:
  containers-conformance clients
  containers-conformance clients --client openai-python --client litellm
exit status: 0 all work, 1 the target breaks one, 2 wrong call, 3 unreachable,
             4 inconclusive, 5 our fault
"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Whom to ask, and through which clients."""
    parser.add_argument(
        "--base-url", metavar="URL", help="What comes before /containers. [the embedded reference]"
    )
    parser.add_argument(
        "--report-dir", metavar="DIR", help="Where to write. [reports/<host>/<run id>]"
    )
    parser.add_argument(
        "--client",
        metavar="NAME",
        action="append",
        default=[],
        help="httpx, openai-python, openai-node, litellm or openai-cli. [all]",
    )


def act(options: argparse.Namespace) -> int:
    """Drive the clients, write the report, and show it; the exit status.

    Raises:
        UsageError: if a client is unknown, or an option can't be understood.
    """
    from conformance.drivers.clients import roster  # noqa: PLC0415 - not for the sake of help
    from conformance.plugin import clients  # noqa: PLC0415 - as above
    from conformance.reporting import clients as rendering  # noqa: PLC0415 - as above
    from conformance.targets import resolve  # noqa: PLC0415 - as above
    from conformance.verdicts.clients import EXIT_STATUS  # noqa: PLC0415 - as above

    for name in options.client:
        if name not in roster.NAMES:
            known = f"there are {', '.join(roster.NAMES)}."
            raise UsageError(f"There is no client {name!r}; {hint(name, roster.NAMES, known)}")
    given = {"base-url": options.base_url, "report-dir": options.report_dir}
    settings = resolve(given, os.environ, Path.cwd())
    found = _run_in(settings.report_dir)
    report, directory = clients.run(settings, roster.chosen(options.client), os.environ)
    rendering.write_all(report, directory)
    sys.stdout.write(rendering.as_terminal(report))
    sys.stdout.write(f"report: {directory / 'clients.html'}\n")
    if found:
        sys.stdout.write(f"{_joined(*found, report, directory)}\n")
    return EXIT_STATUS[report["verdict"]]


def _run_in(directory: Path | None) -> tuple[Report, Evidence] | None:
    """The report and the evidence of a run in *directory*; None where there is none.

    Raises:
        UsageError: if they can't be read.
    """
    from conformance.evidence import Evidence  # noqa: PLC0415 - not for the sake of help
    from conformance.verdicts.filed import read_report  # noqa: PLC0415 - as above

    if directory is None or not (directory / "report.json").exists():
        return None
    return read_report(directory / "report.json"), Evidence.from_file(directory / "evidence.jsonl")


def _joined(report: Report, evidence: Evidence, clients: dict[str, Any], directory: Path) -> str:
    """Show the matrix in the page of the run that is in *directory*, too; what became of that."""
    from conformance.reporting import as_html, writing  # noqa: PLC0415 - not for the sake of help
    from conformance.verdicts.filed import are_of_one_target  # noqa: PLC0415 - as above

    page = directory / "report.html"
    if not are_of_one_target(report, clients):
        return f"{page} stays as it is: it is of another target"
    writing.write_all(directory, [(page.name, as_html.render(report, evidence, clients))])
    return f"also in {page}"
