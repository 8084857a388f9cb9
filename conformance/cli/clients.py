"""``clients``: drive real clients against a target, and tell whether each works."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

USAGE = "[--client NAME]... [OPTIONS]"

EXAMPLES = """\
Each client but httpx is a program of its own, in an environment that you have
made below ~/.cache/containers-conformance or $CONFORMANCE_CLIENTS_DIR; one that
is not found is named with the command that installs it. Nothing is downloaded
unasked. To name one anywhere else: CONFORMANCE_OPENAI_PYTHON, ..._PYTHON_1 and
CONFORMANCE_LITELLM a Python, CONFORMANCE_OPENAI_NODE where node_modules is,
CONFORMANCE_OPENAI_CLI the program. Key, headers and limits are those of run.

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
    report, directory = clients.run(settings, roster.chosen(options.client), os.environ)
    rendering.write_all(report, directory)
    sys.stdout.write(rendering.as_terminal(report))
    sys.stdout.write(f"report: {directory / 'clients.html'}\n")
    return EXIT_STATUS[report["verdict"]]
