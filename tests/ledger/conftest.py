"""What the tests of the ledger share."""

import json
import subprocess
import sys

import pytest

from conformance.ledger import Ledger, Limits

#: What a process does before its own lines: it opens the book and waits for the others.
OPENING = """
import json, sys, time
from pathlib import Path
from conformance.errors import LimitReached, Untestable
from conformance.ledger import Ledger, Limits, Shared
ledger = Ledger(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2])))
ledger.add("ready", 1)
while ledger.count("ready") < int(sys.argv[3]):
    time.sleep(0.01)
"""

PLENTY = {"containers": 1000, "requests": 10_000, "duration_s": 900.0}


@pytest.fixture
def book(tmp_path):
    """Opens the book of this test under limits; each call is another worker of the same run."""
    opened = []

    def open_(**limits):
        opened.append(Ledger(tmp_path / "ledger.sqlite", Limits(**{**PLENTY, **limits})))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def processes(tmp_path):
    """Runs lines of code in several processes at once; returns what each printed."""

    def run(code, count=4, **limits):
        arguments = [str(tmp_path / "ledger.sqlite"), json.dumps({**PLENTY, **limits}), str(count)]
        started = [
            subprocess.Popen(
                [sys.executable, "-c", OPENING + code, *arguments],
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]
        said = [each.communicate(timeout=60)[0].strip() for each in started]
        assert [each.returncode for each in started] == [0] * count
        return said

    return run
