"""``sweep``: delete what interrupted runs left behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

#: Where runs write that were not told where.
DEFAULT = "reports"

USAGE = "[--report-dir DIR] [--run ID] [OPTIONS]"

EXAMPLES = """\
Reads the ledgers below DIR and deletes what each run made and did not delete,
at the base URL that its ledger names, with the key in the environment; nothing
else. A run that goes on is left alone; a ledger that can't be read is named.
Exit status 0: nothing is left; 1: something could not be deleted.

examples:
  containers-conformance sweep
  containers-conformance sweep --report-dir reports/api.openai.com
"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Which ledgers."""
    parser.add_argument("--report-dir", metavar="DIR", help=f"Where the ledgers are. [{DEFAULT}]")
    parser.add_argument("--run", metavar="ID", help="Only this run. [all]")
    parser.add_argument("--base-url", metavar="URL", help="Only runs against this target. [all]")


def act(options: argparse.Namespace) -> int:
    """Sweep; 1 where something could not be deleted.

    Raises:
        UsageError: if there is no such run, or no key for it.
    """
    from conformance.plugin.sweeping import sweep  # noqa: PLC0415 - not for the sake of help

    directory = Path(DEFAULT if options.report_dir is None else options.report_dir)
    swept = sweep(
        directory,
        os.environ,
        run=options.run,
        base_url=options.base_url,
        may_be_none=options.report_dir is None and options.run is None,
    )
    for line in swept.lines:
        sys.stdout.write(f"{line}\n")
    return 1 if swept.left or swept.unread else 0
