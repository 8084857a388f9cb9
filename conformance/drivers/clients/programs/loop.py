"""Drives a client for Python: `loop.py MODULE`, beside this file, in an environment that has it.

Standard input brings what it needs to connect, then a call a line; standard output takes an
answer a line. Whatever the client itself prints goes to standard error.
"""

import asyncio
import inspect
import json
import os
import platform
import sys
from importlib import import_module
from typing import Any


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _told(error: Exception) -> dict[str, Any]:
    """What an error tells the client's user: the errors of all have the same attributes."""
    names = {"status": "status_code", "code": "code", "param": "param", "type": "type"}
    told = {name: getattr(error, attribute, None) for name, attribute in names.items()}
    return {"class": type(error).__name__, "message": str(error), **told}


def main() -> None:
    """Answer every line until there is none."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    loop = asyncio.new_event_loop()

    def say(told: dict[str, Any]) -> None:
        out.write(json.dumps(told, default=str) + "\n")
        out.flush()

    client = import_module(sys.argv[1]).Client(json.loads(sys.stdin.readline()))
    say({"version": client.version, "runtime": f"Python {platform.python_version()}"})
    for line in sys.stdin:
        asked = json.loads(line)
        call = getattr(client, asked["call"], None)
        if call is None:
            say({"cannot": f"it has nothing for {asked['call']}"})
            continue
        try:
            say(loop.run_until_complete(_settled(call(**asked["given"]))))
        except Exception as error:  # noqa: BLE001 - whatever a user would see
            say({"error": _told(error)})


main()
