"""Calls the command again and again in one process, and tells what each call has left in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

from conformance.cli import main
from tests.soak.memory import held_mib


def open_files() -> int:
    """The file descriptors that this process holds, but for the one that looks."""
    return len(list(Path("/proc/self/fd").iterdir())) - 1


def serve(given: io.TextIOBase, told: io.TextIOBase) -> None:
    """Call the command with each line of *given*; answer a line to *told*."""
    for line in given:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = main(json.loads(line))
        facts = {"status": status, "said": said.getvalue()}
        facts |= {"mib": held_mib(), "files": open_files()}
        told.write(json.dumps(facts) + "\n")
        told.flush()


if __name__ == "__main__":
    serve(sys.stdin, os.fdopen(os.dup(1), "w"))
