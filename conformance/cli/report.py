"""``report``: judge recorded evidence again, and render it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from conformance.evidence import Evidence

USAGE = "EVIDENCE... [--format F] [--report-dir DIR]"

EXAMPLES = """\
Several files of one sharded run are merged. The exit status is that of the run.

examples:
  containers-conformance report evidence.jsonl --format md
  containers-conformance report */evidence.jsonl --report-dir whole
"""

#: What is printed where nothing else is asked for.
SUMMARY = "terminal"


def declare(parser: argparse.ArgumentParser) -> None:
    """Which evidence, and what to make of it."""
    parser.add_argument("evidence", metavar="EVIDENCE", nargs="+", help="An evidence.jsonl.")
    parser.add_argument("--format", metavar="F", help="Print this format. [a summary]")
    parser.add_argument("--report-dir", metavar="DIR", help="Write every format here.")


def _read(names: list[str]) -> Evidence:
    """The evidence in the files of *names*, merged where there are several."""
    from conformance.evidence import Evidence  # noqa: PLC0415 - not for the sake of help

    parts = [Evidence.from_file(Path(name)) for name in names]
    if len(parts) == 1:
        return parts[0]
    from conformance.evidence import merge  # noqa: PLC0415 - as above

    return merge(parts)


def act(options: argparse.Namespace) -> int:
    """Judge and render; the exit status of the run that left the evidence.

    Raises:
        UsageError: if the evidence can't be read, or there is no such format.
    """
    from conformance.reporting import FORMATS, write_all  # noqa: PLC0415 - as above

    if options.format is not None and options.format not in FORMATS:
        mend = hint(options.format, FORMATS, f"there are {', '.join(FORMATS)}.")
        raise UsageError(f"--format {options.format!r} is no format; {mend}")
    evidence = _read(options.evidence)
    from conformance.catalogue import load  # noqa: PLC0415 - as above
    from conformance.verdicts import judge  # noqa: PLC0415 - as above
    from conformance.verdicts.filed import clients_beside  # noqa: PLC0415 - as above
    from conformance.verdicts.outcome import EXIT_STATUS, Verdict  # noqa: PLC0415 - as above

    catalogue = load()
    profile = evidence.header["target"]["profile"]
    if profile not in catalogue.profiles:
        raise UsageError(
            f"The evidence is of the profile {profile!r}, which this version does not have: "
            "judge it with the version of the suite that its header names."
        )
    report = judge(evidence, catalogue)
    if options.report_dir is not None:
        directory = Path(options.report_dir)
        write_all(report, evidence, directory, clients_beside(report, directory))
    if options.format is not None or options.report_dir is None:
        sys.stdout.write(FORMATS[options.format or SUMMARY](report, evidence))
    return EXIT_STATUS[Verdict(report.verdict)]
