"""A whole process, measured: wall time, processor time, and the memory of its largest process."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, with all that it started and waited for."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    status: int
    out: str


def measure(command, *, env, cwd, longest_s):
    """Run *command*, at most *longest_s* seconds long; what it said goes to a file."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [*map(str, command)],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        while (found := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() - began > longest_s:
                process.terminate()
                found = os.wait4(process.pid, 0)
                break
            time.sleep(0.005)
        wall_s = time.monotonic() - began
        _, status, used = found
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return Cost(
            wall_s,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / unit,
            process.returncode,
            out.read().decode("utf-8", "replace"),
        )
