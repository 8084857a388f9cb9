"""Runs the command against a vice, with a guard of its own on time and memory."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.registry import Vice
from tests.hostile.target import Target

ROOT = Path(__file__).parents[2]

#: Options that keep a run against a bad target short.
SHORT = (
    *("--fuzz", "off", "-n", "0", "--timeout", "1"),
    *("--consistency", "0.3", "--max-duration", "30", "--report-dir", "out"),
)


@dataclass(slots=True)
class Tried:
    """What a run against a vice has come to."""

    status: int
    spent_s: float
    peak_mib: float
    said: bytes  # standard output and error
    directory: Path
    target: Target
    names: dict[str, str]  # of the containers that the reference behind holds in the end

    @property
    def verdict(self) -> str:
        """The verdict of the report; empty where there is none."""
        path = self.directory / "report.json"
        return str(json.loads(path.read_text("utf-8"))["verdict"]) if path.exists() else ""

    @property
    def left(self) -> list[dict[str, Any]]:
        """What the run says that it could not delete."""
        path = self.directory / "evidence.jsonl"
        if not path.exists():
            return []
        lines = map(json.loads, path.read_text("utf-8").splitlines())
        return [each for line in lines if line["kind"] == "footer" for each in line["left"]]

    @property
    def written(self) -> dict[str, bytes]:
        """All that stands in the report directory, and what was said."""
        files = (each for each in self.directory.rglob("*") if each.is_file())
        return {each.name: each.read_bytes() for each in files} | {"terminal": self.said}


def _environment(target: Target) -> dict[str, str]:
    own = ("CONFORMANCE_", "OPENAI_", "GITHUB_", "PYTEST_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    keys = {"CONFORMANCE_API_KEY": target.key, "CONFORMANCE_SECOND_API_KEY": target.second}
    return {**kept, **keys, "PYTHONPATH": str(ROOT)}


def attempt(vice: Vice, directory: Path) -> Tried:
    """Run the command against *vice*; it is killed where it takes too long."""
    keys = [f"sk-hostile-{secrets.token_urlsafe(24)}" for _ in range(2)]
    with Target(vice.act, *keys, spared=vice.spared).serving() as target:
        command = [sys.executable, "-m", "conformance", "run", "--base-url", target.url]
        began = time.monotonic()
        with (directory / "said").open("wb") as said:
            process = subprocess.Popen(
                [*command, *SHORT, *vice.options],
                cwd=directory,
                env=_environment(target),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            status, peak_mib = _wait(process, began + vice.within_s)
        spent = time.monotonic() - began
        said = (directory / "said").read_bytes()
        return Tried(status, spent, peak_mib, said, directory / "out", target, target.names())


def _wait(process: subprocess.Popen[bytes], give_up: float) -> tuple[int, float]:
    """The exit status and the peak memory of any one process in MiB; what hangs is killed."""
    peak_mib = 0.0
    while process.poll() is None:
        peak_mib = max(peak_mib, *map(_peak_mib, _processes(process.pid)))
        if time.monotonic() > give_up:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        time.sleep(0.02)
    return process.returncode, peak_mib


def _processes(pid: int) -> list[int]:
    """A process and its workers."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        children = [int(each) for each in text.split()]
    return [pid, *children]


def _peak_mib(pid: int) -> float:
    """The highest resident size that a process has had so far; 0 where that can't be known.

    What the operating system tells of a child that has ended counts its parent's memory, too.
    """
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
