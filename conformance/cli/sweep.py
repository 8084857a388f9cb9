"""``sweep``: delete what interrupted runs left behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

USAGE = "[--report-dir DIR] [--run ID] [OPTIONS]"

EXAMPLES = """\
Reads the ledgers below DIR and deletes what each run made and did not delete,
at the base URL that its ledger names, with the key in the environment; nothing
else. A run that goes on is left alone. Exit status 0: nothing is left; 1:
something could not be deleted.

examples:
  containers-conformance sweep
  containers-conformance sweep --report-dir reports/api.openai.com
"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Which ledgers."""
    parser.add_argument(
        "--report-dir", metavar="DIR", default="reports", help="Where the ledgers are. [reports]"
    )
    parser.add_argument("--run", metavar="ID", help="Only this run. [all]")
    parser.add_argument("--base-url", metavar="URL", help="Only runs against this target. [all]")


def act(options: argparse.Namespace) -> int:
    """Sweep; 1 where something could not be deleted.

    Raises:
        UsageError: if there is no such run, or no key for it.
    """
    from conformance.plugin.sweeping import sweep  # noqa: PLC0415 - not for the sake of help

    swept = sweep(Path(options.report_dir), os.environ, run=options.run, base_url=options.base_url)
    for line in swept.lines:
        sys.stdout.write(f"{line}\n")
    return 1 if swept.left else 0
