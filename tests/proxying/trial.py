"""One run of the command against one proxy, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.cli import main
from conformance.reference.server import running
from conformance.scenarios import test_proxy_answers
from tests.proxying.reverse import Proxy

CALLER, OWN = "sk-caller-0123456789abcdef", "sk-upstream-0123456789abcdef"

#: Seconds that one run may take before it is taken for hanging.
LONGEST_S = 240

#: Seconds of a slow answer, and bytes of a large one: less than in a real run, to be quick.
SLOW_S, LARGE = 0.6, 1024 * 1024


@dataclass(frozen=True)
class Ending:
    """What a run has left behind."""

    status: int | None  # None: it had to be ended
    report: dict[str, Any]
    output: str
    evidence: tuple[dict[str, Any], ...] = ()

    def red(self) -> dict[str, str]:
        """The requirements that do not hold, with what is said of each."""
        rows = self.report.get("requirements", ())
        fine = ("passed", "unsupported", "not-applicable")
        return {
            row["id"]: f"{row['outcome']}: {row['message']}"
            for row in rows
            if row["outcome"] not in fine
        }

    def failed(self) -> set[str]:
        """The requirements that failed."""
        return {row["id"] for row in self.report["requirements"] if row["outcome"] == "failed"}


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def tried(make: Callable[[str], Proxy], *options: str, key: str | None = OWN) -> Ending:
    """Run the command against the proxy that *make* puts before an upstream's URL."""
    directory = Path(tempfile.mkdtemp(prefix="proxied-"))
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _child(make, options, key, directory)
    try:
        return _ending(directory, _waited(pid))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _child(
    make: Callable[[str], Proxy], options: tuple[str, ...], key: str | None, directory: Path
) -> None:
    log = os.open(directory / "output.txt", os.O_CREAT | os.O_WRONLY)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    tempfile.tempdir = str(directory)  # what the reference keeps there goes with it
    status = 70
    try:
        status = _run(make, options, key, directory)
    except BaseException:  # noqa: BLE001 - whatever happened, it is told and the child ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _run(
    make: Callable[[str], Proxy], options: tuple[str, ...], key: str | None, directory: Path
) -> int:
    test_proxy_answers.SLOW_S, test_proxy_answers.LARGE = SLOW_S, LARGE
    os.chdir(directory)
    os.environ |= {"CONFORMANCE_API_KEY": CALLER, "NO_PROXY": "127.0.0.1"}
    os.environ.pop("CONFORMANCE_UPSTREAM_API_KEY", None)
    if key:
        os.environ["CONFORMANCE_UPSTREAM_API_KEY"] = key
    port = free_port()
    common = (
        "--upstream-port",
        str(port),
        "--fuzz",
        "off",
        "--seed",
        "1",
        "--report-dir",
        "report",
    )
    with running(make(f"http://127.0.0.1:{port}/v1")) as url:
        return main(["proxy", "--base-url", url, *common, *options])


def _waited(pid: int) -> int | None:
    give_up = time.monotonic() + LONGEST_S
    while time.monotonic() < give_up:
        found, raw = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(raw)
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _ending(directory: Path, status: int | None) -> Ending:
    output = (directory / "output.txt").read_text(errors="replace")[-6000:]
    try:
        report = json.loads((directory / "report/report.json").read_text())
        lines = (directory / "report/evidence.jsonl").read_text().splitlines()
    except OSError:
        return Ending(status, {}, output)
    return Ending(status, report, output, tuple(json.loads(line) for line in lines))
