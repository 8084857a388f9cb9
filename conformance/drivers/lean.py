"""Loads httpx without its own command line, which nobody calls here.

Where rich, pygments and click are installed, as schemathesis has them, httpx loads them all for
the sake of `httpx.main`: nearly half of what it takes to load, in every worker process.
"""

import sys

_COMMAND_LINE = "httpx._main"

if "httpx" not in sys.modules:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]  # as the import system has it
    try:
        import httpx  # noqa: F401 - loaded now, for whoever imports it later
    finally:
        del sys.modules[_COMMAND_LINE]
