"""``serve``: the reference provider alone, as an emulator."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

USAGE = "[--port N] [--host NAME] [--db FILE]"

EXAMPLES = """\
Its tenants are the keys in CONFORMANCE_SERVE_KEYS, separated by commas; else
the one in CONFORMANCE_API_KEY; where neither is set, whatever key a client
sends.

examples:
  containers-conformance serve --port 8000
  CONFORMANCE_SERVE_KEYS=one,two containers-conformance serve --db kept.db
"""

HIGHEST_PORT = 65_535


def declare(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and where to keep the data."""
    parser.add_argument("--port", metavar="N", default="0", help="The port. [a free one]")
    parser.add_argument(
        "--host", metavar="NAME", default="127.0.0.1", help="The address. [127.0.0.1]"
    )
    parser.add_argument("--db", metavar="FILE", help="SQLite file that keeps the data. [memory]")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_PORT)):
        port = int(text)
        if port <= HIGHEST_PORT:
            return port
    raise UsageError(f"--port wants a number up to {HIGHEST_PORT}, or 0 for a free one.")


def act(options: argparse.Namespace) -> int:
    """Serve until a signal comes; the exit status."""
    port = _port(options.port)
    listed = os.environ.get("CONFORMANCE_SERVE_KEYS") or os.environ.get("CONFORMANCE_API_KEY", "")
    keys = [key.strip() for key in listed.split(",") if key.strip()]
    from conformance.reference.server import serve  # noqa: PLC0415 - not for the sake of help

    serve(port=port, database=options.db, keys=keys or None, host=options.host)
    return 0
