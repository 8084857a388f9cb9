"""``matrix``: several targets side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

USAGE = "REPORT... [--format F] [--report-dir DIR]"

EXAMPLES = """\
Each REPORT is a report.json, or a directory that holds one. They must be of one
catalogue. What was not run is told from what failed, and nobody gets a score.

examples:
  containers-conformance matrix reports/one reports/other
  containers-conformance matrix reports/*/latest --report-dir matrix
"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Which reports, and what to make of them."""
    parser.add_argument("reports", metavar="REPORT", nargs="+", help="A report.json.")
    parser.add_argument("--format", metavar="F", help="Print html, md or json. [md]")
    parser.add_argument("--report-dir", metavar="DIR", help="Write matrix.* here.")


def act(options: argparse.Namespace) -> int:
    """Print or write the matrix; 0.

    Raises:
        UsageError: if a report can't be read, they don't fit, or there is no such format.
    """
    from conformance.reporting.side_by_side import FORMATS, write  # noqa: PLC0415 - not for help
    from conformance.verdicts.filed import path_of, read_report  # noqa: PLC0415 - as above
    from conformance.verdicts.matrix import Matrix  # noqa: PLC0415 - as above

    if options.format is not None and options.format not in FORMATS:
        mend = hint(options.format, FORMATS, f"there are {', '.join(FORMATS)}.")
        raise UsageError(f"--format {options.format!r} is no format; {mend}")
    matrix = Matrix.of([read_report(path_of(each)) for each in options.reports])
    if options.report_dir is not None:
        write(matrix, Path(options.report_dir))
    if options.format is not None or options.report_dir is None:
        sys.stdout.write(FORMATS[options.format or "md"](matrix))
    return 0
