"""`python -m conformance.reference [--port N] [--db FILE] [--stop-on-stdin-eof]`.

The keys that are tenants come from CONFORMANCE_SERVE_KEYS, separated by commas; without it any
key is a tenant.
"""

import argparse
import os

from conformance.reference.server import serve


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m conformance.reference", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port; 0, the default: a free one")
    parser.add_argument("--db", help="the file that keeps the data; without it, memory")
    parser.add_argument("--stop-on-stdin-eof", action="store_true")
    options = parser.parse_args()
    listed = os.environ.get("CONFORMANCE_SERVE_KEYS", "").split(",")
    keys = [key.strip() for key in listed if key.strip()]
    serve(
        port=options.port,
        database=options.db,
        keys=keys or None,
        stop_on_stdin_eof=options.stop_on_stdin_eof,
    )


if __name__ == "__main__":
    main()
