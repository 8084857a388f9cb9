"""``compare``: what has changed from one report to the next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

USAGE = "OLD NEW [--format F]"

EXAMPLES = """\
OLD and NEW are report.json files, or directories that hold one. Exit status 1
only if something regressed: it held, and now it fails, can't be shown, or is no
longer supported.

examples:
  containers-conformance compare reports/main reports/branch
  containers-conformance compare old.json new.json --format md
"""

#: The exit status where something regressed.
REGRESSED = 1


def declare(parser: argparse.ArgumentParser) -> None:
    """Which reports, and what to print."""
    parser.add_argument("old", metavar="OLD", help="The earlier report.json.")
    parser.add_argument("new", metavar="NEW", help="The later one.")
    parser.add_argument("--format", metavar="F", default="text", help="text, md or json. [text]")


def act(options: argparse.Namespace) -> int:
    """Print the comparison; 1 if something regressed.

    Raises:
        UsageError: if a report can't be read, or there is no such format.
    """
    from conformance.reporting.compared import FORMATS  # noqa: PLC0415 - not for the sake of help
    from conformance.verdicts.comparison import Comparison  # noqa: PLC0415 - as above
    from conformance.verdicts.filed import path_of, read_report  # noqa: PLC0415 - as above

    if options.format not in FORMATS:
        mend = hint(options.format, FORMATS, f"there are {', '.join(FORMATS)}.")
        raise UsageError(f"--format {options.format!r} is no format; {mend}")
    compared = Comparison.of(read_report(path_of(options.old)), read_report(path_of(options.new)))
    sys.stdout.write(FORMATS[options.format](compared))
    return REGRESSED if compared["regressed"] else 0
